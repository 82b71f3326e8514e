//! The order list's filter in its address.

use leptos_router::{location::Url, params::ParamsMap};
use orders::OrderState;

use crate::api::admin::OrderQuery;

impl OrderQuery {
    /// The filter that a page's address names.
    pub(super) fn of(address: &ParamsMap) -> Self {
        let field = |name| address.get(name).unwrap_or_default().trim().to_owned();
        Self {
            status: field("status"),
            needs_attention: field("needs_attention"),
            // People copy numbers as they see them.
            q: field("q").trim_start_matches('#').to_owned(),
            after: field("after"),
        }
    }

    /// The state it is about, if it is about one.
    pub(super) fn state(&self) -> Option<OrderState> {
        OrderState::read(&self.status)
    }

    /// Whether it leaves orders out.
    pub(super) fn is_narrow(&self) -> bool {
        self.state().is_some() || self.wants_attention() || !self.q.is_empty()
    }

    /// Whether it is about those that a person has to look at.
    pub(super) fn wants_attention(&self) -> bool {
        !self.needs_attention.is_empty()
    }

    /// The same words in another state, from the first page on.
    pub(super) fn in_state(&self, state: Option<OrderState>) -> Self {
        Self {
            status: state.map(|it| it.to_string()).unwrap_or_default(),
            needs_attention: String::new(),
            q: self.q.clone(),
            after: String::new(),
        }
    }

    /// The same words among those that a person has to look at.
    pub(super) fn in_need(&self) -> Self {
        Self {
            needs_attention: "true".to_owned(),
            ..self.in_state(None)
        }
    }

    /// The same orders, behind another one.
    pub(super) fn behind(&self, after: String) -> Self {
        Self {
            after,
            ..self.clone()
        }
    }

    /// The list's address.
    pub(super) fn path(&self) -> String {
        let fields: Vec<_> = [
            ("status", &self.status),
            ("needs_attention", &self.needs_attention),
            ("q", &self.q),
            ("after", &self.after),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}={}", Url::escape(text)))
        .collect();
        match fields.as_slice() {
            [] => "/admin/orders".to_owned(),
            fields => format!("/admin/orders?{}", fields.join("&")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        let query = OrderQuery {
            status: "shipped".to_owned(),
            q: "ada & co".to_owned(),
            ..OrderQuery::default()
        };

        assert_eq!(
            query.path(),
            "/admin/orders?status=shipped&q=ada%20%26%20co"
        );
        assert_eq!(
            query.in_state(None).path(),
            "/admin/orders?q=ada%20%26%20co"
        );
        assert_eq!(
            query.in_need().path(),
            "/admin/orders?needs_attention=true&q=ada%20%26%20co"
        );
        assert_eq!(OrderQuery::default().path(), "/admin/orders");
    }
}
