//! Reading a request: what does not have the right shape is a problem with a pointer, not a surprise.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OriginalUri, Request, rejection::BytesRejection},
    http::{Extensions, HeaderMap, StatusCode, header, request::Parts},
};
use orders::FieldError;
use serde::de::DeserializeOwned;

use super::{
    ApiError,
    json::{self, Fields},
};

/// How many errors of a query are told of; whoever has more begins with these.
const MOST_ERRORS: usize = 20;

/// A JSON body, with its bytes: two requests are the same when these are.
pub(super) struct JsonBody<T> {
    pub(super) value: T,
    pub(super) bytes: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Self::read(request, state, &[]).await
    }
}

impl<T: DeserializeOwned> JsonBody<T> {
    /// The body, which may have the fields `also` too: somebody else reads them.
    pub(super) async fn read<S: Send + Sync>(
        request: Request,
        state: &S,
        also: &'static [&'static str],
    ) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let detail = "Send JSON, with Content-Type: application/json.";
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                detail,
            ));
        }
        let fields = if is_canonical(request.extensions()) {
            Fields::Known(also)
        } else {
            Fields::Any
        };
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        // An empty body is an empty object: some requests need nothing.
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let value = json::read(text, fields)?;
        Ok(Self { value, bytes })
    }
}

/// Whether the request belongs to the canonical family, which takes no field that it does not know. The others take the
/// requests of systems that were there before, with whatever these send along.
fn is_canonical(extensions: &Extensions) -> bool {
    let uri = extensions.get::<OriginalUri>();
    uri.is_some_and(|it| it.0.path().starts_with("/api/v1/"))
}

/// A query string.
pub(super) struct QueryString<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for QueryString<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if is_canonical(&parts.extensions) {
            must_know::<T>(parts.uri.query().unwrap_or_default())?;
        }
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(it)| Self(it))
            .map_err(|error| ApiError::malformed("", error.body_text()))
    }
}

/// A misspelt filter would filter nothing, and nobody would notice. An order's token is not the handler's.
fn must_know<T: DeserializeOwned>(query: &str) -> Result<(), ApiError> {
    let known = json::fields_of::<T>();
    let names = query.split('&').filter(|it| !it.is_empty());
    let names = names.map(|it| it.split('=').next().unwrap_or_default());
    let unknown = names.filter(|it| *it != "token" && !known.contains(it));
    let errors: Vec<_> = unknown
        .take(MOST_ERRORS)
        .map(|name| {
            let pointer = format!("/{}", FieldError::step(name));
            FieldError::new(pointer, json::unknown(name, known))
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(ApiError::misshapen(errors))
    }
}

/// A part of the address, such as an id. What cannot be one names nothing.
pub(super) struct PathPart<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathPart<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(it)) => Ok(Self(it)),
            Err(_) => Err(super::problem::not_found().await),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        // Without a body there is nothing to have a type.
        return headers
            .get(header::CONTENT_LENGTH)
            .is_none_or(|it| it == "0")
            && !headers.contains_key(header::TRANSFER_ENCODING);
    };
    let kind = kind
        .to_str()
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn unread(rejection: BytesRejection) -> ApiError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The body is larger than 1 MiB.",
        ),
        _ => ApiError::malformed("", "The body could not be read."),
    }
}
