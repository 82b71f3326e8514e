//! A storefront's ways of delivery, in the canonical family.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use orders::DeliveryTerms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ApiError,
    body::{JsonBody, PathPart},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// A storefront's ways of delivery, the usual one first.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryMethodList {
    data: Vec<DeliveryTerms>,
    /// Always `null`: they come whole.
    next: Option<String>,
}

impl From<Vec<DeliveryTerms>> for DeliveryMethodList {
    fn from(data: Vec<DeliveryTerms>) -> Self {
        Self { data, next: None }
    }
}

/// The order in which ways of delivery are offered.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"codes": ["express", "post", "bike"]}))]
pub(super) struct NewSequence {
    /// Each of the storefront's once; the first is taken where an order names none.
    codes: Vec<String>,
}

/// List a storefront's ways of delivery
#[utoipa::path(get, path = "/storefronts/{code}/delivery-methods", tag = "storefronts", params(("code" = String, Path)),
    responses((status = 200, body = DeliveryMethodList), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<DeliveryMethodList>, ApiError> {
    let catalogue = &state.engine.catalogue;
    let methods = catalogue.delivery_terms(&caller, &code).await?;
    Ok(Json(methods.into()))
}

/// Add a way of delivery
///
/// Behind those that the storefront has.
#[utoipa::path(post, path = "/storefronts/{code}/delivery-methods", tag = "storefronts",
    params(("code" = String, Path)), request_body = DeliveryTerms,
    responses((status = 201, body = DeliveryTerms), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn add(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
    JsonBody { value, .. }: JsonBody<DeliveryTerms>,
) -> Result<Response, ApiError> {
    let catalogue = &state.engine.catalogue;
    let added = catalogue.add_delivery_method(&caller, &code, value).await?;
    Ok((StatusCode::CREATED, Json(added)).into_response())
}

/// Change a way of delivery
///
/// Everything but its code and its place.
#[utoipa::path(put, path = "/storefronts/{code}/delivery-methods/{method}", tag = "storefronts",
    params(("code" = String, Path), ("method" = String, Path)), request_body = DeliveryTerms,
    responses((status = 200, body = DeliveryTerms), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn change(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart((code, method)): PathPart<(String, String)>,
    JsonBody { value, .. }: JsonBody<DeliveryTerms>,
) -> Result<Json<DeliveryTerms>, ApiError> {
    let catalogue = &state.engine.catalogue;
    let changed = catalogue
        .change_delivery_method(&caller, &code, &method, value)
        .await?;
    Ok(Json(changed))
}

/// Put a storefront's ways of delivery into another order
#[utoipa::path(put, path = "/storefronts/{code}/delivery-methods", tag = "storefronts",
    params(("code" = String, Path)), request_body = NewSequence,
    responses((status = 200, body = DeliveryMethodList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn order(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
    JsonBody { value, .. }: JsonBody<NewSequence>,
) -> Result<Json<DeliveryMethodList>, ApiError> {
    let catalogue = &state.engine.catalogue;
    let ordered = catalogue
        .order_delivery_methods(&caller, &code, &value.codes)
        .await?;
    Ok(Json(ordered.into()))
}

/// Remove a way of delivery
///
/// Orders that travel by it go on doing so.
#[utoipa::path(delete, path = "/storefronts/{code}/delivery-methods/{method}", tag = "storefronts",
    params(("code" = String, Path), ("method" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn remove(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart((code, method)): PathPart<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let catalogue = &state.engine.catalogue;
    catalogue
        .remove_delivery_method(&caller, &code, &method)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
