//! The headers that every answer carries.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use uuid::Uuid;

use crate::{AppState, api};

/// What the request is called in answers, logs and histories.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its name, and the answer the same.
pub(crate) async fn name_request(mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
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

/// Adds what is missing. Pages bring their own content policy, with their nonce; everything else runs nothing at all.
pub(crate) async fn secure(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let is_for_programs = api::is_for_programs(request.uri().path());
    let mut response = next.run(request).await;
    let mut add = |name: HeaderName, value: &'static str| {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    add(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(header::REFERRER_POLICY, "same-origin");
    add(header::X_FRAME_OPTIONS, "DENY");
    if is_for_programs {
        // Orders, tokens and keys are nothing for caches on the way.
        add(header::CACHE_CONTROL, "no-store");
    }
    if state.settings.is_https() {
        add(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}
