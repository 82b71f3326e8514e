//! Goods that come back, in the canonical family.

use axum::{extract::State, http::StatusCode, response::Response};
use orders::{Caller, NewReturn, Order, OrderId, ReturnCommand, ReturnId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::PathPart,
    changes::change,
    command::{Command, CommandHeaders, Terms},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Ask for a return
///
/// Of what has been delivered. Its buyer may do this; staff decide.
#[utoipa::path(post, path = "/orders/{id}/returns", tag = "orders",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = NewReturn,
    responses((status = 201, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn ask(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<NewReturn>,
) -> Result<Response, ApiError> {
    change::<Order>(
        &state,
        &caller,
        &terms,
        StatusCode::CREATED,
        async |orders| orders.ask_return(&caller, id, value).await,
    )
    .await
}

/// Why a return is accepted or refused.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"reason": "We pay for the parcel."}))]
pub(super) struct ReturnDecision {
    /// For the people who read the order later.
    #[serde(default)]
    reason: Option<String>,
}

/// Accept a return
#[utoipa::path(post, path = "/orders/{id}/returns/{return_id}/accept", tag = "orders",
    params(("id" = uuid::Uuid, Path), ("return_id" = uuid::Uuid, Path), CommandHeaders),
    request_body = ReturnDecision,
    responses((status = 200, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn accept(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(ids): PathPart<(OrderId, ReturnId)>,
    Command { value, terms }: Command<ReturnDecision>,
) -> Result<Response, ApiError> {
    let reason = value.reason.as_deref();
    decide(&state, &caller, &terms, ids, ReturnCommand::Accept, reason).await
}

/// Refuse a return
#[utoipa::path(post, path = "/orders/{id}/returns/{return_id}/refuse", tag = "orders",
    params(("id" = uuid::Uuid, Path), ("return_id" = uuid::Uuid, Path), CommandHeaders),
    request_body = ReturnDecision,
    responses((status = 200, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn refuse(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(ids): PathPart<(OrderId, ReturnId)>,
    Command { value, terms }: Command<ReturnDecision>,
) -> Result<Response, ApiError> {
    let reason = value.reason.as_deref();
    decide(&state, &caller, &terms, ids, ReturnCommand::Refuse, reason).await
}

/// What happens to goods that came back.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"restock": true}))]
pub(super) struct Receipt {
    /// Whether they go back on the shelf; `false` unless it is said.
    #[serde(default)]
    restock: bool,
    /// Whether their money goes back; `true` unless it is said otherwise.
    #[serde(default = "yes")]
    refund: bool,
    /// For the people who read the order later.
    #[serde(default)]
    reason: Option<String>,
}

fn yes() -> bool {
    true
}

/// Receive a return
#[utoipa::path(post, path = "/orders/{id}/returns/{return_id}/receive", tag = "orders",
    params(("id" = uuid::Uuid, Path), ("return_id" = uuid::Uuid, Path), CommandHeaders), request_body = Receipt,
    responses((status = 200, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn receive(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(ids): PathPart<(OrderId, ReturnId)>,
    Command { value, terms }: Command<Receipt>,
) -> Result<Response, ApiError> {
    let command = ReturnCommand::Receive {
        restock: value.restock,
        refund: value.refund,
    };
    let reason = value.reason.as_deref();
    decide(&state, &caller, &terms, ids, command, reason).await
}

async fn decide(
    state: &AppState,
    caller: &Caller,
    terms: &Terms,
    (id, return_id): (OrderId, ReturnId),
    command: ReturnCommand,
    reason: Option<&str>,
) -> Result<Response, ApiError> {
    change::<Order>(state, caller, terms, StatusCode::OK, async |orders| {
        orders
            .change_return(caller, id, return_id, command, reason)
            .await
    })
    .await
}
