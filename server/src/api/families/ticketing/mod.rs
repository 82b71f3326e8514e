//! Ticketing: `/v1`. For sellers of seats: amounts in cents, UPPER-CASE states, callbacks of their payment service.

mod order;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode},
    response::Response,
};
use orders::{
    Order, OrderError, OrderId, Reference, Refusal, Shortage,
    engine::{Placed, ToldPayment},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::order::{NewTicketingOrder, TicketingOrder, pointer, word};
use super::{Known, Somebody, is_declined};
use crate::{
    AppState,
    api::{
        ApiError,
        body::{JsonBody, PathPart},
        command::Lasting,
        orders::{created, shown},
        payments::{fact, provider},
        problem::Problem,
    },
    caller::Who,
};

const PATH: &str = "/v1/orders";

/// Place an order
///
/// Holds the seats until the payment service tells what became of the payment, or the order expires. The key is kept for
/// ever: sent again, it is answered `200` with the order as it is now; with another body it is refused. Of seats that are
/// taken, none of the request is held. Where the payment service refuses at once, it is `402`, and the order has failed.
#[utoipa::path(post, path = PATH, tag = "ticketing", request_body = NewTicketingOrder,
    params(("Idempotency-Key" = String, Header, description = "Names this order, for ever.")),
    responses((status = 201, body = TicketingOrder), (status = 200, body = TicketingOrder, description = "It was there"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 402, body = Problem),
        (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    Known(caller): Known,
    Lasting { value, key }: Lasting<NewTicketingOrder>,
) -> Result<Response, ApiError> {
    let placed = async {
        let new = value.parse(&caller)?;
        let orders = &state.engine.orders;
        orders.place(&caller, &new, Some(&key)).await
    };
    match placed.await {
        // The payment service refused the charge at once.
        Ok(Placed::Now(order)) if is_declined(&order) => Err(ApiError::declined(order.id, None)),
        Ok(Placed::Now(order)) => Ok(created::<TicketingOrder>(PATH, order)),
        Ok(Placed::Before(order)) => Ok(repeated(order)),
        Err(OrderError::Refused(Refusal::OutOfStock(short))) => Err(taken(short)),
        Err(error) => Err(ApiError::from(error).with_pointers(pointer)),
    }
}

/// An order that was there, as it is now.
fn repeated(order: Order) -> Response {
    let mut answer = shown::<TicketingOrder>(StatusCode::OK, order);
    let replayed = HeaderValue::from_static("true");
    answer.headers_mut().insert("idempotent-replayed", replayed);
    answer
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
