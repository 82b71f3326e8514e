//! Webhooks, in the canonical family.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use orders::{NewWebhook, Webhook, WebhookId, WebhookWithSecret};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::{JsonBody, PathPart},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Every webhook, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookList {
    data: Vec<Webhook>,
    /// Always `null`: webhooks come whole.
    next: Option<String>,
}

/// List webhooks
#[utoipa::path(get, path = "/webhooks", tag = "webhooks",
    responses((status = 200, body = WebhookList), (status = 401, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
) -> Result<Json<WebhookList>, ApiError> {
    Ok(Json(WebhookList {
        data: state.engine.deliveries.webhooks(&caller).await?,
        next: None,
    }))
}

/// Make a webhook
///
/// It hears of what happens from now on. The `secret` in the answer signs every delivery; it is shown this once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = NewWebhook,
    responses((status = 201, body = WebhookWithSecret), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn create(
    State(state): State<AppState>,
    Who(caller): Who,
    JsonBody { value, .. }: JsonBody<NewWebhook>,
) -> Result<Response, ApiError> {
    let created = state
        .engine
        .deliveries
        .create_webhook(&caller, &value)
        .await?;
    let location = format!("/api/v1/webhooks/{}", created.webhook.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(created),
    )
        .into_response())
}

/// Read a webhook
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Webhook), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn find(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<WebhookId>,
) -> Result<Json<Webhook>, ApiError> {
    Ok(Json(state.engine.deliveries.webhook(&caller, id).await?))
}

/// Delete a webhook
///
/// Its deliveries go with it, those that wait too.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn delete(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<WebhookId>,
) -> Result<StatusCode, ApiError> {
    state.engine.deliveries.delete_webhook(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a webhook
///
/// What has been waiting is sent at once. What happened while it was disabled is not told.
#[utoipa::path(post, path = "/webhooks/{id}/enable", tag = "webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Webhook), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn enable(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<WebhookId>,
) -> Result<Json<Webhook>, ApiError> {
    let deliveries = &state.engine.deliveries;
    Ok(Json(deliveries.enable_webhook(&caller, id).await?))
}

/// Disable a webhook
///
/// What waits goes on waiting; what happens from now on is not told.
#[utoipa::path(post, path = "/webhooks/{id}/disable", tag = "webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Webhook), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn disable(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<WebhookId>,
) -> Result<Json<Webhook>, ApiError> {
    let deliveries = &state.engine.deliveries;
    Ok(Json(deliveries.disable_webhook(&caller, id).await?))
}

/// Give a webhook another secret
///
/// For a day, deliveries are signed with the old one too. The new one is shown this once.
#[utoipa::path(post, path = "/webhooks/{id}/rotate-secret", tag = "webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = WebhookWithSecret), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn rotate_secret(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<WebhookId>,
) -> Result<Json<WebhookWithSecret>, ApiError> {
    let deliveries = &state.engine.deliveries;
    Ok(Json(deliveries.rotate_webhook_secret(&caller, id).await?))
}

/// How many deliveries are sent again.
#[derive(Serialize, ToSchema)]
pub(super) struct Resent {
    resent: u64,
}

/// Send again all that was set aside
#[utoipa::path(post, path = "/webhooks/{id}/resend", tag = "webhooks", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Resent), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = []), ("api_key" = [])))]
pub(super) async fn resend_set_aside(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<WebhookId>,
) -> Result<Json<Resent>, ApiError> {
    let deliveries = &state.engine.deliveries;
    let resent = deliveries.resend_set_aside(&caller, id).await?;
    Ok(Json(Resent { resent }))
}
