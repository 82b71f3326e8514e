//! What the forms of this folder share: where they lead, and what went wrong before.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, location::Url};

use crate::{
    api::Draft,
    components::{Correction, refusal, refusal_code},
    shop::in_shop,
    words::complaint,
};

/// A form as it was left.
#[derive(Clone, Debug, Default)]
pub(super) struct Left {
    /// What was typed, and what is wrong with it.
    pub(super) draft: Draft,
    /// The page to go on to.
    pub(super) next: String,
    /// Why it was refused.
    code: Option<String>,
}

impl Left {
    /// The form with what was typed into it, if it was refused just now; otherwise empty.
    pub(super) fn of(address: &Address, draft: Draft) -> Self {
        let draft = if address.code.is_some() {
            draft
        } else {
            Draft::default()
        };
        let next = match address.next.as_str() {
            "" => draft.field("next"),
            next => next.to_owned(),
        };
        Self {
            draft,
            next,
            code: address.code.clone(),
        }
    }

    /// What is wrong, field by field; or what was refused as a whole, at `whole`.
    pub(super) fn corrections(&self, fields: &[(&str, &str)], whole: &str) -> Vec<Correction> {
        let wrong: Vec<_> = fields
            .iter()
            .filter_map(|(name, label)| {
                let detail = self.draft.error(&format!("/{name}"))?;
                Some(Correction::new(
                    format!("#{name}"),
                    format!("{label} {}", complaint(&detail)),
                ))
            })
            .collect();
        match &self.code {
            Some(code) if wrong.is_empty() => vec![Correction::new(whole, refusal(code).1)],
            _ => wrong,
        }
    }

    /// What the summary says on top, when the form was refused as a whole.
    pub(super) fn title(&self) -> Option<String> {
        let code = self
            .code
            .as_deref()
            .filter(|_| self.draft.errors.is_empty())?;
        Some(refusal(code).0.to_owned())
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, name: &str) -> Option<String> {
        (self.draft.error(&format!("/{name}"))).map(|it| complaint(&it))
    }

    /// The other form, leading to the same page.
    pub(super) fn link(&self, path: &str) -> String {
        match self.next.as_str() {
            "" => in_shop(path),
            next => in_shop(&format!("{path}?next={}", Url::escape(next))),
        }
    }
}

/// What the page's address says about the form.
#[derive(Clone, Debug)]
pub(super) struct Address {
    next: String,
    code: Option<String>,
}

impl Address {
    /// This page's.
    pub(super) fn here() -> Self {
        Self {
            next: use_query_map()
                .get_untracked()
                .get("next")
                .unwrap_or_default(),
            code: refusal_code(),
        }
    }
}
