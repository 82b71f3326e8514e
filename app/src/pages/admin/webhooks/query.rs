//! The filter of deliveries in the page's address.

use leptos_router::{location::Url, params::ParamsMap};
use orders::DeliveryState;

use crate::api::webhook::DeliveryQuery;

impl DeliveryQuery {
    /// The filter that a page's address names.
    pub(super) fn of(address: &ParamsMap) -> Self {
        let field = |name| address.get(name).unwrap_or_default();
        Self {
            state: field("state"),
            webhook: field("webhook"),
            after: field("after"),
            secret: field("secret"),
        }
    }

    /// The same in another state, from the first page on.
    pub(super) fn in_state(&self, state: Option<DeliveryState>) -> Self {
        Self {
            state: state.map(|it| it.to_string()).unwrap_or_default(),
            webhook: self.webhook.clone(),
            ..Self::default()
        }
    }

    /// The same of every webhook, from the first page on.
    pub(super) fn of_all(&self) -> Self {
        Self {
            state: self.state.clone(),
            ..Self::default()
        }
    }

    /// The same, behind a delivery.
    pub(super) fn behind(&self, after: String) -> Self {
        Self {
            after,
            secret: String::new(),
            ..self.clone()
        }
    }

    /// The address of the page that shows it.
    pub(super) fn path(&self) -> String {
        let fields = [
            ("state", &self.state),
            ("webhook", &self.webhook),
            ("after", &self.after),
        ];
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", Url::escape(value)))
            .collect();
        match fields.as_slice() {
            [] => "/admin/webhooks".to_owned(),
            fields => format!("/admin/webhooks?{}", fields.join("&")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        let query = DeliveryQuery {
            state: "waiting".to_owned(),
            webhook: "a b".to_owned(),
            after: "7".to_owned(),
            secret: "new".to_owned(),
        };

        let path = "/admin/webhooks?state=waiting&webhook=a%20b&after=7";
        assert_eq!(query.path(), path);
        assert_eq!(query.of_all().path(), "/admin/webhooks?state=waiting");
        let aside = query.in_state(Some(DeliveryState::SetAside));
        assert_eq!(
            aside.path(),
            "/admin/webhooks?state=set%5Faside&webhook=a%20b"
        );
        assert_eq!(DeliveryQuery::default().path(), "/admin/webhooks");
    }
}
