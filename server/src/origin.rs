//! Cross-site request forgery: a state change that comes with a browser's cookie must come from our own pages.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::api::ApiError;

/// Refuses a state change that another site's page may have sent. Programs are let through: they come with a key or a
/// token, which no browser adds by itself.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    let is_safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let is_form = request.uri().path().starts_with("/fn/");
    let headers = request.headers();
    let relies_on_cookie =
        is_form || (headers.contains_key(header::COOKIE) && !has_credentials(headers));
    if is_safe || !relies_on_cookie || comes_from_us(headers) {
        next.run(request).await
    } else {
        ApiError::cross_site().into_response()
    }
}

fn has_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key("x-api-key") || headers.contains_key(header::AUTHORIZATION)
}

/// Browsers say where a request comes from; one that says nothing is not believed.
fn comes_from_us(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let authority = |origin: &str| origin.split_once("://").map(|(_, it)| it.to_owned());
    match (text("origin").and_then(authority), text("host")) {
        (Some(origin), Some(host)) => origin == host,
        _ => false,
    }
}
