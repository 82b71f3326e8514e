//! Who is calling: resolved once for every request, for pages, server functions and JSON alike.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use orders::{Caller, Identity, OrderToken, Refusal, Role};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::{AppState, api::ApiError, headers::RequestId};

/// An order token is 43 characters; whatever is much longer is none.
const LONGEST_TOKEN: usize = 100;

/// What a bearer token says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who: one of our ids, or another system's.
    pub(crate) sub: String,
    /// What they may do.
    pub(crate) role: Role,
    /// Until when, in seconds since 1970.
    pub(crate) exp: i64,
}

/// Puts the [`Caller`] into the request. Credentials that are there and wrong are refused, not overlooked.
pub(crate) async fn resolve(
    State(state): State<AppState>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let identity = match identify(&state, request.headers(), &session).await {
        Ok(identity) => identity,
        Err(error) => return error.into_response(),
    };
    let given = given_tokens(&request);
    let kept = match app::ssr::Visitor(session).order_tokens().await {
        Ok(tokens) => tokens,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let order_tokens = given.into_iter().chain(kept).collect();
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .map(|it| it.0.clone())
        .unwrap_or_default();
    request.extensions_mut().insert(Caller {
        identity,
        order_tokens,
        request_id,
    });
    next.run(request).await
}

async fn identify(
    state: &AppState,
    headers: &HeaderMap,
    session: &Session,
) -> Result<Identity, ApiError> {
    if let Some(key) = headers.get("x-api-key") {
        let key = key.to_str().unwrap_or_default();
        let id = state.engine.people.find_service_key(key).await?;
        return id
            .map(Identity::Service)
            .ok_or_else(|| Refusal::WrongCredentials.into());
    }
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(|it| it.strip_prefix("Bearer "))
            .unwrap_or_default();
        let claims = read_token(&state.settings.jwt_secret, token)?;
        let id = state.engine.people.find_subject(&claims.sub).await?;
        return Ok(Identity::Person {
            id,
            role: claims.role,
        });
    }
    let visitor = app::ssr::Visitor(session.clone());
    let Some(id) = visitor.person().await? else {
        return Ok(Identity::Guest);
    };
    // The role is looked up and not remembered: a right that was taken away is gone at once.
    Ok(match state.engine.people.find(id).await? {
        Some(person) => Identity::Person {
            id,
            role: person.role,
        },
        None => Identity::Guest,
    })
}

fn read_token(secret: &[u8], token: &str) -> Result<Claims, Refusal> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 5;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, &DecodingKey::from_secret(secret), &validation)
        .map(|it| it.claims)
        .map_err(|_| Refusal::WrongCredentials)
}

/// The order tokens in the header and in the address.
fn given_tokens(request: &Request) -> Vec<OrderToken> {
    let header = request
        .headers()
        .get("x-order-token")
        .and_then(|it| it.to_str().ok());
    let tokens = header.into_iter().chain(query_token(request.uri().query()));
    tokens
        .filter(|it| it.len() <= LONGEST_TOKEN)
        .map(|it| OrderToken(it.to_owned()))
        .collect()
}

/// The `token` of an address. Tokens are made of characters that need no decoding.
pub(crate) fn query_token(query: Option<&str>) -> Option<&str> {
    query?
        .split('&')
        .find_map(|pair| pair.strip_prefix("token="))
}

/// The caller of a handler. A door that does not ask for it has no business with orders.
pub(crate) struct Who(pub(crate) Caller);

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .map(Who)
            .ok_or_else(ApiError::internal)
    }
}
