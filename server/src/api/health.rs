//! Whether the server is well.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

use crate::AppState;

/// How the server is, with what it stands on.
pub(crate) async fn health(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let database = state.pulse.is_well(state.engine.database()).await;
    let word = |well: bool| if well { "ok" } else { "failing" };
    let body = json!({
        "status": word(database),
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": state.lifecycle.uptime_seconds(),
        "checks": { "database": word(database) },
    });
    (
        if database {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        Json(body),
    )
}

/// The process runs and answers: nothing more is asked of it.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Whether requests should be sent here.
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    if state.lifecycle.is_draining() {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "draining" })),
        );
    }
    if state.pulse.is_well(state.engine.database()).await {
        (StatusCode::OK, Json(json!({ "status": "ready" })))
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "no database" })),
        )
    }
}
