//! Changes in the families: done once under a key, and to the version that was seen only.

use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{SERVICE, id, shop};
use crate::test_app::{PAYS, TestApp, guest_order};

/// A paid order, and every change that a family makes of one: how, where, and with what.
async fn changes(app: &TestApp) -> Vec<(Method, String, Value)> {
    let mut changes = Vec::new();
    for (method, path, body) in [
        (
            Method::PATCH,
            "/api/orders/{id}/status",
            json!({"status": "processing"}),
        ),
        (
            Method::POST,
            "/api/orders/{id}/cancel",
            json!({"reason": "too late"}),
        ),
        (
            Method::PUT,
            "/orders/{id}/status",
            json!({"status": "SHIPPED"}),
        ),
        (
            Method::PUT,
            "/orders/{id}/shipping",
            json!({"trackingCompany": "DHL", "trackingNumber": "1"}),
        ),
        (Method::DELETE, "/orders/{id}", Value::Null),
    ] {
        let order = app
            .post("/api/v1/orders", &[], guest_order(1, Some(PAYS)))
            .await
            .json();
        changes.push((method, path.replace("{id}", id(&order)), body));
    }
    changes
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_is_made_once_under_its_key_and_answered_the_same(pool: PgPool) {
    let app = shop(pool).await;
    for (method, path, body) in changes(&app).await {
        if method == Method::DELETE {
            continue;
        }
        let headers = [SERVICE, ("idempotency-key", path.as_str())];
        let send = async |body: Value| app.call(method.clone(), &path, &headers, Some(body)).await;

        let first = send(body.clone()).await;
        let again = send(body).await;
        let other = send(json!({"status": "completed", "reason": "another"})).await;

        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.body);
        assert_eq!(first.header("idempotent-replayed"), "");
        assert_eq!(
            (again.status, again.json(), again.header("etag")),
            (first.status, first.json(), first.header("etag")),
            "{path}"
        );
        assert_eq!(again.header("idempotent-replayed"), "true", "{path}");
        assert_eq!(
            other.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path}: {}",
            other.body
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_of_another_version_than_was_seen_is_refused(pool: PgPool) {
    let app = shop(pool).await;
    for (method, path, body) in changes(&app).await {
        let body = Some(body).filter(|it| !it.is_null());
        let order = path.split('/').find(|it| it.len() == 36).unwrap();
        let canonical = format!("/api/v1/orders/{order}");
        let seen = app.get(&canonical, &[SERVICE]).await;
        let send = async |tag: &str| {
            let headers = [SERVICE, ("if-match", tag)];
            app.call(method.clone(), &path, &headers, body.clone())
                .await
        };

        let stale = send("\"1\"").await;
        assert_eq!(
            stale.status,
            StatusCode::PRECONDITION_FAILED,
            "{method} {path}: {}",
            stale.body
        );
        let now = app.get(&canonical, &[SERVICE]).await;
        assert_eq!(now.json(), seen.json(), "{method} {path}");
        let right = send(seen.header("etag")).await;
        assert!(right.status.is_success(), "{method} {path}: {}", right.body);
    }
}
