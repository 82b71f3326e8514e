//! Which other sites' pages may call the JSON API from a browser: those that are named, and never with our cookies.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{AppState, api};

/// What those pages may send and read.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const SENT: &str = "authorization, content-type, idempotency-key, if-match, last-event-id, x-api-key, x-order-token, x-request-id";
const READ: &str =
    "etag, idempotent-replayed, location, ratelimit, ratelimit-policy, retry-after, x-request-id";
/// How long a browser remembers that, in seconds.
const REMEMBERED: &str = "7200";

/// Answers a browser that asks beforehand, and lets pages of named sites read the answer.
pub(crate) async fn allow(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !api::is_for_programs(request.uri().path()) {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let allowed = origin.filter(|it| is_named(&state.settings.cors_origins, it));
    let asks = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks && allowed.is_some() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if !state.settings.cors_origins.is_empty() {
        // What is answered depends on who asks; caches must know.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = allowed {
        say(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, READ);
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if asks {
            say(headers, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            say(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
            say(headers, header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
        }
    }
    response
}

fn is_named(named: &[String], origin: &HeaderValue) -> bool {
    named.iter().any(|it| it.as_bytes() == origin.as_bytes())
}

fn say(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
