//! What became of telling webhooks and customers, in the canonical family.

use axum::{Json, extract::State};
use orders::{
    Delivery, DeliveryFilter, DeliveryId, DeliveryState, DeliveryTarget, OrderId, PageRequest,
    WebhookId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    body::{PathPart, QueryString},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Which page of which deliveries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// How many at most, 1 to 100.
    #[serde(default = "super::orders::default_limit")]
    limit: u16,
    /// The `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<DeliveryId>,
    /// `webhook`, or `mail` for mails to customers.
    target: Option<DeliveryTarget>,
    /// `waiting`, `delivered` or `set_aside`.
    state: Option<DeliveryState>,
    /// Those to this webhook.
    #[param(value_type = Option<uuid::Uuid>)]
    webhook: Option<WebhookId>,
    /// Those about this order.
    #[param(value_type = Option<uuid::Uuid>)]
    order: Option<OrderId>,
}

/// A page of deliveries, those of the newest events first.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryList {
    data: Vec<Delivery>,
    /// Goes into `after` for the next page; `null` on the last.
    #[schema(value_type = Option<i64>)]
    next: Option<DeliveryId>,
}

/// List deliveries
///
/// Those that were delivered are kept for seven days, the others until they are delivered or their webhook is deleted.
#[utoipa::path(get, path = "/deliveries", tag = "webhooks", params(ListQuery),
    responses((status = 200, body = DeliveryList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    QueryString(query): QueryString<ListQuery>,
) -> Result<Json<DeliveryList>, ApiError> {
    let filter = DeliveryFilter {
        target: query.target,
        state: query.state,
        webhook: query.webhook,
        order: query.order,
    };
    let page = PageRequest {
        limit: query.limit,
        after: query.after,
    };
    let page = state.engine.deliveries.list(&caller, filter, page).await?;
    Ok(Json(DeliveryList {
        data: page.data,
        next: page.next,
    }))
}

/// Send a delivery again
///
/// At once, and with all its attempts before it, whatever became of it. One that is just being sent stays as it is.
#[utoipa::path(post, path = "/deliveries/{id}/resend", tag = "webhooks", params(("id" = i64, Path)),
    responses((status = 200, body = Delivery), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn resend(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<DeliveryId>,
) -> Result<Json<Delivery>, ApiError> {
    Ok(Json(state.engine.deliveries.resend(&caller, id).await?))
}
