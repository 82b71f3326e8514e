//! Stock, in the canonical family.

use axum::{Json, extract::State};
use orders::StockLevel;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::{JsonBody, PathPart},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// How many there are.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"on_hand": 40}))]
pub(super) struct NewStock {
    /// However many there were before.
    on_hand: i32,
}

/// Read a SKU's stock
#[utoipa::path(get, path = "/inventory/{sku}", tag = "catalogue", params(("sku" = String, Path)),
    responses((status = 200, body = StockLevel), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(sku): PathPart<String>,
) -> Result<Json<StockLevel>, ApiError> {
    Ok(Json(state.engine.catalogue.stock(&caller, &sku).await?))
}

/// Set a SKU's stock
#[utoipa::path(put, path = "/inventory/{sku}", tag = "catalogue", params(("sku" = String, Path)),
    request_body = NewStock,
    responses((status = 200, body = StockLevel), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(sku): PathPart<String>,
    JsonBody { value, .. }: JsonBody<NewStock>,
) -> Result<Json<StockLevel>, ApiError> {
    Ok(Json(
        state
            .engine
            .catalogue
            .set_stock(&caller, &sku, value.on_hand)
            .await?,
    ))
}
