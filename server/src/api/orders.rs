//! Orders, in the canonical family.

use std::convert::Infallible;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt, stream};
use orders::{
    Caller, HistoryEntry, NewOrder, NewOrderDocument, Order, OrderFilter, OrderId, OrderState,
    Page, PageRequest, Refusal,
    engine::{AnsweredAs, News, Orders, Placed},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    body::{PathPart, QueryString},
    command::{Command, IfMatch, Terms},
    problem::Problem,
};
use crate::{AppState, caller::Who, feed};

/// Which page of which orders.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many at most, 1 to 100.
    #[serde(default = "default_limit")]
    limit: u16,
    /// The `next` of the page before.
    #[param(value_type = Option<uuid::Uuid>)]
    after: Option<OrderId>,
    /// States, separated by commas.
    status: Option<String>,
    /// The customer: our id, or another system's.
    customer: Option<String>,
    /// Where they were sold.
    storefront: Option<String>,
    /// `true`: only those that a person has to look at.
    #[serde(default)]
    needs_attention: bool,
    /// Placed at this time or later.
    placed_from: Option<DateTime<Utc>>,
    /// Placed before this time.
    placed_to: Option<DateTime<Utc>>,
    /// Words: number, e-mail, name, SKU or tracking number.
    q: Option<String>,
}

/// How many a page of any list has, unless somebody says.
pub(super) fn default_limit() -> u16 {
    20
}

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct OrderList {
    data: Vec<Order>,
    /// Goes into `after` for the next page; `null` on the last.
    #[schema(value_type = Option<uuid::Uuid>)]
    next: Option<OrderId>,
}

impl From<Page<Order>> for OrderList {
    fn from(page: Page<Order>) -> Self {
        Self {
            data: page.data,
            next: page.next,
        }
    }
}

/// Place an order
///
/// Prices come from the catalogue. With a `payment`, the order is paid at once; a slow payment answers with the order
/// in `payment_pending`. The same `Idempotency-Key` again gives the same order.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = NewOrderDocument,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless, for a day.")),
    responses((status = 201, body = Order), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 402, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security((), ("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    Who(caller): Who,
    Command { value, terms }: Command<NewOrderDocument>,
) -> Result<Response, ApiError> {
    let new = value.parse().map_err(Refusal::Invalid)?;
    place_once(&state, &caller, terms, &new, placed).await
}

/// Places an order and answers with it as `answer` writes it; a repeat gets its answer again.
pub(super) async fn place_once(
    state: &AppState,
    caller: &Caller,
    terms: Terms,
    new: &NewOrder,
    answer: impl FnOnce(Order) -> Result<Response, ApiError>,
) -> Result<Response, ApiError> {
    let orders = &state.engine.orders;
    let answered_as = orders.answered_as(new);
    let terms = terms.keeping_answer(answered_as == AnsweredAs::Kept);
    let key = terms.key();
    let place = async |orders: Orders| match orders.place(caller, new, key).await? {
        Placed::Now(order) => Ok(order),
        Placed::Before(_) => Err(Refusal::KeyInFlight.into()),
    };
    let again = async |_| {
        let placed = match key {
            Some(key) => orders.placed_before(caller, key, answered_as).await?,
            None => None,
        };
        placed.ok_or_else(|| Refusal::NotFound("the order".to_owned()).into())
    };
    terms.answer(orders, place, again, answer).await
}

fn placed(order: Order) -> Result<Response, ApiError> {
    if order.status == OrderState::PaymentFailed {
        return Err(ApiError::declined(order.id, order.access_token));
    }
    Ok(created::<Order>("/api/v1/orders", order))
}

/// An order as an answer, as a family writes it: its version is its tag.
pub(super) fn shown<T: From<Order> + Serialize>(status: StatusCode, order: Order) -> Response {
    let tag = format!("\"{}\"", order.version);
    (status, [(header::ETAG, tag)], Json(T::from(order))).into_response()
}

/// A new order as a family writes it, with where it is from now on.
pub(super) fn created<T: From<Order> + Serialize>(path: &str, order: Order) -> Response {
    let location = [(header::LOCATION, format!("{path}/{}", order.id))];
    (location, shown::<T>(StatusCode::CREATED, order)).into_response()
}

/// List orders
///
/// Newest first: all of them for staff, admins and services, their own for a customer.
#[utoipa::path(get, path = "/orders", tag = "orders", params(ListQuery),
    responses((status = 200, body = OrderList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    QueryString(query): QueryString<ListQuery>,
) -> Result<Json<OrderList>, ApiError> {
    let page = PageRequest {
        limit: query.limit,
        after: query.after,
    };
    let filter = query.filter()?;
    Ok(Json(
        state
            .engine
            .orders
            .list(&caller, &filter, page)
            .await?
            .into(),
    ))
}

impl ListQuery {
    fn filter(self) -> Result<OrderFilter, Refusal> {
        let status = states(self.status.as_deref().unwrap_or_default())?;
        let customer = self.customer.as_deref().and_then(|it| it.parse().ok());
        Ok(OrderFilter {
            status,
            customer,
            external_ref: self.customer.filter(|_| customer.is_none()),
            storefront: self.storefront,
            needs_attention: self.needs_attention,
            placed_from: self.placed_from,
            placed_to: self.placed_to,
            q: self.q,
        })
    }
}

/// The states whose words are in `list`, separated by commas.
pub(super) fn states(list: &str) -> Result<Vec<OrderState>, Refusal> {
    let words = list.split(',').map(str::trim).filter(|it| !it.is_empty());
    words
        .map(|word| {
            OrderState::read(word).ok_or_else(|| Refusal::field("/status", "is not a state"))
        })
        .collect()
}

/// List a user's orders
///
/// `user_id` is our id, a bearer token's `sub`, or another system's id.
#[utoipa::path(get, path = "/orders/user/{user_id}", tag = "orders",
    params(("user_id" = String, Path), ListQuery),
    responses((status = 200, body = OrderList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list_of_user(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(user): PathPart<String>,
    QueryString(query): QueryString<ListQuery>,
) -> Result<Json<OrderList>, ApiError> {
    let page = PageRequest {
        limit: query.limit,
        after: query.after,
    };
    let filter = ListQuery {
        customer: None,
        ..query
    }
    .filter()?;
    Ok(Json(
        state
            .engine
            .orders
            .list_of_user(&caller, &user, filter, page)
            .await?
            .into(),
    ))
}

/// Read an order
///
/// Its `ETag` is its version.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Order), (status = 401, body = Problem), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Response, ApiError> {
    let order = state.engine.orders.find(&caller, id).await?;
    Ok(shown::<Order>(StatusCode::OK, order))
}

/// Delete an order
///
/// One that can be cancelled is cancelled first; then it leaves every list. Its history stays.
#[utoipa::path(delete, path = "/orders/{id}", tag = "orders",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that was seen.")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn archive(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    delete(&state, &caller, id, if_match).await
}

/// Takes an order out of every list.
pub(super) async fn delete(
    state: &AppState,
    caller: &Caller,
    id: OrderId,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    Terms::from(if_match)
        .change(&state.engine.orders, async |orders| {
            orders.archive(caller, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was done to an order.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryList {
    data: Vec<HistoryEntry>,
    /// Always `null`: a history comes whole.
    next: Option<String>,
}

/// Read an order's history
///
/// Oldest first.
#[utoipa::path(get, path = "/orders/{id}/history", tag = "orders", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = HistoryList), (status = 401, body = Problem), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn history(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Json<HistoryList>, ApiError> {
    Ok(Json(HistoryList {
        data: state.engine.orders.history(&caller, id).await?,
        next: None,
    }))
}

/// What a stream tells, as its fields are written.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what the stream writes")]
pub(super) struct OrderEvent {
    /// `order`.
    event: String,
    /// The order's version; sent back as `Last-Event-ID`, the stream goes on from there.
    id: String,
    /// The order, as JSON.
    data: String,
}

/// Watch an order
///
/// Server-sent events: an `order` event with the order now and after every change; its id is the order's version.
#[utoipa::path(get, path = "/orders/{id}/live", tag = "orders", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "text/event-stream", body = OrderEvent), (status = 401, body = Problem),
        (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = []), ("order_token" = [])))]
pub(super) async fn live(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<OrderId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // Listening begins before the first look, so that nothing falls in between.
    let news = feed::news(&state.engine.database().feed);
    let first = state.engine.orders.find(&caller, id).await?;
    let orders = state.engine.orders.clone();
    let changes = news.filter_map(move |news| {
        let (orders, caller) = (orders.clone(), caller.clone());
        async move {
            match news {
                News::Order(nudge) if nudge.order_id != id => None,
                News::Order(_) | News::Missed => orders.find(&caller, id).await.ok(),
            }
        }
    });
    let mut seen = None;
    let events = stream::iter([first])
        .chain(changes)
        .filter_map(move |order| {
            // Several events of one change show the same order, and a note is no part of it.
            let is_new = seen.as_ref() != Some(&order);
            let shown = is_new.then(|| event(&order)).flatten();
            seen = Some(order);
            async move { shown }
        });
    Ok(feed::respond(events, state.lifecycle.clone()))
}

fn event(order: &Order) -> Option<Event> {
    Event::default()
        .event("order")
        .id(order.version.to_string())
        .json_data(order)
        .ok()
}
