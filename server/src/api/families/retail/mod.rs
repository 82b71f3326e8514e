//! Retail: `/api/orders`. For a shop's own pages and their staff: decimal amounts, pages with numbers.

mod order;

use axum::{Json, extract::State, http::StatusCode, response::Response};
use orders::{Order, OrderId, PageNumber};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::order::{NewRetailOrder, RetailOrder, pointer};
use super::{Words, in_words, is_declined};
use crate::{
    AppState,
    api::{
        ApiError,
        body::{PathPart, QueryString},
        changes::{Cancellation, change, note_pointer, towards},
        command::{Command, CommandHeaders},
        orders::{created, place_once, shown, states},
        problem::Problem,
    },
    caller::Who,
};

const PATH: &str = "/api/orders";

/// Place an order
///
/// Checks the goods, holds their stock and takes the money, in one go: `201` as `paid`, or as `payment_pending` while a
/// payment runs. A declined payment is `402`; the order ends as `failed`, its stock is back. Without a payment the order
/// stays `pending` until staff decide. Guests send a `customer`, and get an `access_token`.
#[utoipa::path(post, path = PATH, tag = "retail", request_body = NewRetailOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless, for a day.")),
    responses((status = 201, body = RetailOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 402, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    Who(caller): Who,
    Command { value, terms }: Command<NewRetailOrder>,
) -> Result<Response, ApiError> {
    let placed = async {
        let new = value.parse()?;
        place_once(&state, &caller, terms, &new, placed).await
    };
    placed.await.map_err(|error| error.with_pointers(pointer))
}

fn placed(order: Order) -> Result<Response, ApiError> {
    if is_declined(&order) {
        return Err(ApiError::declined(order.id, order.access_token));
    }
    Ok(created::<RetailOrder>(PATH, order))
}

/// Which page of which orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RetailQuery {
    /// Which page, from 1.
    #[serde(default = "first_page")]
    page: u32,
    /// How many at most, 1 to 100.
    #[serde(default = "crate::api::orders::default_limit")]
    limit: u16,
    /// States, separated by commas.
    #[serde(default)]
    status: String,
}

fn first_page() -> u32 {
    1
}

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct RetailList {
    data: Vec<RetailOrder>,
    pagination: Pagination,
}

/// Which page of how many.
#[derive(Serialize, ToSchema)]
struct Pagination {
    /// Which page, from 1.
    page: u32,
    /// How many a page has.
    limit: u16,
    /// How many orders there are on all pages.
    total: u64,
    /// How many pages there are.
    total_pages: u64,
}

/// List orders
///
/// Newest first: their own for a customer, all of them for staff, admins and services.
#[utoipa::path(get, path = PATH, tag = "retail", params(RetailQuery),
    responses((status = 200, body = RetailList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    QueryString(query): QueryString<RetailQuery>,
) -> Result<Json<RetailList>, ApiError> {
    let page = PageNumber {
        page: query.page,
        limit: query.limit,
    };
    let states = states(&query.status)?;
    let listed = state
        .engine
        .orders
        .list_numbered(&caller, &states, page)
        .await?;
    let pagination = Pagination {
        page: listed.page.page,
        limit: listed.page.limit,
        total: listed.total,
        total_pages: listed.pages(),
    };
    let data = listed.data.into_iter().map(RetailOrder::from).collect();
    Ok(Json(RetailList { data, pagination }))
}

/// Read an order
#[utoipa::path(get, path = "/api/orders/{id}", tag = "retail", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RetailOrder), (status = 401, body = Problem), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Response, ApiError> {
    let order = state.engine.orders.find(&caller, id).await?;
    Ok(shown::<RetailOrder>(StatusCode::OK, order))
}

/// Where an order shall go.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"status": "CONFIRMED"}))]
pub(super) struct RetailStatus {
    /// A state's word, in any case, or a synonym such as `PAID`.
    #[serde(default)]
    status: String,
    /// Why.
    note: Option<String>,
}

/// Change an order's status
///
/// `CONFIRMED` takes the stock for good. `COMPLETED` ends an order that is confirmed or further: what has not been sent by
/// then counts as sent and arrived.
#[utoipa::path(patch, path = "/api/orders/{id}/status", tag = "retail",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = RetailStatus,
    responses((status = 200, body = RetailOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set_status(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<RetailStatus>,
) -> Result<Response, ApiError> {
    let way = RetailOrder::way(towards(&value.status)?);
    let note = value.note.as_deref();
    let ok = StatusCode::OK;
    let changed = change::<RetailOrder>(&state, &caller, &terms, ok, async |orders| {
        orders.lead(&caller, id, way, note).await
    });
    let changed = changed.await.map_err(|it| it.with_pointers(note_pointer));
    in_words::<RetailOrder>(changed, &state, &caller, id).await
}

/// Cancel an order
///
/// Stock goes back at once; captured money follows by itself.
#[utoipa::path(post, path = "/api/orders/{id}/cancel", tag = "retail",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = Cancellation,
    responses((status = 200, body = RetailOrder), (status = 400, body = Problem), (status = 401, body = Problem),
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
    let ok = StatusCode::OK;
    let changed = change::<RetailOrder>(&state, &caller, &terms, ok, async |orders| {
        orders.cancel(&caller, id, reason).await
    });
    in_words::<RetailOrder>(changed.await, &state, &caller, id).await
}
