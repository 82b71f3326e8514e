//! People, in the canonical family. For those who run the shop.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use orders::{CustomerId, NewPerson, PageRequest, PasswordReset, Person, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ApiError,
    body::{JsonBody, PathPart, QueryString},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// Which page of which people.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PersonQuery {
    /// How many at most, 1 to 100.
    #[serde(default = "super::orders::default_limit")]
    limit: u16,
    /// The `next` of the page before.
    #[param(value_type = Option<uuid::Uuid>)]
    after: Option<CustomerId>,
    /// An e-mail address, or another system's id.
    q: Option<String>,
}

/// A page of people, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonList {
    data: Vec<Person>,
    /// Goes into `after` for the next page; `null` on the last.
    #[schema(value_type = Option<uuid::Uuid>)]
    next: Option<CustomerId>,
}

/// List people
#[utoipa::path(get, path = "/people", tag = "people", operation_id = "list_people", params(PersonQuery),
    responses((status = 200, body = PersonList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn list(
    State(state): State<AppState>,
    Who(caller): Who,
    QueryString(query): QueryString<PersonQuery>,
) -> Result<Json<PersonList>, ApiError> {
    let page = PageRequest {
        limit: query.limit,
        after: query.after,
    };
    let people = &state.engine.people;
    let page = people.list(&caller, query.q.as_deref(), page).await?;
    Ok(Json(PersonList {
        data: page.data,
        next: page.next,
    }))
}

/// Make an account for somebody
///
/// They choose their password at `/reset-password?reset=…` with the token in the answer. Waybill sends no mail yet: give
/// it to them yourself.
#[utoipa::path(post, path = "/people", tag = "people", operation_id = "invite_person", request_body = NewPerson,
    responses((status = 201, body = PasswordReset), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn invite(
    State(state): State<AppState>,
    Who(caller): Who,
    JsonBody { value, .. }: JsonBody<NewPerson>,
) -> Result<Response, ApiError> {
    let reset = state.engine.people.invite(&caller, &value).await?;
    Ok((StatusCode::CREATED, Json(reset)).into_response())
}

/// What somebody may do.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"role": "staff"}))]
pub(super) struct NewRole {
    role: Role,
}

/// Change what somebody may do
///
/// It holds at once. Nobody changes their own role.
#[utoipa::path(put, path = "/people/{id}/role", tag = "people", operation_id = "set_role",
    params(("id" = uuid::Uuid, Path)), request_body = NewRole,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn set_role(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<CustomerId>,
    JsonBody { value, .. }: JsonBody<NewRole>,
) -> Result<StatusCode, ApiError> {
    state
        .engine
        .people
        .set_role(&caller, id, value.role)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link for a new password
///
/// Good for one day and one use; earlier links of the same person are worth nothing any more. Waybill sends no mail yet:
/// give it to its owner yourself, and to nobody else.
#[utoipa::path(post, path = "/people/{id}/password-reset", tag = "people", operation_id = "create_password_reset",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = PasswordReset), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn create_password_reset(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(id): PathPart<CustomerId>,
) -> Result<Response, ApiError> {
    let people = &state.engine.people;
    let reset = people.create_password_reset(&caller, id).await?;
    Ok((StatusCode::CREATED, Json(reset)).into_response())
}
