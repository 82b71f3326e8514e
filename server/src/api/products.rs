//! Products, in the canonical family.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use orders::{Language, Market, NewProduct, Product, ProductChange, ProductDetails, Storefront};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    body::{JsonBody, PathPart, QueryString},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Which page of which products.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ProductQuery {
    /// Words that the title or the description must contain.
    q: Option<String>,
    /// How many at most, 1 to 100.
    #[serde(default = "super::orders::default_limit")]
    limit: u16,
    /// The `next` of the page before.
    after: Option<String>,
    /// Where it is sold, which says for how much; the default storefront if absent.
    storefront: Option<String>,
    /// What its texts are written in; the storefront's first language if absent.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// Where a product is sold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MarketQuery {
    /// Where it is sold, which says for how much; the default storefront if absent.
    storefront: Option<String>,
    /// What its texts are written in; the storefront's first language if absent.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

fn market(storefront: Option<String>, language: Option<Language>) -> Market {
    Market {
        storefront: storefront.unwrap_or_else(|| Storefront::DEFAULT.to_owned()),
        language,
    }
}

/// A page of products.
#[derive(Serialize, ToSchema)]
pub(super) struct ProductList {
    data: Vec<Product>,
    /// Goes into `after` for the next page; `null` on the last.
    next: Option<String>,
}

/// List products
#[utoipa::path(get, path = "/products", tag = "catalogue", params(ProductQuery),
    responses((status = 200, body = ProductList), (status = 400, body = Problem)), security(()))]
pub(super) async fn list(
    State(state): State<AppState>,
    QueryString(query): QueryString<ProductQuery>,
) -> Result<Json<ProductList>, ApiError> {
    let market = market(query.storefront, query.language);
    let (q, after) = (query.q.as_deref(), query.after.as_deref());
    let (data, next) = state
        .engine
        .catalogue
        .products(&market, q, after, query.limit)
        .await?;
    Ok(Json(ProductList { data, next }))
}

/// Read a product
#[utoipa::path(get, path = "/products/{ref}", tag = "catalogue",
    params(("ref" = String, Path), MarketQuery),
    responses((status = 200, body = Product), (status = 404, body = Problem)), security(()))]
pub(super) async fn find(
    State(state): State<AppState>,
    PathPart(reference): PathPart<String>,
    QueryString(query): QueryString<MarketQuery>,
) -> Result<Json<Product>, ApiError> {
    let catalogue = &state.engine.catalogue;
    let market = market(query.storefront, query.language);
    Ok(Json(catalogue.product(&market, &reference).await?))
}

/// Make a product
///
/// Goods have `variants`, an event has `seats`.
#[utoipa::path(post, path = "/products", tag = "catalogue", request_body = NewProduct,
    responses((status = 201, body = Product), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn create(
    State(state): State<AppState>,
    Who(caller): Who,
    JsonBody { value, .. }: JsonBody<NewProduct>,
) -> Result<Response, ApiError> {
    let product = state
        .engine
        .catalogue
        .create_product(&caller, value)
        .await?;
    let location = format!("/api/v1/products/{}", product.reference);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(product),
    )
        .into_response())
}

/// Read what a product is besides its price
#[utoipa::path(get, path = "/products/{ref}/details", tag = "catalogue", params(("ref" = String, Path)),
    responses((status = 200, body = ProductDetails), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn details(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(reference): PathPart<String>,
) -> Result<Json<ProductDetails>, ApiError> {
    let catalogue = &state.engine.catalogue;
    Ok(Json(catalogue.product_details(&caller, &reference).await?))
}

/// Change what a product is besides its price
///
/// Its words in other languages, how it is taxed, what it weighs. What is left out stays as it is.
#[utoipa::path(patch, path = "/products/{ref}/details", tag = "catalogue", params(("ref" = String, Path)),
    request_body = ProductChange,
    responses((status = 200, body = ProductDetails), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn change(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(reference): PathPart<String>,
    JsonBody { value, .. }: JsonBody<ProductChange>,
) -> Result<Json<ProductDetails>, ApiError> {
    let catalogue = &state.engine.catalogue;
    let changed = catalogue.change_product(&caller, &reference, value).await?;
    Ok(Json(changed))
}
