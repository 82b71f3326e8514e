//! From text to a tree: here is found what a tree forgets.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Map, Number, Value};

use super::{found::Found, path::Path};

/// How deep a document may be nested.
const DEEPEST: usize = 32;

/// Reads text into a tree, and looks at what a tree forgets.
pub(super) struct Tree<'a> {
    pub(super) path: &'a Path<'a>,
    pub(super) depth: usize,
    pub(super) found: &'a Found,
}

impl Tree<'_> {
    fn at<'b>(&'b self, path: &'b Path<'b>) -> Tree<'b> {
        Tree {
            path,
            depth: self.depth + 1,
            found: self.found,
        }
    }

    fn must_not_be_too_deep(&self) -> Result<(), Error> {
        if self.depth < DEEPEST {
            Ok(())
        } else {
            Err(Error::custom(format!(
                "is nested deeper than {DEEPEST} levels"
            )))
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        // JSON has one kind of number: 2.0 is 2. Above 2^53 not every whole number can be told from its neighbours.
        let is_whole = it.fract() == 0.0 && it.abs() < 9_007_199_254_740_992.0;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole and small enough"
        )]
        let number = if is_whole {
            Some(Number::from(it as i64))
        } else {
            Number::from_f64(it)
        };
        Ok(number.map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, it: &str) -> Result<Value, E> {
        self.visit_string(it.to_owned())
    }

    fn visit_string<E>(self, it: String) -> Result<Value, E> {
        if it.contains('\0') {
            self.found
                .unfit(self.path, "has a NUL character, which cannot be kept");
        }
        Ok(Value::String(it))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut json: A) -> Result<Value, A::Error> {
        self.must_not_be_too_deep().map_err(A::Error::custom)?;
        let mut items = Vec::new();
        loop {
            let path = Path::Item(self.path, items.len());
            match json.next_element_seed(self.at(&path)) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok(Value::Array(items)),
                Err(error) => return self.found.failing(&path, Err(error)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut json: A) -> Result<Value, A::Error> {
        self.must_not_be_too_deep().map_err(A::Error::custom)?;
        let mut fields = Map::new();
        while let Some(name) = json.next_key::<String>()? {
            let path = Path::Field(self.path, &name);
            if name.contains('\0') {
                self.found
                    .misshapen(&path, || "has a NUL character in its name".to_owned());
            }
            let value = match json.next_value_seed(self.at(&path)) {
                Ok(value) => value,
                Err(error) => return self.found.failing(&path, Err(error)),
            };
            if fields.contains_key(&name) {
                self.found.misshapen(&path, || "is there twice".to_owned());
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}
