//! Every address, and what a request passes on its way there.

use std::time::Duration;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer, trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use crate::{
    AppState, api, caller, feed, headers, origin, session_store::PostgresSessions, storefront, web,
};

/// The largest body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// The whole server.
pub fn router(state: AppState) -> Router {
    let sessions = SessionManagerLayer::new(PostgresSessions(state.engine.people.clone()))
        .with_name("waybill")
        .with_secure(state.settings.is_https)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::days(14)));
    // Those that know who is calling.
    let known = Router::new()
        .merge(web::pages(&state))
        .merge(api::router())
        .route("/feed", get(feed::pages))
        .layer(middleware::from_fn(origin::check))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            caller::resolve,
        ))
        .layer(sessions);
    let routes = Router::new()
        .merge(known)
        .merge(api::health::router())
        .merge(web::files(&state))
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
        // The framework's own limit, smaller, knows nothing of forms; this one stands before everything.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(api::problem::panicked))
        .layer(middleware::from_fn(api::problem::finish))
        .layer(middleware::from_fn(headers::name_request))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            headers::secure,
        ))
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}
