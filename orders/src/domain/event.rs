//! What others are told, and what is kept for ever.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{OrderId, OrderState};

/// What happened, in the words of the outside.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(sqlx::Type), sqlx(type_name = "text"))]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum EventType {
    /// An order was placed.
    #[serde(rename = "order.created")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.created"))]
    Created,
    /// An order's state changed.
    #[serde(rename = "order.status_changed")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.status_changed"))]
    StatusChanged,
    /// Money was captured.
    #[serde(rename = "order.payment_successful")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.payment_successful"))]
    PaymentSuccessful,
    /// A payment was declined.
    #[serde(rename = "order.payment_failed")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.payment_failed"))]
    PaymentFailed,
    /// An order was stopped.
    #[serde(rename = "order.cancelled")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.cancelled"))]
    Cancelled,
    /// A parcel left.
    #[serde(rename = "order.shipped")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.shipped"))]
    Shipped,
    /// Everything arrived.
    #[serde(rename = "order.delivered")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.delivered"))]
    Delivered,
    /// Money went back.
    #[serde(rename = "order.refunded")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.refunded"))]
    Refunded,
    /// Something about an order changed that has no event of its own: a note, a return, a mark for people to look at.
    #[serde(rename = "order.updated")]
    #[cfg_attr(feature = "engine", sqlx(rename = "order.updated"))]
    Updated,
}

impl EventType {
    /// Every type, in the order of an order's life.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::StatusChanged,
        Self::PaymentSuccessful,
        Self::PaymentFailed,
        Self::Cancelled,
        Self::Shipped,
        Self::Delivered,
        Self::Refunded,
        Self::Updated,
    ];

    /// The type's name, as in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "order.created",
            Self::StatusChanged => "order.status_changed",
            Self::PaymentSuccessful => "order.payment_successful",
            Self::PaymentFailed => "order.payment_failed",
            Self::Cancelled => "order.cancelled",
            Self::Shipped => "order.shipped",
            Self::Delivered => "order.delivered",
            Self::Refunded => "order.refunded",
            Self::Updated => "order.updated",
        }
    }
}

/// One event in its envelope (CloudEvents 1.0).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The version of the envelope.
    pub specversion: String,
    /// Lets a consumer drop repeats.
    pub id: Uuid,
    /// Who tells it.
    pub source: String,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// To which order.
    pub subject: OrderId,
    /// When.
    pub time: DateTime<Utc>,
    /// How `data` is written.
    pub datacontenttype: String,
    /// The order's `sequence` (from 1, without gaps), `number`, `status`, and what the event adds.
    pub data: serde_json::Value,
}

/// One line of an order's history. Nobody can change it, in the database neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// The order's version after the change.
    pub version: i32,
    /// The state before; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<OrderState>,
    /// The state after.
    pub to: OrderState,
    /// What was done: `placed`, `payment_captured`, `shipment_added`, …
    pub change: String,
    /// Who did it.
    pub actor: String,
    /// Why, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The request it came with.
    pub request_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::EventType;

    /// Does not compile when a type is added to the enum alone: people could not choose it then.
    #[test]
    fn all_types_are_all() {
        for (place, it) in EventType::ALL.into_iter().enumerate() {
            let own_place = match it {
                EventType::Created => 0,
                EventType::StatusChanged => 1,
                EventType::PaymentSuccessful => 2,
                EventType::PaymentFailed => 3,
                EventType::Cancelled => 4,
                EventType::Shipped => 5,
                EventType::Delivered => 6,
                EventType::Refunded => 7,
                EventType::Updated => 8,
            };
            assert_eq!(place, own_place);
        }
    }
}
