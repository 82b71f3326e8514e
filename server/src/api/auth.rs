//! Signing in from a program, and what else somebody does with their own account.

use app::ssr::ClientAddress;
use axum::{Extension, Json, extract::State, http::StatusCode};
use jsonwebtoken::{EncodingKey, Header};
use orders::{Credentials, Customer, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ApiError, body::JsonBody, problem::Problem};
use crate::{
    AppState,
    caller::{Claims, ISSUER, Who},
};

/// How long a token is good, in seconds.
const LIFETIME: i64 = 3_600;

/// A bearer token.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds from now.
    expires_in: i64,
    /// What its bearer may do.
    role: Role,
}

/// Get a bearer token
///
/// One address may try one account ten times a minute.
#[utoipa::path(post, path = "/auth/token", tag = "auth", request_body = Credentials,
    responses((status = 200, body = Token), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 415, body = Problem)),
    security(()))]
pub(super) async fn token(
    State(state): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    JsonBody { value, .. }: JsonBody<Credentials>,
) -> Result<Json<Token>, ApiError> {
    let person = state.engine.people.sign_in(&value, address).await?;
    Ok(Json(made_for(&state, &person)?))
}

fn made_for(state: &AppState, person: &Customer) -> Result<Token, ApiError> {
    let claims = Claims {
        sub: person.id.to_string(),
        role: person.role,
        exp: state.engine.database().clock.now().timestamp() + LIFETIME,
        iss: Some(ISSUER.to_owned()),
        sign_in_version: Some(person.sign_in_version),
    };
    let key = EncodingKey::from_secret(&state.settings.jwt_secret);
    let access_token =
        jsonwebtoken::encode(&Header::default(), &claims, &key).map_err(|error| {
            tracing::error!(?error, "Could not sign a token");
            ApiError::internal()
        })?;
    Ok(Token {
        access_token,
        token_type: "Bearer",
        expires_in: LIFETIME,
        role: person.role,
    })
}

/// A password instead of the one there is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"current_password": "correct horse", "new_password": "battery staple"}))]
pub(super) struct PasswordChange {
    /// The one there is.
    #[serde(default)]
    current_password: String,
    /// The other one, of 10 to 200 characters.
    #[serde(default)]
    new_password: String,
}

/// Change one's password
///
/// All sign-ins end, this token too; the answer has the next one.
#[utoipa::path(post, path = "/auth/password", tag = "auth", request_body = PasswordChange,
    responses((status = 200, body = Token), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn change_password(
    State(state): State<AppState>,
    Who(caller): Who,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    JsonBody { value, .. }: JsonBody<PasswordChange>,
) -> Result<Json<Token>, ApiError> {
    let people = &state.engine.people;
    let person = people
        .change_password(
            &caller,
            address,
            &value.current_password,
            &value.new_password,
        )
        .await?;
    Ok(Json(made_for(&state, &person)?))
}

/// A password for whoever has the link.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"token": "vN1dI4sqSr2kH7sY0qj7zT5m3p8xW6bR1cE9uG4aLfo", "new_password": "battery staple"}))]
pub(super) struct PasswordChoice {
    /// What stands in the link.
    #[serde(default)]
    token: String,
    /// The password, of 10 to 200 characters.
    #[serde(default)]
    new_password: String,
}

/// Choose a password with a link
///
/// The link is used up by that, and all sign-ins of its owner end.
#[utoipa::path(post, path = "/auth/password-reset", tag = "auth", request_body = PasswordChoice,
    responses((status = 204), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)),
    security(()))]
pub(super) async fn reset_password(
    State(state): State<AppState>,
    JsonBody { value, .. }: JsonBody<PasswordChoice>,
) -> Result<StatusCode, ApiError> {
    let people = &state.engine.people;
    people
        .reset_password(&value.token, &value.new_password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out everywhere
///
/// In every browser and every program: all sessions and tokens end, this one too.
#[utoipa::path(post, path = "/auth/sign-out-everywhere", tag = "auth",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)),
    security(("bearer" = [])))]
pub(super) async fn sign_out_everywhere(
    State(state): State<AppState>,
    Who(caller): Who,
) -> Result<StatusCode, ApiError> {
    state.engine.people.sign_out_everywhere(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
