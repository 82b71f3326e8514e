//! Tickets, in the canonical family.

use axum::{Json, extract::State};
use orders::{OrderId, Ticket};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, body::PathPart, problem::Problem};
use crate::{AppState, caller::Who};

/// An order's tickets.
#[derive(Serialize, ToSchema)]
pub(super) struct TicketList {
    data: Vec<Ticket>,
    /// Always `null`: tickets come whole.
    next: Option<String>,
}

/// Read an order's tickets
#[utoipa::path(get, path = "/orders/{id}/tickets", tag = "tickets", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = TicketList), (status = 401, body = Problem), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn of_order(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Json<TicketList>, ApiError> {
    Ok(Json(TicketList {
        data: state.engine.orders.find(&caller, id).await?.tickets,
        next: None,
    }))
}

/// Check a ticket in
///
/// Once: the second time says when the first was.
#[utoipa::path(post, path = "/tickets/{code}/check-in", tag = "tickets", params(("code" = String, Path)),
    responses((status = 200, body = Ticket), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn check_in(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<Ticket>, ApiError> {
    Ok(Json(state.engine.orders.check_in(&caller, &code).await?))
}
