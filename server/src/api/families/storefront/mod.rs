//! Storefront: `/orders`. For programs of other shops, which collect their money themselves: camelCase, UPPER-CASE states.

mod order;

use axum::{extract::State, http::StatusCode, response::Response};
use orders::{NewShipment, OrderId};
use serde::Deserialize;
use utoipa::ToSchema;

use self::order::{NewStorefrontOrder, ShippingInfo, StorefrontOrder, pointer};
use super::{ActsForOthers, Words, in_words};
use crate::{
    AppState,
    api::{
        ApiError,
        body::PathPart,
        changes::{change, towards},
        command::{Command, CommandHeaders, IfMatch},
        orders::{created, delete, place_once, shown},
        problem::Problem,
    },
};

const PATH: &str = "/orders";

/// Place an order
///
/// The shop collects the money itself: the order is confirmed, and its stock taken, as it is placed.
#[utoipa::path(post, path = PATH, tag = "storefront", request_body = NewStorefrontOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless, for a day.")),
    responses((status = 201, body = StorefrontOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn place(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    Command { value, terms }: Command<NewStorefrontOrder>,
) -> Result<Response, ApiError> {
    let placed = async {
        let new = value.parse()?;
        let answer = |order| Ok(created::<StorefrontOrder>(PATH, order));
        place_once(&state, &caller, terms, &new, answer).await
    };
    placed.await.map_err(|error| error.with_pointers(pointer))
}

/// Read an order
#[utoipa::path(get, path = "/orders/{id}", tag = "storefront", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = StorefrontOrder), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
) -> Result<Response, ApiError> {
    let order = state.engine.orders.find(&caller, id).await?;
    Ok(shown::<StorefrontOrder>(StatusCode::OK, order))
}

/// Where an order shall go.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"status": "PROCESSING"}))]
pub(super) struct StorefrontStatus {
    /// A state's word, in any case, or a synonym.
    #[serde(default)]
    status: String,
}

/// Change an order's status
///
/// `PROCESSING` confirms an order first that nobody has paid, unless a payment runs. `SHIPPED` sends what is left, of a
/// confirmed order by way of `PROCESSING`.
#[utoipa::path(put, path = "/orders/{id}/status", tag = "storefront",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = StorefrontStatus,
    responses((status = 200, body = StorefrontOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set_status(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<StorefrontStatus>,
) -> Result<Response, ApiError> {
    let way = StorefrontOrder::way(towards(&value.status)?);
    let ok = StatusCode::OK;
    let changed = change::<StorefrontOrder>(&state, &caller, &terms, ok, async |orders| {
        orders.lead(&caller, id, way, None).await
    });
    in_words::<StorefrontOrder>(changed.await, &state, &caller, id).await
}

/// Tell who carries an order
///
/// Until it has been delivered. It moves the order nowhere: `SHIPPED` does.
#[utoipa::path(put, path = "/orders/{id}/shipping", tag = "storefront",
    params(("id" = uuid::Uuid, Path), CommandHeaders), request_body = ShippingInfo,
    responses((status = 200, body = StorefrontOrder), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn label(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
    Command { value, terms }: Command<ShippingInfo>,
) -> Result<Response, ApiError> {
    let parcel = NewShipment::from(value);
    let ok = StatusCode::OK;
    let told = change::<StorefrontOrder>(&state, &caller, &terms, ok, async |orders| {
        orders.label(&caller, id, parcel).await
    });
    let told = told.await.map_err(|error| error.with_pointers(pointer));
    in_words::<StorefrontOrder>(told, &state, &caller, id).await
}

/// Delete an order
///
/// One that can be cancelled is cancelled first. Its history stays.
#[utoipa::path(delete, path = "/orders/{id}", tag = "storefront",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The version that was seen.")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn archive(
    State(state): State<AppState>,
    ActsForOthers(caller): ActsForOthers,
    PathPart(id): PathPart<OrderId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    delete(&state, &caller, id, if_match).await
}
