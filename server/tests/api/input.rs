//! What is sent and cannot be read: every mistake by its pointer, nothing lost, nothing broken.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{Answer, KEY, TestApp, guest_order};

async fn place(app: &TestApp, body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/orders")
        .header("content-type", "application/json")
        .body(body.into());
    app.ask(request.unwrap()).await
}

/// The errors, as `pointer detail`.
fn errors(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            format!("{} {}", text("pointer"), text("detail"))
        })
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_operation_with_a_body_refuses_fields_that_it_does_not_know(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let document = app.get("/openapi.json", &[]).await.json();
    let mut asked = 0;

    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["requestBody"].is_null() || !path.starts_with("/api/v1/") {
                continue;
            }
            let id = "0190a0a0-0000-7000-8000-000000000000";
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = path.replace("{id}", id).replace("{return_id}", id);
            let body = json!({"zyzzyva": 1});
            let answer = app
                .call(method, &path, &[("x-api-key", KEY)], Some(body))
                .await;

            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{path}: {}",
                answer.body
            );
            let about = errors(&answer);
            let says = |it: &String| it.starts_with("/zyzzyva is not known");
            assert!(about.iter().any(says), "{path}: {about:?}");
            asked += 1;
        }
    }

    assert!(asked >= 20, "{asked}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn all_that_is_wrong_is_said_at_once_however_deep_it_is(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut order = guest_order(1, None);
    order["items"][0]["qty"] = json!(2);
    order["shippingAddress"] = json!({});
    order["shipping_address"]["postcode"] = json!("BA1 1AA");
    order["customer"]["mail~box/1"] = json!("x");

    let answer = place(&app, order.to_string()).await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let mut errors = errors(&answer);
    errors.sort();
    assert_eq!(
        errors,
        [
            "/customer/mail~0box~11 is not known; there are id, external_ref, email, name, phone",
            "/items/0/qty is not known; there are sku, variant, product, seat_id, quantity",
            "/shippingAddress is not known; did you mean shipping_address?",
            "/shipping_address/postcode is not known; did you mean postal_code?",
        ]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_that_is_there_twice_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let twice =
        r#"{"items": [{"sku": "MUG", "quantity": 1, "quantity": 9}], "note": "a", "note": "b"}"#;

    let answer = place(&app, twice).await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        errors(&answer),
        ["/items/0/quantity is there twice", "/note is there twice"]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_read_is_a_problem_with_its_place(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let item = r#"{"sku": "MUG", "quantity": 1}"#;
    let many = format!(r#"{{"items": [{}]}}"#, vec![item; 10_000].join(","));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let deepest = "/0".repeat(32);
    let long = format!(
        r#"{{"note": "{}", "items": [{item}]}}"#,
        "x".repeat(500_000)
    );
    for (body, status, pointer) in [
        (many.as_str(), 422, "/items"),
        (deep.as_str(), 400, deepest.as_str()),
        (long.as_str(), 422, "/note"),
        (
            r#"{"items": [{"sku": "MUG", "quantity": 1e999}]}"#,
            400,
            "/items/0/quantity",
        ),
        (
            r#"{"items": [{"sku": "MUG", "quantity": 99999999999999999999}]}"#,
            400,
            "/items/0/quantity",
        ),
        (
            r#"{"items": [{"sku": "MUG", "quantity": -1}]}"#,
            422,
            "/items/0/quantity",
        ),
        (
            r#"{"items": [{"sku": "MU\u0000G", "quantity": 1}]}"#,
            422,
            "/items/0/sku",
        ),
        (r#"{"note": "a\u0000", "items": []}"#, 422, "/note"),
        (r#"{"\u0000": 1}"#, 400, "/\0"),
        (r#"{"note": "\ud800", "items": []}"#, 400, "/note"),
        (r#"{"items": {"0": 1}}"#, 400, "/items"),
        (r#"{"customer": ["ada"], "items": []}"#, 400, "/customer"),
        (
            r#"{"expected_total_minor": 9223372036854775808}"#,
            400,
            "/expected_total_minor",
        ),
        ("[]", 400, ""),
        ("null", 400, ""),
        ("{\"items\": [],}", 400, ""),
        ("", 422, "/items"),
    ] {
        let answer = place(&app, body.to_owned()).await;

        let shown = &body[..body.len().min(70)];
        assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.body);
        let errors = answer.json()["errors"].clone();
        let at = errors
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["pointer"].clone());
        let at: Vec<_> = at.collect();
        assert!(at.contains(&json!(pointer)), "{shown}: {}", answer.body);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_misspelt_filter_is_refused_and_not_overlooked(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let service = [("x-api-key", KEY)];

    let misspelt = app.get("/api/v1/orders?staus=shipped", &service).await;
    let twice = app.get("/api/v1/orders?limit=1&limit=2", &service).await;
    let right = app.get("/api/v1/orders?status=shipped", &service).await;

    assert_eq!(misspelt.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        errors(&misspelt),
        ["/staus is not known; did you mean status?"]
    );
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
    assert_eq!(right.status, StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_number_is_the_same_however_it_is_written(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut order = guest_order(1, None).to_string();
    order = order.replace("\"quantity\":1", "\"quantity\":1.0");

    let answer = place(&app, order).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_family_and_no_page_answers_with_problems(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ask = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        app.ask(request.body(Body::empty()).unwrap()).await
    };

    for (method, path, status) in [
        ("GET", "/api", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/v1/nothing", 404),
        ("PATCH", "/api/v1/products", 405),
        ("TRACE", "/api/v1/products", 405),
        ("GET", "/api/v1/products/%ff", 404),
    ] {
        let answer = ask(method, path).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        let kind = answer.header("content-type");
        assert_eq!(kind, "application/problem+json", "{method} {path}");
        let problem: Value = answer.json();
        assert_eq!(problem["status"], status, "{method} {path}");
    }
    let page = ask("GET", "/nothing").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header("content-type").starts_with("text/html"));
}
