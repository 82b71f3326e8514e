//! Server functions: how pages and forms reach the engine. Each finds out who is calling, calls one use case, answers.
//!
//! Forms post here, with or without JavaScript. Their fields arrive as text and are parsed inside, so that nothing that
//! was typed is lost: what cannot be used is kept as a [`Draft`] and the form is shown again with `?error=<code>`.

use std::collections::BTreeMap;

use orders::FieldError;
use serde::{Deserialize, Serialize};

pub mod account;
pub mod admin;
pub mod cart;
pub mod checkout;
pub mod market;
pub mod order;
pub mod product;
pub mod refund;
pub mod returns;
pub mod webhook;

/// What somebody typed into a form that could not be used.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The fields, by name.
    pub fields: BTreeMap<String, String>,
    /// What is wrong, by JSON pointer.
    pub errors: Vec<FieldError>,
}

impl Draft {
    /// What was typed into a field.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// What is wrong at a JSON pointer.
    #[must_use]
    pub fn error(&self, pointer: &str) -> Option<String> {
        self.errors
            .iter()
            .find(|it| it.pointer == pointer)
            .map(|it| it.detail.clone())
    }
}
