use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{KEY, TestApp, guest_order};

fn post(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/api/v1/orders")
        .header("content-type", content_type)
        .body(body.into())
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_error_is_a_problem_with_the_requests_name(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let too_large = "x".repeat(1024 * 1024 + 1);
    for (request, status) in [
        (post("application/json", "{"), StatusCode::BAD_REQUEST),
        (post("application/json", "{} {}"), StatusCode::BAD_REQUEST),
        (
            post("application/json", vec![b'"', 0xff, b'"']),
            StatusCode::BAD_REQUEST,
        ),
        (
            post("application/json", r#"{"items": "all"}"#),
            StatusCode::BAD_REQUEST,
        ),
        (post("text/plain", "{}"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            post("application/json", too_large),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            post("application/json", "{}"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            Request::get("/api/v1/nothing").body(Body::empty()).unwrap(),
            StatusCode::NOT_FOUND,
        ),
        (
            Request::get("/api/v1/orders/not-an-id")
                .body(Body::empty())
                .unwrap(),
            StatusCode::NOT_FOUND,
        ),
        (
            Request::patch("/api/v1/orders")
                .body(Body::empty())
                .unwrap(),
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            Request::get("/api/v1/orders").body(Body::empty()).unwrap(),
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        let name = format!("{} {}", request.method(), request.uri());
        let answer = app.ask(request).await;

        assert_eq!(answer.status, status, "{name}: {}", answer.body);
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{name}"
        );
        let problem = answer.json();
        assert_eq!(problem["status"], status.as_u16(), "{name}");
        assert_eq!(problem["trace_id"], answer.header("x-request-id"), "{name}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{name}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn wrong_fields_are_all_named_by_pointer(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut order = guest_order(0, Some(""));
    order["customer"]["email"] = json!("nobody");
    order["shipping_address"]["country"] = json!("Atlantis");

    let answer = app.post("/api/v1/orders", &[], order).await;

    let problem = answer.json();
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["pointer"].clone())
        .collect();
    assert_eq!(
        pointers,
        [
            "/items/0/quantity",
            "/customer/email",
            "/shipping_address/country",
            "/payment/token"
        ]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_of_a_program_needs_what_its_country_cannot_do_without(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let send = |address: Value| {
        let app = &app;
        let mut order = guest_order(1, None);
        order["billing_address"] = address;
        async move { app.post("/api/v1/orders", &[], order).await }
    };

    let missing = send(json!({"street": "1-2-3 Jingumae", "country": "JP"})).await;
    let unknown = json!({"street": "218 Alder Street", "city": "Portland", "state": "Oregano", "country": "US", "postal_code": "9720"});
    let kept = send(unknown.clone()).await;

    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        missing.json()["errors"],
        json!([{"pointer": "/billing_address/postal_code", "detail": "is missing"}])
    );
    assert_eq!(kept.status, StatusCode::CREATED);
    assert_eq!(kept.json()["billing_address"], unknown);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_is_kept_in_one_way_and_has_every_field(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut order = guest_order(1, None);
    // Addresses there have no postal code.
    order["shipping_address"] = json!({"street": "12 Nathan Road", "city": "Tsim Sha Tsui", "state": "九龍", "country": "hk"});

    let answer = app.post("/api/v1/orders", &[], order).await;

    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(
        answer.json()["shipping_address"],
        json!({"street": "12 Nathan Road", "city": "Tsim Sha Tsui", "state": "Kowloon", "country": "HK", "postal_code": ""})
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_field_of_the_wrong_shape_is_named_by_pointer(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = json!({"items": [{"sku": "MUG", "quantity": 1}, {"sku": "MUG", "quantity": 1.5}]});

    let answer = app.post("/api/v1/orders", &[], order).await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["errors"][0]["pointer"], "/items/1/quantity");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_text_is_refused_or_kept_but_never_breaks_anything(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for (name, status) in [
        ("Robert'); drop table orders;--", StatusCode::CREATED),
        ("<script>alert(1)</script>", StatusCode::CREATED),
        ("a\u{0}b", StatusCode::UNPROCESSABLE_ENTITY),
        ("\u{202e}reversed", StatusCode::CREATED),
    ] {
        let mut order = guest_order(1, None);
        order["customer"]["name"] = json!(name);

        let answer = app.post("/api/v1/orders", &[], order).await;

        assert_eq!(answer.status, status, "{name:?}: {}", answer.body);
    }
    for q in ["%00", "%27%5C", "a%20%26%20%7C", "%25"] {
        let path = format!("/api/v1/orders?q={q}");
        assert_eq!(
            app.get(&path, &[("x-api-key", KEY)]).await.status,
            StatusCode::OK,
            "{q}"
        );
        assert_eq!(
            app.get(&format!("/api/v1/products?q={q}"), &[])
                .await
                .status,
            StatusCode::OK,
            "{q}"
        );
    }
    for path in [
        "/api/v1/products/%00",
        "/api/v1/inventory/%00",
        "/api/v1/products?after=%00",
    ] {
        let answer = app.get(path, &[("x-api-key", KEY)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_requests_own_name_is_kept_if_it_is_fit(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let kept = app
        .get("/health/live", &[("x-request-id", "checkout-17")])
        .await;
    let replaced = app
        .get("/health/live", &[("x-request-id", "two words")])
        .await;

    assert_eq!(kept.header("x-request-id"), "checkout-17");
    assert_ne!(replaced.header("x-request-id"), "two words");
}
