//! Every address, and what a request passes on its way there.
//!
//! A route stands in one of four places, and [`routes`] knows them all: the API's document, the pages, the server
//! functions, and the tables below. A test asks every one of them as every kind of caller.

use std::{sync::Arc, time::Duration};

use app::ssr::ApiDocument;
use axum::{
    Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    middleware,
    routing::{MethodRouter, any, get},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer, trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use crate::{
    AppState, address, api, caller, cors, feed, headers, metrics, origin, rate_limit,
    session_store::PostgresSessions, storefront, web,
};

/// The largest body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// An address that takes requests.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Route {
    /// The method, in capital letters; `ANY` for all.
    pub method: String,
    /// The template of its path.
    pub path: String,
}

/// Routes besides API and pages, for which it matters who is calling.
fn with_caller() -> Vec<(&'static str, &'static str, MethodRouter<AppState>)> {
    let feed = ("GET", "/feed", get(feed::pages));
    let nothing = api::NOTHING.map(|path| ("ANY", path, any(api::problem::not_found)));
    [feed].into_iter().chain(nothing).collect()
}

/// Routes that everybody may ask, also when the database is away.
fn without_caller(document: Bytes) -> Vec<(&'static str, &'static str, MethodRouter<AppState>)> {
    vec![
        ("GET", "/health", get(api::health::health)),
        ("GET", "/health/live", get(api::health::live)),
        ("GET", "/health/ready", get(api::health::ready)),
        ("GET", "/metrics", get(metrics::show)),
        ("GET", "/openapi.json", api::show_document(document)),
    ]
}

/// Every route there is.
#[must_use]
pub fn routes() -> Vec<Route> {
    let tables = with_caller()
        .into_iter()
        .chain(without_caller(Bytes::new()));
    let tables = tables.map(|(method, path, _)| (method.to_owned(), path.to_owned()));
    let mut routes: Vec<Route> = api::documented()
        .into_iter()
        .chain(web::routes())
        .chain(tables)
        .map(|(method, path)| Route { method, path })
        .collect();
    routes.sort();
    routes
}

/// The whole server.
pub fn router(state: AppState) -> Router {
    let sessions = SessionManagerLayer::new(PostgresSessions(state.engine.people.clone()))
        .with_name("waybill")
        .with_secure(state.settings.is_https())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::days(14)));
    let (api, document) = api::router();
    let json = document.to_json().unwrap_or_default();
    let shown = ApiDocument(serde_json::from_str(&json).map_or_else(|_| Arc::default(), Arc::new));
    // Those that know who is calling.
    let known = Router::new()
        .merge(web::pages(&state, shown))
        .merge(api)
        .merge(table(with_caller()))
        .method_not_allowed_fallback(api::problem::method_not_allowed)
        .layer(middleware::from_fn(origin::check))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            rate_limit::check,
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            caller::resolve,
        ))
        .layer(sessions);
    let routes = Router::new()
        .merge(known)
        .merge(table(without_caller(json.into())))
        .merge(web::files(&state))
        .layer(middleware::from_fn(metrics::note_route))
        .with_state(state.clone());
    // Around all routes: the storefront's part of an address is taken off before they are looked at.
    Router::new()
        .fallback_service(routes)
        // Innermost, so that this answer too passes everything that belongs around an answer.
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(30),
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            storefront::resolve,
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            address::resolve,
        ))
        // The framework's own limit, smaller, knows nothing of forms; this one stands before everything.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(api::problem::panicked))
        .layer(middleware::from_fn(api::problem::finish))
        .layer(middleware::from_fn_with_state(state.clone(), cors::allow))
        .layer(middleware::from_fn(headers::name_request))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            headers::secure,
        ))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            metrics::count,
        ))
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

fn table(routes: Vec<(&'static str, &'static str, MethodRouter<AppState>)>) -> Router<AppState> {
    let mut router = Router::new();
    for (_, path, handler) in routes {
        router = router.route(path, handler);
    }
    router
}
