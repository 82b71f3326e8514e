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
pub mod checkout_form;
pub mod delivery_method;
pub mod discount;
pub mod docs;
pub mod key;
pub mod mail;
pub mod market;
pub mod order;
pub mod person;
pub mod price;
pub mod product;
pub mod product_details;
pub mod refund;
pub mod returns;
pub mod storefront;
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
    /// A form as the page fills it in, with nothing wrong yet.
    #[must_use]
    pub fn of(fields: BTreeMap<String, String>) -> Self {
        Self {
            fields,
            errors: Vec::new(),
        }
    }

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

/// Goes on to the page that `done` names; or, when it was refused, back to the form's `page`, which shows again what was
/// typed into it: kept under the page's path, so that no form shows what was typed about something else.
#[cfg(feature = "ssr")]
async fn done_or_kept(
    visitor: &crate::ssr::Visitor,
    page: &str,
    fields: BTreeMap<String, String>,
    done: Result<String, orders::OrderError>,
) -> Result<(), crate::AppError> {
    use orders::{OrderError, Refusal};
    let path = page.split('?').next().unwrap_or(page);
    let refusal = match done {
        Ok(next) => {
            visitor.drop_draft(path).await?;
            crate::ssr::redirect(&next);
            return Ok(());
        }
        // The only thing that two of a kind cannot share.
        Err(OrderError::Refused(Refusal::Exists(_))) => Refusal::field("/code", "is taken already"),
        Err(OrderError::Refused(refusal)) => refusal,
        Err(error) => return Err(error.into()),
    };
    let shorten = |text: String| text.chars().take(5_000).collect();
    let fields = fields.into_iter().map(|(name, text)| (name, shorten(text)));
    visitor.keep_draft(path, fields.collect(), &refusal).await?;
    let sign = if page.contains('?') { '&' } else { '?' };
    crate::ssr::redirect(&format!("{page}{sign}error={}", refusal.code()));
    Ok(())
}

/// Back to a page, which says what was done, or why not.
#[cfg(feature = "ssr")]
fn back<T>(
    page: &str,
    done: Result<T, orders::OrderError>,
    word: &str,
) -> Result<(), crate::AppError> {
    let sign = if page.contains('?') { '&' } else { '?' };
    match done.map_err(crate::AppError::from) {
        Ok(_) => crate::ssr::redirect(&format!("{page}{sign}done={word}")),
        Err(error) => crate::ssr::redirect(&format!("{page}{sign}error={}", error.code())),
    }
    Ok(())
}
