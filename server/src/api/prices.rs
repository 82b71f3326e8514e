//! What things cost at a storefront, in the canonical family.

use axum::{Json, extract::State, http::StatusCode};
use orders::{Price, PriceChange, Storefront};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    body::{JsonBody, PathPart, QueryString},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Which page of the prices.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PriceQuery {
    /// How many at most, 1 to 100.
    #[serde(default = "most")]
    limit: u16,
    /// The `next` of the page before.
    after: Option<String>,
    /// What the SKU or the title holds.
    q: Option<String>,
}

fn most() -> u16 {
    100
}

/// A page of prices, in the order of their SKUs.
#[derive(Serialize, ToSchema)]
pub(super) struct PriceList {
    data: Vec<Price>,
    /// Goes into `after` for the next page; `null` on the last.
    next: Option<String>,
}

/// Prices to be set, all or none.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"prices": [{"sku": "MUG-WHITE", "price_minor": 1790}]}))]
pub(super) struct NewPrices {
    prices: Vec<NewPrice>,
}

/// A price to be set.
#[derive(Deserialize, ToSchema)]
struct NewPrice {
    /// What.
    sku: String,
    /// The price of one, in minor units of the storefront's currency.
    price_minor: i64,
}

/// List a storefront's prices
#[utoipa::path(get, path = "/storefronts/{code}/prices", tag = "storefronts",
    params(("code" = String, Path), PriceQuery),
    responses((status = 200, body = PriceList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
    QueryString(query): QueryString<PriceQuery>,
) -> Result<Json<PriceList>, ApiError> {
    let catalogue = &state.engine.catalogue;
    let (q, after) = (query.q.as_deref(), query.after.as_deref());
    let (data, next) = catalogue
        .storefront_prices(&caller, &code, q, after, query.limit)
        .await?;
    Ok(Json(PriceList { data, next }))
}

/// Set prices of a storefront
///
/// Those that are named, all or none; others stay. The default storefront's are the variants' own: other storefronts in the
/// same currency sell at them where they have none.
#[utoipa::path(put, path = "/storefronts/{code}/prices", tag = "storefronts", params(("code" = String, Path)),
    request_body = NewPrices,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn set(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
    JsonBody { value, .. }: JsonBody<NewPrices>,
) -> Result<StatusCode, ApiError> {
    let storefront = find(&state, &caller, &code).await?;
    let changes: Vec<_> = (value.prices.into_iter())
        .map(|it| PriceChange {
            storefront: storefront.code.clone(),
            sku: it.sku,
            price_minor: Some(it.price_minor),
        })
        .collect();
    let catalogue = &state.engine.catalogue;
    catalogue.set_prices(&caller, &changes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a price away from a storefront
///
/// Where it counts in the default storefront's currency it then sells at that one's price, otherwise not at all.
#[utoipa::path(delete, path = "/storefronts/{code}/prices/{sku}", tag = "storefronts",
    params(("code" = String, Path), ("sku" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn unset(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart((code, sku)): PathPart<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let storefront = find(&state, &caller, &code).await?;
    let change = PriceChange {
        storefront: storefront.code,
        sku,
        price_minor: None,
    };
    let catalogue = &state.engine.catalogue;
    catalogue.set_prices(&caller, &[change]).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The storefront that the address names: there is nothing wrong with the body if there is none.
async fn find(
    state: &AppState,
    caller: &orders::Caller,
    code: &str,
) -> Result<Storefront, ApiError> {
    caller.must_act_for_others()?;
    Ok(state.engine.catalogue.storefront(caller, code).await?)
}
