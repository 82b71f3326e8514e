//! The server's door. It answers from the first moment, so that whoever asks for its health learns that it is starting;
//! everything else waits for the shop to be open.

use std::sync::{Arc, OnceLock};

use app::AppError;
use axum::{
    Json, Router,
    extract::Request,
    http::{StatusCode, Uri},
    middleware,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tower::ServiceExt;

use crate::{
    api::{ApiError, problem},
    headers,
};

/// Closed until the shop behind it is opened.
#[derive(Clone, Default)]
pub(crate) struct Door(Arc<OnceLock<Router>>);

impl Door {
    /// Opens what is behind it, for good.
    pub(crate) fn open(&self, shop: Router) {
        // Nobody opens it twice.
        let _ = self.0.set(shop);
    }

    /// What is served: the shop, or that it is not open yet.
    pub(crate) fn router(&self) -> Router {
        let (door, closed) = (self.clone(), closed());
        Router::new().fallback(move |request: Request| {
            let router = door.0.get().unwrap_or(&closed).clone();
            async move {
                match router.oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        })
    }
}

fn closed() -> Router {
    Router::new()
        .fallback(starting)
        .layer(middleware::from_fn(problem::finish))
        .layer(middleware::from_fn(headers::name_request))
}

async fn starting(uri: Uri) -> Response {
    let status = |status, word| (status, Json(json!({ "status": word }))).into_response();
    match uri.path() {
        "/health/live" => status(StatusCode::OK, "ok"),
        "/health" | "/health/ready" => status(StatusCode::SERVICE_UNAVAILABLE, "starting"),
        _ => ApiError::from(AppError::Unavailable).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    async fn status(router: &Router, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn until_the_shop_is_open_it_is_said_to_be_starting() {
        let door = Door::default();
        let router = door.router();

        assert_eq!(status(&router, "/health/live").await, StatusCode::OK);
        for path in ["/health", "/health/ready", "/", "/api/v1/orders"] {
            assert_eq!(
                status(&router, path).await,
                StatusCode::SERVICE_UNAVAILABLE,
                "{path}"
            );
        }

        door.open(Router::new().fallback(async || "open"));

        assert_eq!(status(&router, "/health/ready").await, StatusCode::OK);
    }
}
