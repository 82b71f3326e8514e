//! Discount codes, in the canonical family.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use orders::{DiscountCode, NewDiscountCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    body::{JsonBody, PathPart, QueryString},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Which page of the codes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DiscountCodeQuery {
    /// How many at most, 1 to 100.
    #[serde(default = "default_limit")]
    limit: u16,
    /// The `next` of the page before.
    after: Option<String>,
}

fn default_limit() -> u16 {
    20
}

/// A page of discount codes, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct DiscountCodeList {
    data: Vec<DiscountCode>,
    /// Goes into `after` for the next page; `null` on the last.
    next: Option<String>,
}

/// List discount codes
#[utoipa::path(get, path = "/discount-codes", tag = "discounts", params(DiscountCodeQuery),
    responses((status = 200, body = DiscountCodeList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    QueryString(query): QueryString<DiscountCodeQuery>,
) -> Result<Json<DiscountCodeList>, ApiError> {
    let discounts = &state.engine.discounts;
    let after = query.after.as_deref();
    let (data, next) = discounts.list(&caller, after, query.limit).await?;
    Ok(Json(DiscountCodeList { data, next }))
}

/// Read a discount code
#[utoipa::path(get, path = "/discount-codes/{code}", tag = "discounts", params(("code" = String, Path)),
    responses((status = 200, body = DiscountCode), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<DiscountCode>, ApiError> {
    Ok(Json(state.engine.discounts.find(&caller, &code).await?))
}

/// Make a discount code
#[utoipa::path(post, path = "/discount-codes", tag = "discounts", request_body = NewDiscountCode,
    responses((status = 201, body = DiscountCode), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn create(
    State(state): State<AppState>,
    Who(caller): Who,
    JsonBody { value, .. }: JsonBody<NewDiscountCode>,
) -> Result<Response, ApiError> {
    let created = state.engine.discounts.create(&caller, value).await?;
    let location = format!("/api/v1/discount-codes/{}", created.rules.code);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(created),
    )
        .into_response())
}

/// Change a discount code
///
/// All of its rules. Orders that stand keep what it took off them; one that is being placed is priced again.
#[utoipa::path(put, path = "/discount-codes/{code}", tag = "discounts", params(("code" = String, Path)),
    request_body = NewDiscountCode,
    responses((status = 200, body = DiscountCode), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn change(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
    JsonBody { value, .. }: JsonBody<NewDiscountCode>,
) -> Result<Json<DiscountCode>, ApiError> {
    let discounts = &state.engine.discounts;
    Ok(Json(discounts.change(&caller, &code, value).await?))
}

/// Switch a discount code on
#[utoipa::path(post, path = "/discount-codes/{code}/activate", tag = "discounts", params(("code" = String, Path)),
    responses((status = 200, body = DiscountCode), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn activate(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<DiscountCode>, ApiError> {
    let discounts = &state.engine.discounts;
    Ok(Json(discounts.activate(&caller, &code, true).await?))
}

/// Switch a discount code off
#[utoipa::path(post, path = "/discount-codes/{code}/deactivate", tag = "discounts", params(("code" = String, Path)),
    responses((status = 200, body = DiscountCode), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn deactivate(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<DiscountCode>, ApiError> {
    let discounts = &state.engine.discounts;
    Ok(Json(discounts.activate(&caller, &code, false).await?))
}
