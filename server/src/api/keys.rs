//! The keys of programs, in the canonical family. For those who run the shop.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use orders::{NewServiceKey, ServiceKey, ServiceKeyId, ServiceKeyWithSecret};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::{JsonBody, PathPart},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Every key, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct KeyList {
    data: Vec<ServiceKey>,
    /// Always `null`: keys come whole.
    next: Option<String>,
}

/// List API keys
///
/// Those that were revoked too. What they are made of cannot be read.
#[utoipa::path(get, path = "/keys", tag = "keys", operation_id = "list_keys",
    responses((status = 200, body = KeyList), (status = 401, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
) -> Result<Json<KeyList>, ApiError> {
    Ok(Json(KeyList {
        data: state.engine.people.service_keys(&caller).await?,
        next: None,
    }))
}

/// Make an API key
///
/// The `secret` in the answer goes into `X-API-Key`; it is shown this once.
#[utoipa::path(post, path = "/keys", tag = "keys", operation_id = "create_key", request_body = NewServiceKey,
    responses((status = 201, body = ServiceKeyWithSecret), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn create(
    State(state): State<AppState>,
    Who(caller): Who,
    JsonBody { value, .. }: JsonBody<NewServiceKey>,
) -> Result<Response, ApiError> {
    let people = &state.engine.people;
    let made = people.create_service_key(&caller, &value).await?;
    let location = [(header::LOCATION, format!("/api/v1/keys/{}", made.key.id))];
    Ok((StatusCode::CREATED, location, Json(made)).into_response())
}

/// Revoke an API key
///
/// From now on it opens nothing, here at once, at other servers within a second.
#[utoipa::path(delete, path = "/keys/{id}", tag = "keys", operation_id = "revoke_key",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn revoke(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<ServiceKeyId>,
) -> Result<StatusCode, ApiError> {
    state.engine.people.revoke_service_key(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
