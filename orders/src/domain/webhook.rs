//! Who is told of events, and what became of telling them.

use chrono::{DateTime, Utc};
use derive_more::{Display, From, FromStr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{EventType, MailKind, OrderId, Refusal, Text, WebhookId};

/// Where one delivery is found. Those of later events are higher.
#[derive(
    Clone,
    Copy,
    Debug,
    Display,
    Eq,
    From,
    FromStr,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    Deserialize,
)]
#[cfg_attr(feature = "engine", derive(sqlx::Type), sqlx(transparent))]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct DeliveryId(pub i64);

/// Somebody who is told of events at an address of theirs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where events are sent.
    pub url: String,
    /// Which events; empty for all.
    pub event_types: Vec<EventType>,
    /// Why nothing is sent; absent while it is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_because: Option<DisabledBecause>,
    /// How many deliveries wait to be sent, or to be sent again.
    pub waiting: i64,
    /// How many were given up on.
    pub set_aside: i64,
    /// Why the newest of these was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Why nothing is sent to an endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DisabledBecause {
    /// Somebody who runs the shop wanted it so.
    Asked,
    /// The endpoint answered 410: it does not want to hear of anything any more.
    Gone,
}

/// A webhook, with the secret that its deliveries are signed with. It is shown this once.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// `whsec_` and base64, as in the Standard Webhooks specification.
    pub secret: String,
}

/// A webhook to be made.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"url": "https://shop.example.com/orders/changed", "event_types": ["order.shipped", "order.delivered"]})))]
pub struct NewWebhook {
    /// Where events are sent: `https://…`, or `http://…`.
    #[serde(default)]
    pub url: String,
    /// Which events; empty or absent for all.
    #[serde(default)]
    pub event_types: Vec<EventType>,
}

impl NewWebhook {
    /// The address, trimmed, and each type of event once.
    ///
    /// # Errors
    /// The address is missing, too long, or none for HTTP.
    pub fn parse(&self) -> Result<Self, Refusal> {
        let refuse = |why: &str| Refusal::field("/url", why);
        let url = Text::required(&self.url, 2_000).map_err(refuse)?;
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| refuse("must begin with https:// or http://"))?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" if authority.contains('@') => Err(refuse(
                "must not hold a name or a password: they would be shown to everybody here",
            )),
            "http" | "https" if authority.is_empty() || url.contains(['#', '\\', ' ']) => {
                Err(refuse("is not an address"))
            }
            "http" | "https" => Ok(Self {
                event_types: EventType::ALL
                    .into_iter()
                    .filter(|it| self.event_types.contains(it))
                    .collect(),
                url,
            }),
            _ => Err(refuse("must begin with https:// or http://")),
        }
    }
}

/// One event on its way to somebody.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// To whom.
    #[serde(flatten)]
    pub to: Addressee,
    /// The event's id, which is also `webhook-id` of what is sent.
    pub event_id: Uuid,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// To which order.
    pub order_id: OrderId,
    /// What people call the order.
    pub order_number: i64,
    /// The event's place in the order's sequence.
    pub sequence: i32,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was sent, since it was last asked for.
    pub attempts: i32,
    /// When it is sent next, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
    /// Why the last attempt that failed did so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// The status of the last answer: HTTP's or, of a mail, SMTP's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<i16>,
    /// When the event was passed on.
    pub created_at: DateTime<Utc>,
    /// When it was delivered or set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// Who a delivery is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// A webhook.
    WebhookId(WebhookId),
    /// The customer, who is written to about this.
    Mail(MailKind),
}

/// What kind of addressee deliveries have.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[display(rename_all = "snake_case")]
pub enum DeliveryTarget {
    /// Webhooks.
    Webhook,
    /// Customers, by mail.
    Mail,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[display(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent, or to be sent again.
    Waiting,
    /// Taken by whoever it is for.
    Delivered,
    /// Given up on, until somebody sends it again.
    SetAside,
}

impl DeliveryState {
    /// The state that a word names.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::SetAside]
            .into_iter()
            .find(|it| it.to_string() == word)
    }
}

/// Which deliveries a list shows. Empty: all.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DeliveryFilter {
    /// To addressees of this kind.
    pub target: Option<DeliveryTarget>,
    /// In this state.
    pub state: Option<DeliveryState>,
    /// To this webhook.
    pub webhook: Option<WebhookId>,
    /// Of what happened to this order.
    pub order: Option<OrderId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<NewWebhook, Refusal> {
        NewWebhook {
            url: url.to_owned(),
            event_types: vec![EventType::Shipped, EventType::Created, EventType::Shipped],
        }
        .parse()
    }

    #[test]
    fn only_addresses_for_http_without_secrets_are_taken() {
        let taken = parse(" https://example.com:8443/hooks?shop=1 ").unwrap();
        assert_eq!(taken.url, "https://example.com:8443/hooks?shop=1");
        assert_eq!(taken.event_types, [EventType::Created, EventType::Shipped]);

        for url in [
            "",
            "example.com",
            "ftp://example.com",
            "file:///etc/passwd",
            "https://",
            "https:///hooks",
            "https://name:word@example.com/",
            "https://example.com/#part",
            "https://example.com\\@inside/",
            "https://example.com/a b",
        ] {
            assert!(matches!(parse(url), Err(Refusal::Invalid(_))), "{url}");
        }
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        assert_eq!(
            DeliveryState::read("set_aside"),
            Some(DeliveryState::SetAside)
        );
        assert_eq!(DeliveryState::read("lost"), None);
    }
}
