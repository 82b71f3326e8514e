//! Reading a JSON document so that its sender learns of everything that is wrong with it, each by its pointer: keys that
//! come twice, characters that cannot be kept, fields that nobody knows, and what does not have the right shape.

use std::{cell::RefCell, fmt};

use orders::FieldError;
use serde::{
    Deserialize,
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess,
        Unexpected, Visitor,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Number, Value};

use super::ApiError;

/// How deep a document may be nested.
const DEEPEST: usize = 32;
/// How many errors are told of; whoever has more begins with these.
const MOST_ERRORS: usize = 100;

/// Which fields a document may have.
#[derive(Clone, Copy)]
pub(super) enum Fields {
    /// Those that are read, and these.
    Known(&'static [&'static str]),
    /// Any: those that nobody reads are passed over.
    Any,
}

/// The document in `text`.
///
/// # Errors
/// 400 with all that was found, 422 when that is only text that cannot be kept.
pub(super) fn read<T: DeserializeOwned>(text: &[u8], fields: Fields) -> Result<T, ApiError> {
    let found = Found::default();
    let value = parse(text, &found);
    let read = value.and_then(|value| {
        let reader = Reader {
            value,
            path: &Path::Root,
            found: &found,
            fields,
        };
        T::deserialize(reader)
    });
    let mut found = found.0.into_inner();
    match read {
        Err(error) => {
            let pointer = found.failed_at.unwrap_or_default();
            found
                .misshapen
                .push(FieldError::new(pointer, error.to_string()));
            Err(ApiError::misshapen(found.misshapen))
        }
        Ok(_) if !found.misshapen.is_empty() => Err(ApiError::misshapen(found.misshapen)),
        Ok(_) if !found.unfit.is_empty() => Err(orders::Refusal::Invalid(found.unfit).into()),
        Ok(value) => Ok(value),
    }
}

fn parse(text: &[u8], found: &Found) -> Result<Value, Error> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let tree = Tree {
        path: &Path::Root,
        depth: 0,
        found,
    };
    let value = tree.deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

/// What is wrong.
#[derive(Default)]
struct Found(RefCell<Everything>);

#[derive(Default)]
struct Everything {
    /// What has not the right shape.
    misshapen: Vec<FieldError>,
    /// What has it, and cannot be kept.
    unfit: Vec<FieldError>,
    /// Where reading ended, if it did before the end.
    failed_at: Option<String>,
}

impl Found {
    fn misshapen(&self, path: &Path<'_>, detail: impl Into<String>) {
        let errors = &mut self.0.borrow_mut().misshapen;
        if errors.len() < MOST_ERRORS {
            errors.push(FieldError::new(path.to_string(), detail));
        }
    }

    fn unfit(&self, path: &Path<'_>, detail: &str) {
        let errors = &mut self.0.borrow_mut().unfit;
        if errors.len() < MOST_ERRORS {
            errors.push(FieldError::new(path.to_string(), detail));
        }
    }

    /// The innermost place is noted; those around it fail with it.
    fn failing<T>(&self, path: &Path<'_>, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            let failed_at = &mut self.0.borrow_mut().failed_at;
            failed_at.get_or_insert_with(|| path.to_string());
        }
        result
    }
}

/// A place in a document. Written out it is a JSON pointer (RFC 6901).
enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(parent, name) => {
                write!(f, "{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Item(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// Reads text into a tree, and looks at what a tree forgets.
struct Tree<'a> {
    path: &'a Path<'a>,
    depth: usize,
    found: &'a Found,
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
                Err(error) => return fail(self.found, &path, error),
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
                    .misshapen(&path, "has a NUL character in its name");
            }
            let value = match json.next_value_seed(self.at(&path)) {
                Ok(value) => value,
                Err(error) => return fail(self.found, &path, error),
            };
            if fields.contains_key(&name) {
                self.found.misshapen(&path, "is there twice");
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

fn fail<T, E>(found: &Found, path: &Path<'_>, error: E) -> Result<T, E> {
    let failed_at = &mut found.0.borrow_mut().failed_at;
    failed_at.get_or_insert_with(|| path.to_string());
    Err(error)
}

/// Reads a tree into what it stands for. serde says which fields each object has: there is no second list of them.
struct Reader<'a> {
    value: Value,
    path: &'a Path<'a>,
    found: &'a Found,
    fields: Fields,
}

impl Reader<'_> {
    fn must_know(&self, given: &Map<String, Value>, read: &'static [&'static str]) {
        let Fields::Known(also) = self.fields else {
            return;
        };
        for name in given.keys() {
            let is_known = |it: &&str| it == name;
            if !read.iter().any(is_known) && !also.iter().any(is_known) {
                let path = Path::Field(self.path, name);
                self.found.misshapen(&path, unknown(name, read));
            }
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (path, found) = (self.path, self.found);
        let result = match self.value {
            Value::Array(items) => visitor.visit_seq(Items {
                items: items.into_iter().enumerate(),
                path,
                found,
                fields: self.fields,
            }),
            Value::Object(fields) => visitor.visit_map(Entries {
                entries: fields.into_iter(),
                value: None,
                path,
                found,
                fields: self.fields,
            }),
            scalar => scalar.deserialize_any(visitor),
        };
        found.failing(path, result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::Object(given) => self.must_know(given, fields),
            // serde would take the fields one after the other; no API of ours is meant so.
            Value::Array(_) => {
                let error = Error::invalid_type(Unexpected::Seq, &"an object");
                return self.found.failing(self.path, Err(error));
            }
            _ => {}
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = self.value.deserialize_enum(name, variants, visitor);
        self.found.failing(self.path, result)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Items<'a> {
    items: std::iter::Enumerate<std::vec::IntoIter<Value>>,
    path: &'a Path<'a>,
    found: &'a Found,
    fields: Fields,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some((index, value)) = self.items.next() else {
            return Ok(None);
        };
        let path = Path::Item(self.path, index);
        let reader = Reader {
            value,
            path: &path,
            found: self.found,
            fields: self.fields.inside(),
        };
        self.found
            .failing(&path, seed.deserialize(reader))
            .map(Some)
    }
}

struct Entries<'a> {
    entries: serde_json::map::IntoIter,
    value: Option<(String, Value)>,
    path: &'a Path<'a>,
    found: &'a Found,
    fields: Fields,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some((name.clone(), value));
        seed.deserialize(Value::String(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let entry = self.value.take();
        let (name, value) = entry.ok_or_else(|| Error::custom("a value without a name"))?;
        let path = Path::Field(self.path, &name);
        let reader = Reader {
            value,
            path: &path,
            found: self.found,
            fields: self.fields.inside(),
        };
        self.found.failing(&path, seed.deserialize(reader))
    }
}

impl Fields {
    /// Further in, only what is read there is known.
    fn inside(self) -> Self {
        match self {
            Self::Known(_) => Self::Known(&[]),
            Self::Any => Self::Any,
        }
    }
}

/// What is said of a field that nobody reads.
pub(super) fn unknown(name: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|it| (distance(&plain(name), &plain(it)), *it))
        .min();
    match nearest {
        Some((distance, nearest)) if distance <= 1 + nearest.len() / 4 => {
            format!("is not known; did you mean {nearest}?")
        }
        _ if known.is_empty() => "is not known; there are no fields here".to_owned(),
        _ => format!("is not known; there are {}", known.join(", ")),
    }
}

/// `unitPrice`, `unit-price` and `unit_price` are one name to a person.
fn plain(name: &str) -> Vec<char> {
    let letters = name.chars().filter(|it| it.is_alphanumeric()).take(64);
    letters.flat_map(char::to_lowercase).collect()
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// The names of the fields that `T` reads.
pub(super) fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // It always fails: there is nothing to read, only to ask for.
    let _ = T::deserialize(Asking(&mut names));
    names
}

struct Asking<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asking<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("only asking"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("only asking"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_however_it_is_written() {
        let known = ["shipping_address", "items", "unit_price"];

        assert_eq!(
            unknown("shippingAddress", &known),
            "is not known; did you mean shipping_address?"
        );
        assert_eq!(
            unknown("itmes", &known),
            "is not known; did you mean items?"
        );
        assert_eq!(
            unknown("colour", &known),
            "is not known; there are shipping_address, items, unit_price"
        );
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let read = |text: &str| read::<Vec<i64>>(text.as_bytes(), Fields::Known(&[]));

        assert_eq!(read("[2.0, 1e3, -0.0]").unwrap(), [2, 1_000, 0]);
        assert!(read("[1.5]").is_err() && read("[1e300]").is_err() && read("[1e999]").is_err());
    }
}
