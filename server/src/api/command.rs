//! A command to an order: done once, however often it is sent, and only to the version that its sender saw.

use std::{borrow::Cow, net::IpAddr};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts, response},
    response::{IntoResponse, Response},
};
use orders::{
    Caller, Identity, OrderError, OrderId, Refusal,
    engine::{Answer, Conditions, IdempotencyKey, Orders, Repeat, network},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::{ApiError, body::JsonBody, problem};
use crate::rate_limit;

/// The headers that every command understands.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `Terms` reads")]
pub(super) struct CommandHeaders {
    /// Makes a repeat harmless: for a day, the same request is answered the same, and done once.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
    /// The version that was seen, as in `ETag`; another one is refused. The body's `version` does the same.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

/// The headers that belong to an answer, and are kept with it.
const KEPT: [header::HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Where an answer has the token of a guest's order.
const TOKEN: &str = "access_token";

/// A JSON body that asks for a change.
pub(super) struct Command<T> {
    pub(super) value: T,
    pub(super) terms: Terms,
}

/// How a command is to be done: once, and only if nobody was faster.
pub(super) struct Terms {
    key: Option<IdempotencyKey>,
    version: Option<i32>,
    has_if_match: bool,
    /// Whether the answer is kept for repeats; otherwise they are answered from the order.
    keeps_answer: bool,
    trace_id: String,
}

/// A JSON body with a key that is kept for ever, and without which it is refused.
pub(super) struct Lasting<T> {
    pub(super) value: T,
    pub(super) key: IdempotencyKey,
}

/// The version that a request without a body wants to change.
pub(super) struct IfMatch(Option<i32>);

/// The part of every command's body that says which version was seen.
#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    version: Option<i32>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Command<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let caller = request.extensions().get::<Caller>().cloned();
        let caller = caller.ok_or_else(ApiError::internal)?;
        let headers = request.headers().clone();
        let address = rate_limit::address(&request);
        let mut asked = format!("{} {}\n", request.method(), request.uri().path()).into_bytes();
        let body = JsonBody::<T>::read(request, state, &["version"]).await?;
        let JsonBody { value, bytes } = body;
        asked.extend_from_slice(&bytes);
        let (if_match, version) = (if_match(&headers), version(&bytes)?);
        if if_match.is_some() && version.is_some() && if_match != version {
            return Err(ApiError::malformed("/version", "disagrees with If-Match"));
        }
        let terms = Terms {
            key: idempotency_key(&headers, &caller, address, &asked)?,
            version: if_match.or(version),
            has_if_match: if_match.is_some(),
            keeps_answer: true,
            trace_id: caller.request_id,
        };
        Ok(Self { value, terms })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Lasting<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let caller = request.extensions().get::<Caller>().cloned();
        let caller = caller.ok_or_else(ApiError::internal)?;
        let headers = request.headers().clone();
        let JsonBody { value, bytes } = JsonBody::<T>::from_request(request, state).await?;
        let name = key_name(&headers)?
            .ok_or_else(|| ApiError::malformed("", "Idempotency-Key is missing."))?;
        let key = IdempotencyKey::lasting(&caller.actor(), name, &bytes);
        Ok(Self { value, key })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(if_match(&parts.headers)))
    }
}

impl From<IfMatch> for Terms {
    fn from(IfMatch(version): IfMatch) -> Self {
        Self {
            key: None,
            version,
            has_if_match: version.is_some(),
            keeps_answer: true,
            trace_id: String::new(),
        }
    }
}

impl Terms {
    /// The request's key, if it has one.
    pub(super) fn key(&self) -> Option<&IdempotencyKey> {
        self.key.as_ref()
    }

    /// The same for a request whose answer can be told from the order for ever.
    pub(super) fn keeping_answer(self, keeps_answer: bool) -> Self {
        Self {
            keeps_answer,
            ..self
        }
    }

    /// Does what `act` does, and answers it. A request that was done before gets its answer again; where the server
    /// died before it answered, `again` finds what was done, as it is now.
    pub(super) async fn answer<T>(
        &self,
        orders: &Orders,
        act: impl AsyncFnOnce(Orders) -> Result<T, OrderError>,
        again: impl AsyncFnOnce(OrderId) -> Result<T, OrderError>,
        answer: impl FnOnce(T) -> Result<Response, ApiError>,
    ) -> Result<Response, ApiError> {
        let done = match (self.on(orders, act).await, &self.key) {
            (Err(OrderError::Refused(Refusal::KeyInFlight)), Some(key)) => {
                let (id, earlier) = match orders.repeat(key).await? {
                    Repeat::Running => return Err(Refusal::KeyInFlight.into()),
                    Repeat::Answered { order, answer } => (order, Some(answer)),
                    Repeat::Unanswered(order) => (order, None),
                };
                // Also where the answer is known: who may not see the order any more does not see its answer either.
                let fresh = self.written(answer(again(id).await?)).await?;
                let mut response = match earlier {
                    Some(earlier) => fresh.as_before(earlier),
                    None if self.keeps_answer => fresh.kept(orders, key).await,
                    None => fresh.into_response(),
                };
                response
                    .headers_mut()
                    .insert("idempotent-replayed", HeaderValue::from_static("true"));
                return Ok(response);
            }
            (done, _) => done.map_err(|error| self.refused(error))?,
        };
        match &self.key {
            Some(key) if self.keeps_answer => {
                Ok(self.written(answer(done)).await?.kept(orders, key).await)
            }
            Some(_) | None => answer(done),
        }
    }

    /// Does what `act` does, on the version that was seen.
    pub(super) async fn change<T>(
        &self,
        orders: &Orders,
        act: impl AsyncFnOnce(Orders) -> Result<T, OrderError>,
    ) -> Result<T, ApiError> {
        let done = self.on(orders, act).await;
        done.map_err(|error| self.refused(error))
    }

    async fn on<T>(
        &self,
        orders: &Orders,
        act: impl AsyncFnOnce(Orders) -> Result<T, OrderError>,
    ) -> Result<T, OrderError> {
        let conditions = Conditions {
            key: self.key.clone(),
            version: self.version,
        };
        act(orders.under(conditions)).await
    }

    /// A header that did not hold has a status of its own.
    fn refused(&self, error: OrderError) -> ApiError {
        let is_stale = matches!(error, OrderError::Refused(Refusal::Stale { .. }));
        let error = ApiError::from(error);
        if is_stale && self.has_if_match {
            error.with_status(StatusCode::PRECONDITION_FAILED)
        } else {
            error
        }
    }

    /// The answer as it goes out: a change may end in a problem too, such as a declined card.
    async fn written(&self, answer: Result<Response, ApiError>) -> Result<Written, ApiError> {
        let response = answer.unwrap_or_else(|error| problem::write(error, &self.trace_id));
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await;
        Ok(Written {
            parts,
            bytes: bytes.map_err(|_| ApiError::internal())?,
        })
    }
}

/// An answer that has been written out.
struct Written {
    parts: response::Parts,
    bytes: Bytes,
}

impl Written {
    /// The answer, after it was kept for repeats. Where that fails, they are answered from the order.
    async fn kept(self, orders: &Orders, key: &IdempotencyKey) -> Response {
        let headers = KEPT.iter().filter_map(|name| {
            let value = self.parts.headers.get(name)?.to_str().ok()?;
            Some((name.to_string(), value.to_owned()))
        });
        let answer = Answer {
            status: self.parts.status.as_u16(),
            headers: headers.collect(),
            // An order's token is never stored; a repeat gets it made anew.
            body: with_token(&self.body(), Value::Null),
        };
        orders.remember(key, answer).await;
        self.into_response()
    }

    fn into_response(self) -> Response {
        Response::from_parts(self.parts, Body::from(self.bytes))
    }

    /// The answer that was given before, with the token of this one.
    fn as_before(&self, earlier: Answer) -> Response {
        let fresh = serde_json::from_str::<Value>(&self.body()).unwrap_or_default();
        let body = with_token(&earlier.body, fresh[TOKEN].clone());
        let status = StatusCode::from_u16(earlier.status).unwrap_or(StatusCode::OK);
        let mut response = (status, body).into_response();
        for name in KEPT {
            let value = earlier.headers.get(name.as_str());
            if let Some(value) = value.and_then(|it| HeaderValue::from_str(it).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    fn body(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// The body with this token, if it has one.
fn with_token(body: &str, token: Value) -> String {
    if !body.contains(TOKEN) {
        return body.to_owned();
    }
    match serde_json::from_str::<Map<String, Value>>(body) {
        Ok(mut fields) if fields.contains_key(TOKEN) => {
            fields.insert(TOKEN.to_owned(), token);
            Value::Object(fields).to_string()
        }
        Ok(_) | Err(_) => body.to_owned(),
    }
}

/// How many characters a key has that nobody hits upon: a UUID has 36.
const UNGUESSABLE: usize = 20;

/// Guests share one scope, so that a guest's repeat is one wherever it comes from. It is answered with the order's token,
/// so a key that others may hit upon is answered so only where it came from.
fn idempotency_key(
    headers: &HeaderMap,
    caller: &Caller,
    address: IpAddr,
    request: &[u8],
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(name) = key_name(headers)? else {
        return Ok(None);
    };
    let key = IdempotencyKey::new(&caller.actor(), name, request);
    let is_guessed = caller.identity == Identity::Guest && name.len() < UNGUESSABLE;
    Ok(Some(if is_guessed {
        key.sent_by(&network(address).to_string())
    } else {
        key
    }))
}

/// The key, as its sender calls it.
fn key_name(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match value.to_str().map(str::trim) {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key)),
        _ => Err(ApiError::malformed(
            "",
            "Idempotency-Key must have 1 to 255 printable characters.",
        )),
    }
}

/// The version in the body. One that cannot be read is refused: whoever sent it relies on it.
fn version(body: &[u8]) -> Result<Option<i32>, ApiError> {
    if body.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice::<Seen>(body)
        .map(|it| it.version)
        .map_err(|_| ApiError::malformed("/version", "is not a version"))
}

/// The version in `If-Match`. One that no order ever has stands for a tag that is none of ours.
fn if_match(headers: &HeaderMap) -> Option<i32> {
    let tag = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default();
    match tag.trim() {
        "*" => None,
        tag => {
            let version = tag.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            Some(version.and_then(|it| it.parse().ok()).unwrap_or(0))
        }
    }
}
