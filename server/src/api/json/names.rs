//! The names of fields: which there are, and which of them was meant.

use serde::{
    Deserialize,
    de::{Deserializer, Error as _, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Error;

/// What is said of a field that nobody reads.
pub(in crate::api) fn unknown(name: &str, known: &[&str]) -> String {
    let sought = plain(name);
    let nearest = known
        .iter()
        .map(|it| (strsim::levenshtein(&sought, &plain(it)), *it))
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
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|it| it.is_alphanumeric()).take(64);
    letters.flat_map(char::to_lowercase).collect()
}

/// The names of the fields that `T` reads.
pub(in crate::api) fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
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
}
