//! Storefronts, in the canonical family.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use orders::{Storefront, StorefrontDocument};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::{JsonBody, PathPart},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// The storefronts, the default one first.
#[derive(Serialize, ToSchema)]
pub(super) struct StorefrontList {
    data: Vec<Storefront>,
    /// Always `null`: storefronts come whole.
    next: Option<String>,
}

/// List storefronts
///
/// Those that are closed are shown to whoever works here.
#[utoipa::path(get, path = "/storefronts", tag = "storefronts",
    responses((status = 200, body = StorefrontList)),
    security((), ("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
) -> Result<Json<StorefrontList>, ApiError> {
    let all = state.engine.catalogue.storefronts().await?;
    let seen = all.iter().filter(|it| it.is_open || caller.works_here());
    Ok(Json(StorefrontList {
        data: seen.cloned().collect(),
        next: None,
    }))
}

/// Read a storefront
#[utoipa::path(get, path = "/storefronts/{code}", tag = "storefronts", params(("code" = String, Path)),
    responses((status = 200, body = Storefront), (status = 404, body = Problem)),
    security((), ("bearer" = []), ("api_key" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<Storefront>, ApiError> {
    Ok(Json(
        state.engine.catalogue.storefront(&caller, &code).await?,
    ))
}

/// Make a storefront
#[utoipa::path(post, path = "/storefronts", tag = "storefronts", request_body = StorefrontDocument,
    responses((status = 201, body = Storefront), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn create(
    State(state): State<AppState>,
    Who(caller): Who,
    JsonBody { value, .. }: JsonBody<StorefrontDocument>,
) -> Result<Response, ApiError> {
    let catalogue = &state.engine.catalogue;
    let created = catalogue.create_storefront(&caller, value).await?;
    let location = format!("/api/v1/storefronts/{}", created.code);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(created),
    )
        .into_response())
}

/// Change a storefront
///
/// Everything but its code: what is left out is as if it were a new one. Orders that stand keep the terms that they were
/// placed by; one that is being placed is priced again. Its currency stays once anything is counted in it.
#[utoipa::path(put, path = "/storefronts/{code}", tag = "storefronts", params(("code" = String, Path)),
    request_body = StorefrontDocument,
    responses((status = 200, body = Storefront), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn change(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
    JsonBody { value, .. }: JsonBody<StorefrontDocument>,
) -> Result<Json<Storefront>, ApiError> {
    let catalogue = &state.engine.catalogue;
    Ok(Json(
        catalogue.change_storefront(&caller, &code, value).await?,
    ))
}

/// Open a storefront
#[utoipa::path(post, path = "/storefronts/{code}/open", tag = "storefronts", params(("code" = String, Path)),
    responses((status = 200, body = Storefront), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn open(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<Storefront>, ApiError> {
    let catalogue = &state.engine.catalogue;
    Ok(Json(catalogue.open_storefront(&caller, &code, true).await?))
}

/// Close a storefront
///
/// It takes no new orders; those that stand go on.
#[utoipa::path(post, path = "/storefronts/{code}/close", tag = "storefronts", params(("code" = String, Path)),
    responses((status = 200, body = Storefront), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn close(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(code): PathPart<String>,
) -> Result<Json<Storefront>, ApiError> {
    let catalogue = &state.engine.catalogue;
    Ok(Json(
        catalogue.open_storefront(&caller, &code, false).await?,
    ))
}
