//! From a tree to what it stands for: here is found what nobody knows.

use serde::{
    de::{
        DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess,
        Unexpected, Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Map, Value};

use super::{
    Fields,
    found::{Found, Step},
    names::unknown,
    path::Path,
};

/// Reads a tree into what it stands for. serde says which fields each object has: there is no second list of them.
///
/// A tree with errors is read several times. Its value is not wanted any more then, so what was read before is not gone
/// through again: however often it is read, each item is looked at about once.
pub(super) struct Reader<'de, 'a> {
    pub(super) value: &'de Value,
    pub(super) path: &'a Path<'a>,
    pub(super) found: &'a Found,
    pub(super) fields: Fields,
    /// Whether all of it was read before.
    pub(super) was_read: bool,
}

impl Reader<'_, '_> {
    fn must_know(&self, given: &Map<String, Value>, read: &'static [&'static str]) {
        let Fields::Known(also) = self.fields else {
            return;
        };
        if self.was_read || !self.found.passed_over(self.path).is_empty() {
            return;
        }
        for name in given.keys() {
            let is_known = |it: &&str| it == name;
            if !read.iter().any(is_known) && !also.iter().any(is_known) {
                let path = Path::Field(self.path, name);
                self.found.misshapen(&path, || unknown(name, read));
            }
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (path, found) = (self.path, self.found);
        let result = match self.value {
            Value::Array(items) => visitor.visit_seq(Items::after_those_read(&self, items)),
            Value::Object(entries) => visitor.visit_map(Entries::of(&self, entries)),
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
        match self.value {
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

struct Items<'de, 'a> {
    items: std::iter::Skip<std::iter::Enumerate<std::slice::Iter<'de, Value>>>,
    path: &'a Path<'a>,
    found: &'a Found,
    fields: Fields,
}

impl<'de, 'a> Items<'de, 'a> {
    /// Those behind the last in which something was passed over, and that one itself if it was not passed over whole.
    fn after_those_read(reader: &Reader<'de, 'a>, items: &'de [Value]) -> Self {
        let passed = reader.found.passed_over(reader.path);
        let next = |step: &Step| {
            let index = step.name.parse::<usize>().ok()?;
            Some(index + usize::from(step.is_end))
        };
        let read = passed.iter().filter_map(next).max().unwrap_or_default();
        let read = if reader.was_read { items.len() } else { read };
        Self {
            items: items.iter().enumerate().skip(read),
            path: reader.path,
            found: reader.found,
            fields: reader.fields,
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
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
            was_read: false,
        };
        self.found
            .failing(&path, seed.deserialize(reader))
            .map(Some)
    }
}

struct Entries<'de, 'a> {
    entries: std::iter::Enumerate<serde_json::map::Iter<'de>>,
    entry: Option<(usize, (&'de String, &'de Value))>,
    path: &'a Path<'a>,
    found: &'a Found,
    fields: Fields,
    passed: Vec<Step>,
    /// How many of them were read before.
    read: usize,
}

impl<'de, 'a> Entries<'de, 'a> {
    fn of(reader: &Reader<'de, 'a>, entries: &'de Map<String, Value>) -> Self {
        let passed = reader.found.passed_over(reader.path);
        let leads_on = |name: &String| passed.iter().any(|it| it.name == *name);
        let read = match passed.as_slice() {
            _ if reader.was_read => entries.len(),
            [] => 0,
            _ => entries.keys().rposition(leads_on).unwrap_or_default(),
        };
        Self {
            entries: entries.iter().enumerate(),
            entry: None,
            path: reader.path,
            found: reader.found,
            fields: reader.fields,
            passed,
            read,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let passed = &self.passed;
        let is_passed = |name: &str| passed.iter().any(|it| it.is_end && it.name == name);
        self.entry = self.entries.find(|(_, (name, _))| !is_passed(name));
        let Some((_, (name, _))) = self.entry else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Error> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let entry = self.entry.take();
        let (index, (name, value)) =
            entry.ok_or_else(|| Error::custom("a value without a name"))?;
        let path = Path::Field(self.path, name);
        let reader = Reader {
            value,
            path: &path,
            found: self.found,
            fields: self.fields.inside(),
            was_read: index < self.read,
        };
        self.found.failing(&path, seed.deserialize(reader))
    }
}
