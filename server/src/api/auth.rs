//! Signing in from a program.

use axum::{Json, extract::State};
use jsonwebtoken::{EncodingKey, Header};
use orders::{Credentials, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, body::JsonBody, problem::Problem};
use crate::{AppState, caller::Claims};

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
#[utoipa::path(post, path = "/auth/token", tag = "auth", request_body = Credentials,
    responses((status = 200, body = Token), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 415, body = Problem)),
    security(()))]
pub(super) async fn token(
    State(state): State<AppState>,
    JsonBody { value, .. }: JsonBody<Credentials>,
) -> Result<Json<Token>, ApiError> {
    let person = state.engine.people.sign_in(&value).await?;
    let exp = state.engine.database().clock.now().timestamp() + LIFETIME;
    let claims = Claims {
        sub: person.id.to_string(),
        role: person.role,
        exp,
    };
    let key = EncodingKey::from_secret(&state.settings.jwt_secret);
    let access_token =
        jsonwebtoken::encode(&Header::default(), &claims, &key).map_err(|error| {
            tracing::error!(?error, "Could not sign a token");
            ApiError::internal()
        })?;
    Ok(Json(Token {
        access_token,
        token_type: "Bearer",
        expires_in: LIFETIME,
        role: person.role,
    }))
}
