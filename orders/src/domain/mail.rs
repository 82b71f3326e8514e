//! What customers are written to about.

use derive_more::Display;
use serde::{Deserialize, Serialize};

use super::{EventType, Order, OrderState};

/// What a mail to the customer is about.
#[derive(Clone, Copy, Debug, Display, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[display(rename_all = "snake_case")]
pub enum MailKind {
    /// Their order is here, and waits for its money.
    Received,
    /// Their order is paid, or accepted to be paid elsewhere.
    Confirmed,
    /// A parcel left.
    Shipped,
    /// Their order was stopped.
    Cancelled,
    /// Money went back.
    Refunded,
}

impl MailKind {
    /// The mail that an event calls for; `status` is where the order stood after it.
    #[must_use]
    pub fn of(event: EventType, status: OrderState) -> Option<Self> {
        match event {
            EventType::Created => Some(Self::Received),
            EventType::StatusChanged => match status {
                OrderState::Confirmed => Some(Self::Confirmed),
                OrderState::Failed => Some(Self::Cancelled),
                OrderState::Pending
                | OrderState::PaymentPending
                | OrderState::PaymentFailed
                | OrderState::Processing
                | OrderState::Shipped
                | OrderState::Delivered
                | OrderState::Completed
                | OrderState::Cancelled
                | OrderState::Refunded => None,
            },
            EventType::Cancelled => Some(Self::Cancelled),
            EventType::Shipped => Some(Self::Shipped),
            EventType::Refunded => Some(Self::Refunded),
            // Whoever pays sees that a card was declined; that everything has arrived, they have in their hands.
            EventType::PaymentSuccessful
            | EventType::PaymentFailed
            | EventType::Delivered
            | EventType::Updated => None,
        }
    }

    /// Whether it still tells the customer something, now that the order stands like this. `was_told` says whether they
    /// have had a mail that it stands.
    #[must_use]
    pub fn is_news(self, order: &Order, was_told: bool) -> bool {
        match self {
            // Whoever pays, or has paid, waits for something else.
            Self::Received => {
                order.status.is_unpaid() && !order.payment_runs() && order.captured_minor() == 0
            }
            Self::Confirmed => !order.status.is_stopped(),
            // Whoever asked was told that it failed. Where money was taken, they wait for it.
            Self::Cancelled => {
                order.status != OrderState::Failed || order.captured_minor() > 0 || was_told
            }
            Self::Shipped | Self::Refunded => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_steps_to_a_delivered_order_two_are_written_about() {
        let steps = [
            (EventType::StatusChanged, OrderState::PaymentPending),
            (EventType::StatusChanged, OrderState::Confirmed),
            (EventType::PaymentSuccessful, OrderState::Confirmed),
            (EventType::StatusChanged, OrderState::Processing),
            (EventType::StatusChanged, OrderState::Shipped),
            (EventType::Shipped, OrderState::Shipped),
            (EventType::StatusChanged, OrderState::Delivered),
            (EventType::Delivered, OrderState::Delivered),
        ];

        let mails: Vec<_> = (steps.into_iter())
            .filter_map(|(event, status)| MailKind::of(event, status))
            .collect();
        assert_eq!(mails, [MailKind::Confirmed, MailKind::Shipped]);
    }

    #[test]
    fn an_order_that_is_stopped_is_written_about_once() {
        let stopped = OrderState::Cancelled;
        let events = [EventType::StatusChanged, EventType::Cancelled];

        let mails = events.map(|it| MailKind::of(it, stopped));
        assert_eq!(mails, [None, Some(MailKind::Cancelled)]);
    }
}
