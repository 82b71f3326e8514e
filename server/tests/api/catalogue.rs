use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use serde_json::json;
use sqlx::PgPool;

use crate::test_app::{KEY, TestApp, guest_order};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_product_is_made_read_and_found(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let product = json!({"ref": "tote", "title": "Canvas tote", "kind": "goods", "variants": [
        {"sku": "TOTE-INK", "title": "Ink", "price_minor": 6_400, "on_hand": 2},
        {"sku": "TOTE-RAW", "title": "Raw", "price_minor": 6_200, "on_hand": 0},
    ]});

    let made = app
        .post("/api/v1/products", &[("x-api-key", KEY)], product.clone())
        .await;
    let again = app
        .post("/api/v1/products", &[("x-api-key", KEY)], product)
        .await;

    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::CREATED, "/api/v1/products/tote")
    );
    assert_eq!(again.status, StatusCode::CONFLICT);
    let read = app.get("/api/v1/products/tote", &[]).await.json();
    assert_eq!(
        read["variants"][0],
        json!({"sku": "TOTE-INK", "title": "Ink", "price_minor": 6_400, "available": 2})
    );
    let found = app.get("/api/v1/products?q=canvas", &[]).await.json();
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        app.get("/api/v1/products/nothing", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        app.get("/api/v1/products?limit=1", &[]).await.json()["next"],
        "1"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_sells_seats(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let event = json!({"ref": "101", "title": "Night", "kind": "event", "starts_at": "2027-01-01T19:30:00Z",
        "venue": "Hall", "seats": [{"seat_id": 1, "seat_code": "A1", "price_minor": 3_000}]});
    app.post("/api/v1/products", &[("x-api-key", KEY)], event)
        .await;
    let mut order = guest_order(1, None);
    order["items"] = json!([{"product": "101", "seat_id": 1}]);

    let placed = app.post("/api/v1/orders", &[], order.clone()).await.json();
    let taken = app.post("/api/v1/orders", &[], order).await;

    assert_eq!(
        placed["items"][0]["seat"],
        json!({"seat_id": 1, "seat_code": "A1"})
    );
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.json()["out_of_stock"][0]["title"], "Night, seat A1");
    let seat = &app.get("/api/v1/products/101", &[]).await.json()["seats"][0];
    assert_eq!(seat["available"], false);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn stock_is_set_but_never_below_what_is_reserved(pool: PgPool) {
    let app = TestApp::start(pool).await;
    app.post("/api/v1/orders", &[], guest_order(4, None)).await;
    let set = |on_hand: i32| {
        let app = &app;
        async move {
            app.put(
                "/api/v1/inventory/MUG",
                &[("x-api-key", KEY)],
                json!({"on_hand": on_hand}),
            )
            .await
        }
    };

    let level = set(5).await;
    let too_low = set(3).await;

    assert_eq!(
        level.json(),
        json!({"sku": "MUG", "on_hand": 5, "reserved": 4, "available": 1})
    );
    assert_eq!(
        (too_low.status, &too_low.json()["reserved"]),
        (StatusCode::CONFLICT, &json!(4))
    );
    assert_eq!(set(-1).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_document_describes_the_api(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let document = app.get("/openapi.json", &[]).await.json();

    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in [
        "/api/v1/orders",
        "/api/v1/orders/{id}/live",
        "/api/v1/orders/{id}/returns/{return_id}/receive",
        "/api/v1/inventory/{sku}",
        "/api/v1/storefronts/{code}/delivery-methods/{method}",
        "/api/v1/discount-codes/{code}/deactivate",
        "/api/v1/auth/token",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let refund = &document["paths"]["/api/v1/orders/{id}/refunds"]["post"];
    let parameters = refund["parameters"].as_array().unwrap().iter();
    let names: Vec<_> = parameters.map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["id", "Idempotency-Key", "If-Match"]);
}
