use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{SERVICE, id, shop, token};
use crate::test_app::{PAYS, guest_order};

/// Every route of every family, asked by everybody who should not.
#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_gets_where_they_do_not_belong(pool: PgPool) {
    let app = shop(pool).await;
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, Some(PAYS)))
        .await
        .json();
    let at = |path: &str| path.replace("{id}", id(&order));
    let (customer, staff) = (token("42", "user"), token("7", "staff"));
    let order_token = order["access_token"].as_str().unwrap();
    let guest: &[(&str, &str)] = &[];
    let owner: &[(&str, &str)] = &[("x-order-token", order_token)];
    let customer: &[(&str, &str)] = &[("authorization", &customer)];
    let staff: &[(&str, &str)] = &[("authorization", &staff)];
    let status = || Some(json!({"status": "processing"}));
    let parcel = || Some(json!({"trackingCompany": "DHL", "trackingNumber": "1"}));
    let new = || Some(json!({}));
    let key = [("idempotency-key", "abc")];
    let (get, put, patch, post, delete) = (
        Method::GET,
        Method::PUT,
        Method::PATCH,
        Method::POST,
        Method::DELETE,
    );

    // By guest, by the guest whose order it is, by another customer, by staff.
    let routes: [(&Method, &str, Option<Value>, [u16; 4]); 13] = [
        (&get, "/api/orders", None, [401, 401, 200, 200]),
        (&get, "/api/orders/{id}", None, [404, 200, 404, 200]),
        (
            &patch,
            "/api/orders/{id}/status",
            status(),
            [404, 401, 404, 0],
        ),
        (&post, "/api/orders/{id}/cancel", new(), [404, 0, 404, 0]),
        (&post, "/orders", new(), [401, 401, 403, 403]),
        (&get, "/orders/{id}", None, [401, 401, 403, 403]),
        (&put, "/orders/{id}/status", status(), [401, 401, 403, 403]),
        (
            &put,
            "/orders/{id}/shipping",
            parcel(),
            [401, 401, 403, 403],
        ),
        (&delete, "/orders/{id}", None, [401, 401, 403, 403]),
        (&post, "/v1/orders", new(), [401, 401, 422, 422]),
        (&get, "/v1/orders/{id}", None, [401, 200, 404, 200]),
        (
            &post,
            "/v1/payments/callback",
            Some(json!({
                "order_id": order["id"], "payment_id": "p1", "status": "FAILED",
            })),
            [401, 401, 401, 401],
        ),
        (&get, "/api/v1/orders/{id}", None, [404, 200, 404, 200]),
    ];
    let mut asked = 0;
    for (method, path, body, expected) in routes {
        for (caller, expected) in [guest, owner, customer, staff].into_iter().zip(expected) {
            // What they may do is no matter here.
            if expected == 0 {
                continue;
            }
            let headers = [caller, &key].concat();
            let answer = app
                .call(method.clone(), &at(path), &headers, body.clone())
                .await;
            assert_eq!(
                answer.status.as_u16(),
                expected,
                "{method} {path} {caller:?}: {}",
                answer.body
            );
            asked += 1;
        }
    }

    assert_eq!(asked, 13 * 4 - 3);
    let now = app.get(&at("/api/v1/orders/{id}"), &[SERVICE]).await.json();
    assert_eq!(
        (&now["status"], &now["version"]),
        (&order["status"], &order["version"]),
        "nothing was changed"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guest_with_a_token_orders_no_seats(pool: PgPool) {
    let app = shop(pool).await;
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, None))
        .await
        .json();
    let token = order["access_token"].as_str().unwrap();
    let seats = json!({"user_id": "101", "event_id": 101, "seats": [1]});

    let headers = [("x-order-token", token), ("idempotency-key", "abc")];
    let answer = app.post("/v1/orders", &headers, seats).await;

    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_no_address_or_no_method_is_a_problem(pool: PgPool) {
    let app = shop(pool).await;
    for (method, path, status) in [
        (Method::GET, "/api", StatusCode::NOT_FOUND),
        (Method::GET, "/api/", StatusCode::NOT_FOUND),
        (Method::GET, "/api/nothing", StatusCode::NOT_FOUND),
        (Method::POST, "/orders/", StatusCode::NOT_FOUND),
        (Method::GET, "/api/orders/7", StatusCode::NOT_FOUND),
        (Method::GET, "/orders/7", StatusCode::NOT_FOUND),
        (Method::POST, "/orders/7/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/v1", StatusCode::NOT_FOUND),
        (Method::GET, "/v1/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/v1/orders/7", StatusCode::NOT_FOUND),
        (Method::GET, "/orders", StatusCode::METHOD_NOT_ALLOWED),
        (
            Method::DELETE,
            "/api/orders",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (Method::PUT, "/v1/orders", StatusCode::METHOD_NOT_ALLOWED),
        (
            Method::GET,
            "/v1/payments/callback",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ] {
        let answer = app.call(method.clone(), path, &[SERVICE], None).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{method} {path}"
        );
    }
}
