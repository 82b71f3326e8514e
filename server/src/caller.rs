//! Who is calling: resolved once for every request, for pages, server functions and JSON alike.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use orders::{Caller, Identity, OrderToken, Refusal, Role, engine::People};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::{
    AppState,
    api::{self, ApiError},
    headers::RequestId,
    rate_limit,
};

/// An order token is 43 characters; whatever is much longer is none.
const LONGEST_TOKEN: usize = 100;

/// Who tokens of our own say that they are from.
pub(crate) const ISSUER: &str = "waybill";

/// What a bearer token says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Who: one of our ids, or another system's.
    pub(crate) sub: String,
    /// What they may do.
    pub(crate) role: Role,
    /// Until when, in seconds since 1970.
    pub(crate) exp: i64,
    /// Who made it. Tokens of our own say [`ISSUER`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) iss: Option<String>,
    /// In tokens of our own: which of the person's sign-ins it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sign_in_version: Option<i32>,
}

/// How many requests a minute the key of this request allows.
#[derive(Clone, Copy)]
pub(crate) struct KeyLimit(pub(crate) u32);

/// Puts the [`Caller`] into the request. Credentials that are there and wrong are refused, not overlooked.
pub(crate) async fn resolve(
    State(state): State<AppState>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let identity = match identify(&state, &mut request, &session).await {
        Ok(identity) => identity,
        Err(Unknown::WrongCredentials) => {
            let from = rate_limit::address(&request);
            return rate_limit::wrong_credentials(&state, from).await;
        }
        Err(Unknown::Error(error)) => return error.into_response(),
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

/// Why it is not known who is calling.
enum Unknown {
    /// They say to be somebody whom they are not.
    WrongCredentials,
    /// It could not be found out, or is known and not enough.
    Error(ApiError),
}

impl<E: Into<ApiError>> From<E> for Unknown {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

async fn identify(
    state: &AppState,
    request: &mut Request,
    session: &Session,
) -> Result<Identity, Unknown> {
    let people = &state.engine.people;
    let headers = request.headers();
    if let Some(key) = headers.get("x-api-key") {
        let key = people.find_service_key(key.to_str().unwrap_or_default());
        let key = key.await?.ok_or(Unknown::WrongCredentials)?;
        let needed = api::scope_of(request.method(), request.uri().path());
        if !needed.is_some_and(|it| key.opens(it)) {
            return Err(Refusal::Forbidden.into());
        }
        if let Some(limit) = key.requests_per_minute {
            request.extensions_mut().insert(KeyLimit(limit));
        }
        return Ok(Identity::Service(key.id));
    }
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|it| it.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let token = token.map_or("", |(_, token)| token.trim());
        let claims = read_token(&state.settings.jwt_secret, token);
        let claims = claims.ok_or(Unknown::WrongCredentials)?;
        return bearer(people, claims).await;
    }
    let visitor = app::ssr::Visitor(session.clone());
    let Some(sign_in) = visitor.signed_in().await? else {
        return Ok(Identity::Guest);
    };
    // The role is looked up and not remembered: a right that was taken away is gone at once.
    let person = people.signed_in(sign_in.person, sign_in.version).await?;
    Ok(person.map_or(Identity::Guest, |person| Identity::Person {
        id: person.id,
        role: person.role,
    }))
}

/// A token of our own is worth what its person is now: they may have signed out everywhere, or do something else here.
/// What others sign with our secret is believed as it is.
async fn bearer(people: &People, claims: Claims) -> Result<Identity, Unknown> {
    if claims.iss.as_deref() != Some(ISSUER) {
        return Ok(Identity::Person {
            id: people.find_subject(&claims.sub).await?,
            role: claims.role,
        });
    }
    let (Ok(id), Some(version)) = (claims.sub.parse(), claims.sign_in_version) else {
        return Err(Unknown::WrongCredentials);
    };
    let person = people.signed_in(id, version).await?;
    let person = person.ok_or(Unknown::WrongCredentials)?;
    Ok(Identity::Person {
        id: person.id,
        role: person.role,
    })
}

fn read_token(secret: &[u8], token: &str) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 5;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, &DecodingKey::from_secret(secret), &validation)
        .map(|it| it.claims)
        .ok()
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
