use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::json;
use sqlx::PgPool;

use crate::test_app::{DECLINED, DELAYED, KEY, PAYS, TestApp, guest_order};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guest_places_pays_and_reads_an_order(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let placed = app.post("/api/v1/orders", &[], guest_order(2, None)).await;

    assert_eq!(placed.status, StatusCode::CREATED);
    let order = placed.json();
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(placed.header("location"), path);
    assert_eq!(
        (&order["status"], &order["total_minor"]),
        (&json!("pending"), &json!(3_960))
    );
    let token = order["access_token"].as_str().unwrap();
    let payment = json!({"method": "card", "token": PAYS});
    let paid = app
        .post(
            &format!("{path}/payment"),
            &[("x-order-token", token)],
            payment,
        )
        .await;
    assert_eq!(
        (paid.status, &paid.json()["status"]),
        (StatusCode::OK, &json!("confirmed"))
    );
    let read = app.get(&format!("{path}?token={token}"), &[]).await;
    assert_eq!(read.json()["payment_status"], "captured");
    assert_eq!(
        read.json().get("access_token"),
        None,
        "given only at creation"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_order_stands_and_says_how_to_try_again(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let declined = app
        .post("/api/v1/orders", &[], guest_order(1, Some(DECLINED)))
        .await;

    assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
    let problem = declined.json();
    let token = problem["access_token"].as_str().unwrap();
    let path = format!("/api/v1/orders/{}", problem["order_id"].as_str().unwrap());
    assert_eq!(
        app.get(&path, &[("x-order-token", token)]).await.json()["status"],
        "payment_failed"
    );
    let payment = json!({"method": "card", "token": PAYS});
    let paid = app
        .post(
            &format!("{path}/payment"),
            &[("x-order-token", token)],
            payment,
        )
        .await;
    assert_eq!(paid.json()["status"], "confirmed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_payment_is_accepted_and_nobody_pays_twice(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, None))
        .await
        .json();
    let path = format!("/api/v1/orders/{}/payment", order["id"].as_str().unwrap());
    let key = [("x-api-key", KEY)];

    let running = app.post(&path, &key, json!({"token": DELAYED})).await;
    let second = app.post(&path, &key, json!({"token": PAYS})).await;

    assert_eq!(
        (running.status, &running.json()["status"]),
        (StatusCode::ACCEPTED, &json!("payment_pending"))
    );
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(
        second.json()["type"]
            .as_str()
            .unwrap()
            .ends_with("payment_running")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_repeated_key_gives_the_same_order_and_another_body_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let headers = [("x-api-key", KEY), ("idempotency-key", "abc")];

    let first = app
        .post("/api/v1/orders", &headers, guest_order(1, None))
        .await;
    let again = app
        .post("/api/v1/orders", &headers, guest_order(1, None))
        .await;
    let other = app
        .post("/api/v1/orders", &headers, guest_order(2, None))
        .await;

    assert_eq!(
        (first.status, again.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(
        (
            first.header("idempotent-replayed"),
            again.header("idempotent-replayed")
        ),
        ("", "true")
    );
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stock = app
        .get("/api/v1/inventory/MUG", &[("x-api-key", KEY)])
        .await
        .json();
    assert_eq!(stock["reserved"], 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_walk_an_order_to_its_end(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    let bearer = app.bearer("staff@test.example").await;
    let staff = [("authorization", bearer.as_str())];
    let status = |word: &'static str| {
        let (app, path, staff) = (&app, format!("{path}/status"), staff);
        async move { app.put(&path, &staff, json!({"status": word})).await }
    };

    assert_eq!(status("PROCESSING").await.json()["status"], "processing");
    let parcel = json!({"carrier": "DHL", "tracking_number": "JD014600"});
    let shipped = app.post(&format!("{path}/shipments"), &staff, parcel).await;
    assert_eq!(
        (shipped.status, &shipped.json()["status"]),
        (StatusCode::CREATED, &json!("shipped"))
    );
    let too_late = app.post(&format!("{path}/cancel"), &staff, json!({})).await;
    assert_eq!(too_late.status, StatusCode::CONFLICT);
    assert_eq!(too_late.json()["allowed"], json!(["delivered", "refunded"]));
    assert_eq!(
        status("delivered").await.json()["fulfilment_status"],
        "delivered"
    );
    assert_eq!(status("completed").await.json()["status"], "completed");
    let history = app.get(&format!("{path}/history"), &staff).await.json();
    assert_eq!(history["data"].as_array().unwrap().len(), 7);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn cancelling_gives_the_money_back_and_deleting_hides_the_order(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    let key = [("x-api-key", KEY)];

    let cancelled = app
        .post(
            &format!("{path}/cancel"),
            &key,
            json!({"reason": "by mistake"}),
        )
        .await;
    let deleted = app.call(Method::DELETE, &path, &key, None).await;

    assert_eq!(
        (
            &cancelled.json()["status"],
            &cancelled.json()["refunded_minor"]
        ),
        (&json!("refunded"), &json!(1_980))
    );
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&path, &key).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        app.get("/api/v1/orders", &key).await.json()["data"],
        json!([])
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lists_are_pages_with_filters(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for _ in 0..3 {
        app.paid_order().await;
    }
    app.post("/api/v1/orders", &[], guest_order(1, None)).await;
    let key = [("x-api-key", KEY)];
    let count = |path: &'static str| {
        let app = &app;
        async move {
            app.get(path, &key).await.json()["data"]
                .as_array()
                .unwrap()
                .len()
        }
    };

    let page = app.get("/api/v1/orders?limit=3", &key).await.json();
    let next = format!(
        "/api/v1/orders?limit=3&after={}",
        page["next"].as_str().unwrap()
    );

    assert_eq!(page["data"].as_array().unwrap().len(), 3);
    assert_eq!(
        app.get(&next, &key).await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(count("/api/v1/orders?status=PAID").await, 3);
    assert_eq!(
        count("/api/v1/orders?status=pending,cancelled&q=lovelace").await,
        1
    );
    assert_eq!(
        count("/api/v1/orders?placed_from=2999-01-01T00:00:00Z").await,
        0
    );
    for wrong in ["status=lost", "placed_from=-9999-01-01T00:00:00Z"] {
        let answer = app.get(&format!("/api/v1/orders?{wrong}"), &key).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(
        app.get("/api/v1/orders?limit=many", &key).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_orders_for_another_systems_customer(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let key = [("x-api-key", KEY)];
    let order = json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": {"external_ref": 4711, "email": "a@example.com"}});

    let placed = app.post("/api/v1/orders", &key, order).await;
    let listed = app.get("/api/v1/orders/user/4711", &key).await.json();

    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    assert_eq!(listed["data"][0]["id"], placed.json()["id"]);
    assert_eq!(
        app.get("/api/v1/orders/user/4712", &key).await.json()["data"],
        json!([])
    );
}
