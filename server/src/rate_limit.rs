//! How often somebody may ask: counted for every route that knows who is calling, and said in every answer.

use std::net::IpAddr;

use app::ssr::ClientAddress;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use orders::{
    Caller, Identity, Refusal,
    engine::{Standing, Whose},
};

use crate::{AppState, api, api::ApiError, caller::KeyLimit};

/// Where orders are placed.
const ORDERS: [&str; 5] = [
    "/api/v1/orders",
    "/api/orders",
    "/orders",
    "/v1/orders",
    "/fn/place_order",
];

/// Counts the request, and refuses it when there were too many.
pub(crate) async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(whose) = whose(&request) else {
        return next.run(request).await;
    };
    let standing = state.engine.limits.take(whose).await;
    let mut response = match standing.and_then(|it| it.retry_after) {
        Some(seconds) => too_often(request.uri().path(), seconds),
        None => next.run(request).await,
    };
    if let Some(standing) = standing {
        tell(&mut response, standing);
    }
    response
}

/// Counts a request whose credentials are wrong against its address: guessing is asking too.
pub(crate) async fn wrong_credentials(state: &AppState, from: IpAddr) -> Response {
    let standing = state.engine.limits.take(Whose::Guest(from)).await;
    let refusal = match standing.and_then(|it| it.retry_after) {
        Some(retry_after) => Refusal::TooOften { retry_after },
        None => Refusal::WrongCredentials,
    };
    ApiError::from(refusal).into_response()
}

/// Whose limit it is; `None` for those who have none.
fn whose(request: &Request) -> Option<Whose<'static>> {
    let caller = request.extensions().get::<Caller>()?;
    match caller.identity {
        Identity::Guest if places_order(request) => Some(Whose::Buyer(address(request))),
        Identity::Guest => Some(Whose::Guest(address(request))),
        Identity::Person { id, .. } => Some(Whose::Person(id)),
        Identity::Service(id) => {
            let KeyLimit(quota) = *request.extensions().get()?;
            Some(Whose::Key(id, quota))
        }
        Identity::System => None,
    }
}

fn places_order(request: &Request) -> bool {
    request.method() == Method::POST && ORDERS.contains(&request.uri().path())
}

pub(crate) fn address(request: &Request) -> IpAddr {
    let address = request.extensions().get::<ClientAddress>();
    address.copied().unwrap_or_default().0
}

/// A person gets a page, a program a problem.
fn too_often(path: &str, seconds: u32) -> Response {
    if api::is_for_programs(path) {
        let refusal = Refusal::TooOften {
            retry_after: seconds,
        };
        return ApiError::from(refusal).into_response();
    }
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Too many requests</title>\
         <h1>That was too often</h1>\
         <p>More was asked for from here than we let one address ask for. Nothing was changed. \
         Wait {seconds} seconds, then look at the page again.</p></html>"
    );
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Html(page)).into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The headers of draft-ietf-httpapi-ratelimit-headers: what the limit is, and how it stands.
fn tell(response: &mut Response, standing: Standing) {
    let Standing {
        name, quota, left, ..
    } = standing;
    let policy = format!("\"{name}\";q={quota};w=60");
    let now = format!("\"{name}\";r={left};t={}", standing.whole_in);
    for (header, text) in [("ratelimit-policy", policy), ("ratelimit", now)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            let name = HeaderName::from_static(header);
            response.headers_mut().insert(name, value);
        }
    }
}
