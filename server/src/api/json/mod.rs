//! Reading a JSON document so that its sender learns of everything that is wrong with it, each by its pointer: keys that
//! come twice, characters that cannot be kept, fields that nobody knows, and what does not have the right shape.

mod found;
mod names;
mod path;
mod reader;
mod tree;

pub(super) use names::{fields_of, unknown};

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::{Error, Value};

use self::{found::Found, path::Path, reader::Reader, tree::Tree};
use super::ApiError;

/// How often a document is read again behind a place that cannot be read. Whoever has more of them begins with these.
const MOST_READINGS: usize = 20;

/// Which fields a document may have.
#[derive(Clone, Copy)]
pub(super) enum Fields {
    /// Those that are read, and these.
    Known(&'static [&'static str]),
    /// Any: those that nobody reads are passed over.
    Any,
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

/// The document in `text`.
///
/// # Errors
/// 400 with all that was found, 422 when that is only text that cannot be kept.
pub(super) fn read<T: DeserializeOwned>(text: &[u8], fields: Fields) -> Result<T, ApiError> {
    let found = Found::default();
    let value = match parse(text, &found) {
        Ok(tree) => read_tree(&tree, fields, &found),
        Err(error) => {
            found.pass_over(&error);
            None
        }
    };
    let found = found.into_everything();
    match value {
        Some(value) if found.misshapen.is_empty() && found.unfit.is_empty() => Ok(value),
        Some(_) if found.misshapen.is_empty() => Err(orders::Refusal::Invalid(found.unfit).into()),
        Some(_) | None => Err(ApiError::misshapen(found.misshapen)),
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

/// What the tree stands for; `None` once nothing more can be read of it.
fn read_tree<T: DeserializeOwned>(tree: &Value, fields: Fields, found: &Found) -> Option<T> {
    for _ in 0..MOST_READINGS {
        let reader = Reader {
            value: tree,
            path: &Path::Root,
            found,
            fields,
            was_read: false,
        };
        match T::deserialize(reader) {
            Ok(value) => return Some(value),
            Err(error) if found.pass_over(&error) => {}
            Err(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        let read = |text: &str| read::<Vec<i64>>(text.as_bytes(), Fields::Known(&[]));

        assert_eq!(read("[2.0, 1e3, -0.0]").unwrap(), [2, 1_000, 0]);
        assert!(read("[1.5]").is_err() && read("[1e300]").is_err() && read("[1e999]").is_err());
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only how it is read matters")]
    struct Line {
        sku: String,
        #[serde(default)]
        quantity: i64,
    }

    fn pointers<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> Vec<String> {
        let error = read::<T>(text.as_bytes(), Fields::Known(&[])).unwrap_err();
        let mut pointers: Vec<_> = error.errors.iter().map(|it| it.pointer.clone()).collect();
        pointers.sort();
        pointers
    }

    #[test]
    fn what_stands_behind_a_wrong_value_is_looked_at_too() {
        let lines = r#"[{"sku": 1, "quantity": "x"}, 5, {"quantity": 1}, {"sku": "A", "quantity": true}, {"skew": ""}]"#;

        assert_eq!(
            pointers::<Vec<Line>>(lines),
            [
                "/0/quantity",
                "/0/sku",
                "/1",
                "/2",
                "/3/quantity",
                "/4",
                "/4/skew"
            ]
        );
    }

    #[test]
    fn a_document_that_is_wrong_everywhere_costs_no_more_than_the_first_errors() {
        let fields: Vec<_> = (0..100_000).map(|it| format!("\"a{it}\":0")).collect();
        let wrong = format!("[{}]", vec!["0"; 100_000].join(","));

        let unknown = pointers::<Line>(&format!("{{{}}}", fields.join(",")));
        assert_eq!(
            (unknown.len(), pointers::<Vec<Line>>(&wrong).len()),
            (101, MOST_READINGS)
        );
    }

    thread_local! {
        static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    /// A number that counts how many of its kind are looked at.
    #[derive(Debug)]
    struct Counted;

    impl<'de> serde::Deserialize<'de> for Counted {
        fn deserialize<D: serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
            LOOKED_AT.set(LOOKED_AT.get() + 1);
            i64::deserialize(json).map(|_| Self)
        }
    }

    #[test]
    fn however_often_a_document_is_read_each_item_is_looked_at_about_once() {
        let good = "1,".repeat(1_000);
        let wrong = r#""x","#.repeat(30);
        let document = format!(r#"{{"a":[{good}1],"b":[{good}{wrong}1],"c":[{good}1]}}"#);

        let errors = pointers::<std::collections::BTreeMap<String, Vec<Counted>>>(&document);

        assert_eq!(errors.len(), MOST_READINGS);
        assert!(
            LOOKED_AT.get() <= 2_000 + 2 * MOST_READINGS,
            "{}",
            LOOKED_AT.get()
        );
    }
}
