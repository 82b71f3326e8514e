//! Who is calling: resolved once for every request, for pages, server functions and JSON alike.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use orders::{Caller, Identity, OrderToken, Refusal, Role};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use uuid::Uuid;

use crate::{AppState, api::ApiError};

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
    let request_id = request_id(request.headers());
    let identity = match identify(&state, request.headers(), &session).await {
        Ok(identity) => identity,
        Err(error) => return named(error.into_response(), &request_id),
    };
    let order_tokens = match order_tokens(&request, &session).await {
        Ok(tokens) => tokens,
        Err(error) => return named(error.into_response(), &request_id),
    };
    let caller = Caller {
        identity,
        order_tokens,
        request_id: request_id.clone(),
    };
    request.extensions_mut().insert(caller);
    named(next.run(request).await, &request_id)
}

/// The request's own name if it is fit to be kept, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|it| it.to_str().ok());
    let is_fit =
        |it: &&str| (1..=100).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_graphic());
    given
        .filter(is_fit)
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn named(mut response: Response, request_id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
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

/// The order tokens in the header, the address and the browser's session.
async fn order_tokens(request: &Request, session: &Session) -> Result<Vec<OrderToken>, ApiError> {
    let header = request
        .headers()
        .get("x-order-token")
        .and_then(|it| it.to_str().ok());
    let mut tokens: Vec<OrderToken> = header
        .into_iter()
        .chain(query_token(request.uri().query()))
        .map(token)
        .collect();
    tokens.retain(|it| it.0.len() <= LONGEST_TOKEN);
    tokens.extend(app::ssr::Visitor(session.clone()).order_tokens().await?);
    Ok(tokens)
}

fn token(text: &str) -> OrderToken {
    OrderToken(text.to_owned())
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
