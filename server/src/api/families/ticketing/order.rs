//! An order, as a ticket seller asks for it and reads it.

use chrono::{DateTime, Utc};
use orders::{
    Caller, CustomerDocument, FieldError, ItemDocument, NewOrder, NewOrderDocument, Order, OrderId,
    OrderState, Reference, Refusal, Settlement, TicketId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::families::{NumberOrText, renamed, user};

/// An order to be placed.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"user_id": "101", "event_id": 101, "seats": [1, 2, 3]}))]
pub(in crate::api::families) struct NewTicketingOrder {
    /// Who buys it, as the seller calls them; a signed-in customer only for themselves.
    user_id: Option<Reference>,
    /// The event's reference.
    event_id: Option<Reference>,
    /// The seats' ids.
    #[serde(default)]
    seats: Vec<Reference>,
}

/// An order, as a ticket seller knows it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "7f7ddc5b-2099-44a1-9f52-3089eb15c1d9", "user_id": 101, "event_id": 101, "status": "PENDING",
    "total_cents": 4950, "tax_cents": 450,
    "items": [{"seat_id": 1, "seat_code": "A1", "seat_price_cents": 4500}],
    "tickets": [], "created_at": "2026-12-01T12:00:00Z", "updated_at": "2026-12-01T12:00:00Z"
}))]
pub(in crate::api::families) struct TicketingOrder {
    /// The order's id.
    #[schema(value_type = uuid::Uuid)]
    id: OrderId,
    /// Who bought it, as the seller calls them; `null` for a guest.
    user_id: Option<NumberOrText>,
    /// The event of its seats; `null` when it has none.
    event_id: Option<NumberOrText>,
    /// `PENDING`, `CONFIRMED`, `CANCELLED`, `FAILED` or `REFUNDED`.
    status: &'static str,
    /// What the buyer pays, tax and all.
    total_cents: i64,
    /// The tax in it.
    tax_cents: i64,
    /// The seats.
    items: Vec<TicketingItem>,
    /// One for each seat, once the order is confirmed.
    tickets: Vec<TicketingTicket>,
    /// When it was placed.
    created_at: DateTime<Utc>,
    /// When it last changed.
    updated_at: DateTime<Utc>,
}

/// One seat. Goods of an order read as items without a seat.
#[derive(Serialize, ToSchema)]
struct TicketingItem {
    /// Its id, unique within the event.
    seat_id: Option<i32>,
    /// What is written on it.
    seat_code: Option<String>,
    /// Its price; of goods, that of all of them.
    seat_price_cents: i64,
}

/// The right to a seat.
#[derive(Serialize, ToSchema)]
struct TicketingTicket {
    /// The ticket's id.
    #[schema(value_type = uuid::Uuid)]
    id: TicketId,
    /// The seat.
    seat_id: i32,
    /// What the door checks.
    ticket_code: String,
    /// When it was issued.
    issued_at: DateTime<Utc>,
}

impl From<Order> for TicketingOrder {
    fn from(order: Order) -> Self {
        let event = order.items.iter().find(|it| it.seat.is_some());
        let event_id = event.map(|it| it.product.as_str().into());
        let items = order.items.into_iter().map(|line| {
            let (seat_id, seat_code) = line.seat.map(|it| (it.seat_id, it.seat_code)).unzip();
            TicketingItem {
                seat_id,
                seat_code,
                seat_price_cents: line.total_minor,
            }
        });
        let tickets = order.tickets.into_iter().map(|it| TicketingTicket {
            id: it.id,
            seat_id: it.seat_id,
            ticket_code: it.ticket_code,
            issued_at: it.issued_at,
        });
        Self {
            id: order.id,
            user_id: user(&order.customer).map(|it| it.as_str().into()),
            event_id,
            status: word(order.status),
            total_cents: order.total_minor,
            tax_cents: order.tax_minor,
            items: items.collect(),
            tickets: tickets.collect(),
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

/// What a ticket seller calls the order's state.
pub(super) fn word(state: OrderState) -> &'static str {
    match state {
        OrderState::Pending | OrderState::PaymentPending | OrderState::PaymentFailed => "PENDING",
        OrderState::Confirmed
        | OrderState::Processing
        | OrderState::Shipped
        | OrderState::Delivered
        | OrderState::Completed => "CONFIRMED",
        OrderState::Cancelled => "CANCELLED",
        OrderState::Failed => "FAILED",
        OrderState::Refunded => "REFUNDED",
    }
}

impl NewTicketingOrder {
    pub(super) fn parse(self, caller: &Caller) -> Result<NewOrder, Refusal> {
        let mut errors = Vec::new();
        // A customer who names nobody buys for themselves.
        if self.user_id.is_none() && caller.person().is_none() {
            errors.push(FieldError::new("/user_id", "is missing"));
        }
        let event = self.event_id.as_ref().ok_or("is missing");
        let event = event.and_then(Reference::parse);
        let event = FieldError::collect(&mut errors, "/event_id", event);
        // Stands for what cannot be used, of which there is an error already.
        let event = event.map_or(Reference::Number(0), Reference::Text);
        let mut items = Vec::new();
        for (index, seat) in self.seats.iter().enumerate() {
            let number = seat.parse().ok().and_then(|it| it.parse().ok());
            let number = number.ok_or("is not a seat's id");
            let seat_id = FieldError::collect(&mut errors, &format!("/items/{index}"), number);
            items.push(ItemDocument {
                product: Some(event.clone()),
                seat_id: seat_id.or(Some(i32::MIN)),
                ..ItemDocument::default()
            });
        }
        let parsed = NewOrderDocument {
            items,
            customer: Some(CustomerDocument {
                external_ref: self.user_id,
                ..CustomerDocument::default()
            }),
            settlement: Settlement::Collected,
            ..NewOrderDocument::default()
        }
        .parse();
        let more = match parsed {
            Ok(new) if errors.is_empty() => return Ok(new),
            Ok(_) => Vec::new(),
            Err(more) => more,
        };
        let is_new = |it: &FieldError| errors.iter().all(|known| known.pointer != it.pointer);
        let more: Vec<_> = more.into_iter().filter(is_new).collect();
        Err([errors, more].concat().into())
    }
}

/// A field as a ticket seller calls it.
pub(super) fn pointer(canonical: &str) -> String {
    let names = [("/customer/external_ref", "/user_id"), ("/items", "/seats")];
    renamed(canonical, &names)
}
