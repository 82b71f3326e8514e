//! Ticketing: `/v1`. For sellers of seats: amounts in cents, UPPER-CASE states, callbacks of their payment service.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use chrono::{DateTime, Utc};
use orders::{
    Caller, CustomerDocument, FieldError, ItemDocument, NewOrder, NewOrderDocument, Order,
    OrderError, OrderId, OrderState, Reference, Refusal, Settlement, Shortage, TicketId,
    engine::{Placed, ToldPayment},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NumberOrText, Somebody, created, shown, user};
use crate::{
    AppState,
    api::{
        ApiError,
        body::{JsonBody, PathPart},
        command::Lasting,
        payments::{fact, provider},
        problem::Problem,
    },
    caller::Who,
};

const PATH: &str = "/v1/orders";

/// An order to be placed.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"user_id": "101", "event_id": 101, "seats": [1, 2, 3]}))]
pub(super) struct NewTicketingOrder {
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
pub(super) struct TicketingOrder {
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
fn word(state: OrderState) -> &'static str {
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
    fn parse(self, caller: &Caller) -> Result<NewOrder, Refusal> {
        let mut errors = Vec::new();
        // A customer who names nobody buys for themselves.
        let needs_user = caller.person().is_none();
        for (pointer, is_missing) in [
            ("/user_id", needs_user && self.user_id.is_none()),
            ("/event_id", self.event_id.is_none()),
        ] {
            if is_missing {
                errors.push(FieldError::new(pointer, "is missing"));
            }
        }
        let event = self.event_id.unwrap_or(Reference::Number(0));
        let mut items = Vec::new();
        for (index, seat) in self.seats.iter().enumerate() {
            let seat_id = seat.parse().ok().and_then(|it| it.parse().ok());
            if seat_id.is_none() {
                errors.push(FieldError::new(
                    format!("/items/{index}"),
                    "is not a seat's id",
                ));
            }
            items.push(ItemDocument {
                product: Some(event.clone()),
                seat_id: seat_id.or(Some(0)),
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
        match parsed {
            Ok(new) if errors.is_empty() => Ok(new),
            Ok(_) => Err(errors.into()),
            Err(more) => Err([errors, more].concat().into()),
        }
    }
}

/// A field as a ticket seller calls it.
fn pointer(canonical: &str) -> String {
    canonical
        .replace("/customer/external_ref", "/user_id")
        .replace("/items", "/seats")
}

/// Place an order
///
/// Holds the seats until the payment service tells what became of the payment, or the order expires. The key is kept for
/// ever: sent again, it is answered `200` with the order as it is now; with another body it is refused. Of seats that are
/// taken, none of the request is held.
#[utoipa::path(post, path = PATH, tag = "ticketing", request_body = NewTicketingOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this order, for ever.")),
    responses((status = 201, body = TicketingOrder), (status = 200, body = TicketingOrder, description = "It was there"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    Somebody(caller): Somebody,
    Lasting { value, key }: Lasting<NewTicketingOrder>,
) -> Result<Response, ApiError> {
    let placed = async {
        let new = value.parse(&caller)?;
        let orders = &state.engine.orders;
        orders.place(&caller, &new, Some(&key)).await
    };
    match placed.await {
        Ok(Placed::Now(order)) => Ok(created::<TicketingOrder>(PATH, order)),
        Ok(Placed::Before(order)) => Ok(shown::<TicketingOrder>(StatusCode::OK, order)),
        Err(OrderError::Refused(Refusal::OutOfStock(short))) => Err(taken(short)),
        Err(error) => Err(ApiError::from(error).with_pointers(pointer)),
    }
}

/// Names the seats that are taken.
fn taken(short: Vec<Shortage>) -> ApiError {
    let seats: Vec<_> = short
        .iter()
        .filter_map(|it| it.seat.as_ref())
        .map(|it| format!("{} (id {})", it.seat_code, it.seat_id))
        .collect();
    let detail = match seats.as_slice() {
        [seat] => format!("Seat {seat} is taken."),
        seats => format!("Seats {} are taken.", seats.join(", ")),
    };
    ApiError::from(Refusal::OutOfStock(short)).with_detail(detail)
}

/// Read an order
#[utoipa::path(get, path = "/v1/orders/{id}", tag = "ticketing", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TicketingOrder), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Somebody(caller): Somebody,
    PathPart(id): PathPart<OrderId>,
) -> Result<Response, ApiError> {
    let order = state.engine.orders.find(&caller, id).await?;
    Ok(shown::<TicketingOrder>(StatusCode::OK, order))
}

/// What became of a payment.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "order_id": "7f7ddc5b-2099-44a1-9f52-3089eb15c1d9", "payment_id": "7d0f1735-b4ab-4f43-8d27-6322a91db938",
    "status": "SUCCESS"
}))]
pub(super) struct TicketingCallback {
    /// Which order it was for.
    #[schema(value_type = uuid::Uuid)]
    order_id: OrderId,
    /// What the payment service calls the payment.
    payment_id: Reference,
    /// `SUCCESS` or `FAILED`.
    #[serde(default)]
    status: String,
}

/// What a callback came to.
#[derive(Serialize, ToSchema)]
pub(super) struct CallbackTaken {
    /// Which order it was for.
    #[schema(value_type = uuid::Uuid)]
    order_id: OrderId,
    /// What the payment service calls the payment.
    payment_id: String,
    /// The order's status now.
    status: &'static str,
}

/// Tell what became of a payment
///
/// `SUCCESS` confirms the order and issues a ticket for each seat; `FAILED` fails it and frees its seats. The same payment
/// and status any number of times has one effect, in whatever order they come: `FAILED` after `SUCCESS` is ignored, `SUCCESS`
/// after `FAILED` is new money, which confirms an order that still waits for it and goes back otherwise. Signed with
/// `X-Signature: sha256=<hex HMAC-SHA256 of the body>`, or sent with an API key.
#[utoipa::path(post, path = "/v1/payments/callback", tag = "ticketing", request_body = TicketingCallback,
    responses((status = 200, body = CallbackTaken), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("signature" = []), ("api_key" = [])))]
pub(super) async fn callback(
    State(state): State<AppState>,
    Who(caller): Who,
    headers: HeaderMap,
    JsonBody { value, bytes }: JsonBody<TicketingCallback>,
) -> Result<Json<CallbackTaken>, ApiError> {
    let caller = provider(&state, caller, &headers, &bytes)?;
    let payment_id = value.payment_id.parse();
    let told = ToldPayment {
        order: value.order_id,
        payment: payment_id.map_err(|it| Refusal::field("/payment_id", it))?,
        fact: fact(&value.status)?,
    };
    let order = state.engine.orders.record_told(&caller, &told).await?;
    Ok(Json(CallbackTaken {
        order_id: order.id,
        payment_id: told.payment,
        status: word(order.status),
    }))
}
