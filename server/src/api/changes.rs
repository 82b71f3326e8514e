//! What can be done to an order, in the canonical family.

use axum::{extract::State, http::StatusCode, response::Response};
use orders::{
    Caller, NewPayment, NewRefund, NewShipment, Order, OrderCommand, OrderError, OrderId,
    OrderState, Refusal, engine::Orders,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    body::PathPart,
    command::{Command, CommandHeaders, Terms},
    orders::shown,
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Does `act` to an order, and answers with the order as it is then, as a family writes it.
pub(super) async fn change<T: From<Order> + Serialize>(
    state: &AppState,
    caller: &Caller,
    terms: &Terms,
    status: StatusCode,
    act: impl AsyncFnOnce(Orders) -> Result<Order, OrderError>,
) -> Result<Response, ApiError> {
    let orders = &state.engine.orders;
    let again = async |id| orders.find(caller, id).await;
    terms
        .answer(orders, act, again, |order| Ok(shown::<T>(status, order)))
        .await
}

/// Pay an order
///
/// `200` paid, `202` still running, `402` declined: then another try may follow.
#[utoipa::path(post, path = "/orders/{id}/payment", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = NewPayment,
    responses((status = 200, body = Order), (status = 202, body = Order), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 402, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn pay(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<NewPayment>,
) -> Result<Response, ApiError> {
    let mut errors = Vec::new();
    let Some(payment) = value.parse("", &mut errors) else {
        return Err(Refusal::Invalid(errors).into());
    };
    let orders = &state.engine.orders;
    let pay = async |orders: Orders| orders.pay(&caller, id, &payment).await;
    let again = async |id| orders.find(&caller, id).await;
    terms.answer(orders, pay, again, paid).await
}

fn paid(order: Order) -> Result<Response, ApiError> {
    match order.status {
        OrderState::PaymentFailed => Err(ApiError::declined(order.id, None)),
        OrderState::PaymentPending => Ok(shown::<Order>(StatusCode::ACCEPTED, order)),
        _ => Ok(shown::<Order>(StatusCode::OK, order)),
    }
}

/// Where an order shall go.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"status": "processing", "note": "Picked on the second floor."}))]
pub(super) struct StatusChange {
    /// A state's word, or a synonym such as `PAID`.
    #[serde(default)]
    status: String,
    /// Why.
    #[serde(default)]
    note: Option<String>,
    /// The version that was seen; another one is refused.
    #[serde(default, rename = "version")]
    _version: Option<i32>,
}

/// Change an order's status
#[utoipa::path(put, path = "/orders/{id}/status", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = StatusChange,
    responses((status = 200, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set_status(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<StatusChange>,
) -> Result<Response, ApiError> {
    let command = towards(&value.status)?;
    let note = value.note.as_deref();
    change::<Order>(&state, &caller, &terms, StatusCode::OK, async |orders| {
        orders.change(&caller, id, command, note, None).await
    })
    .await
    .map_err(|error| error.with_pointers(note_pointer))
}

/// Why a status changes is called a note here.
pub(super) fn note_pointer(canonical: &str) -> String {
    canonical.replace("/reason", "/note")
}

/// The command that a status word asks for.
pub(super) fn towards(word: &str) -> Result<OrderCommand, Refusal> {
    let wanted =
        OrderState::read(word).ok_or_else(|| Refusal::field("/status", "is not a state"))?;
    OrderCommand::towards(wanted).ok_or_else(|| Refusal::field("/status", "belongs to payments"))
}

/// Why an order is cancelled.
#[derive(Default, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "Ordered twice."}))]
pub(super) struct Cancellation {
    /// For the people who read the order later.
    #[serde(default)]
    pub(super) reason: Option<String>,
    /// The version that was seen; another one is refused.
    #[serde(default, rename = "version")]
    _version: Option<i32>,
}

/// Cancel an order
///
/// Stock goes back at once; captured money follows by itself.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = Cancellation,
    responses((status = 200, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn cancel(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<Cancellation>,
) -> Result<Response, ApiError> {
    let reason = value.reason.as_deref();
    change::<Order>(&state, &caller, &terms, StatusCode::OK, async |orders| {
        orders.cancel(&caller, id, reason).await
    })
    .await
}

/// Send a parcel
///
/// Without `items`, everything that has not been sent yet.
#[utoipa::path(post, path = "/orders/{id}/shipments", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = NewShipment,
    responses((status = 201, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn ship(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<NewShipment>,
) -> Result<Response, ApiError> {
    change::<Order>(
        &state,
        &caller,
        &terms,
        StatusCode::CREATED,
        async |orders| orders.ship(&caller, id, value).await,
    )
    .await
}

/// Refund an order, or a part of it
///
/// An amount, or what was paid for some items with their tax, or with neither all that is left. With `restock` the
/// items go back on the shelf. Once everything is back, the order is `refunded`.
#[utoipa::path(post, path = "/orders/{id}/refunds", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = NewRefund,
    responses((status = 201, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn refund(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<NewRefund>,
) -> Result<Response, ApiError> {
    change::<Order>(
        &state,
        &caller,
        &terms,
        StatusCode::CREATED,
        async |orders| orders.refund(&caller, id, value).await,
    )
    .await
}

/// What became of what an order needed attention for.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"resolved": true}))]
pub(super) struct Attention {
    /// `true`: somebody has seen to it.
    #[serde(default)]
    resolved: bool,
}

/// Mark an order as seen to
///
/// Clears `needs_attention`; history keeps what it was about.
#[utoipa::path(post, path = "/orders/{id}/attention", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = Attention,
    responses((status = 200, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn resolve_attention(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<Attention>,
) -> Result<Response, ApiError> {
    if !value.resolved {
        return Err(Refusal::field("/resolved", "must be true").into());
    }
    change::<Order>(&state, &caller, &terms, StatusCode::OK, async |orders| {
        orders.resolve_attention(&caller, id).await
    })
    .await
}
