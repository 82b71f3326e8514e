use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{SERVICE, id, shop};
use crate::test_app::{DECLINED, PAYS, TestApp, guest_order};

/// What the four families call the order's state: canonical, retail, storefront, ticketing.
async fn words(app: &TestApp, order: &Value) -> [String; 4] {
    let mut words = Vec::new();
    for path in ["/api/v1/orders", "/api/orders", "/orders", "/v1/orders"] {
        let answer = app.get(&format!("{path}/{}", id(order)), &[SERVICE]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.json()["id"], order["id"]);
        words.push(answer.json()["status"].as_str().unwrap().to_owned());
    }
    words.try_into().unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_order_is_led_through_its_life_by_all_families(pool: PgPool) {
    let app = shop(pool).await;
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, None))
        .await
        .json();
    let at = |path: &str| path.replace("{id}", id(&order));
    assert_eq!(
        words(&app, &order).await,
        ["pending", "pending", "PENDING", "PENDING"]
    );

    let told = json!({"order_id": order["id"], "payment_id": "p1", "status": "SUCCESS"});
    app.post("/v1/payments/callback", &[SERVICE], told).await;
    assert_eq!(
        words(&app, &order).await,
        ["confirmed", "paid", "PENDING", "CONFIRMED"]
    );
    let processing = json!({"status": "PROCESSING"});
    app.put(&at("/orders/{id}/status"), &[SERVICE], processing)
        .await;
    assert_eq!(
        words(&app, &order).await,
        ["processing", "processing", "PROCESSING", "CONFIRMED"]
    );
    let parcel = json!({"carrier": "DHL", "tracking_number": "JD1"});
    app.post(&at("/api/v1/orders/{id}/shipments"), &[SERVICE], parcel)
        .await;
    assert_eq!(
        words(&app, &order).await,
        ["shipped", "shipped", "SHIPPED", "CONFIRMED"]
    );
    let read = app.get(&at("/orders/{id}"), &[SERVICE]).await.json();
    assert_eq!(read["shippingInfo"]["trackingNumber"], "JD1");
    let delivered = json!({"status": "Delivered"});
    app.patch(&at("/api/orders/{id}/status"), &[SERVICE], delivered)
        .await;
    assert_eq!(
        words(&app, &order).await,
        ["delivered", "delivered", "DELIVERED", "CONFIRMED"]
    );
    let completed = json!({"status": "completed"});
    app.put(&at("/api/v1/orders/{id}/status"), &[SERVICE], completed)
        .await;
    assert_eq!(
        words(&app, &order).await,
        ["completed", "completed", "DELIVERED", "CONFIRMED"]
    );
    app.post(&at("/api/v1/orders/{id}/refunds"), &[SERVICE], json!({}))
        .await;
    assert_eq!(
        words(&app, &order).await,
        ["refunded", "refunded", "CANCELED", "REFUNDED"]
    );
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_other_state_has_its_words_too(pool: PgPool) {
    let app = shop(pool).await;
    let place = async |card| {
        app.post("/api/v1/orders", &[], guest_order(1, card))
            .await
            .json()
    };
    let set = async |order: &Value, word: &str| {
        let path = format!("/api/v1/orders/{}/status", id(order));
        app.put(&path, &[SERVICE], json!({"status": word})).await
    };
    let declined = json!({"id": place(Some(DECLINED)).await["order_id"]});
    let (cancelled, failed, invoiced) = (place(None).await, place(None).await, place(None).await);
    set(&cancelled, "CANCELED").await;
    set(&failed, "failed").await;
    set(&invoiced, "PAID").await;

    for (order, expected) in [
        (
            &declined,
            ["payment_failed", "payment_failed", "PENDING", "PENDING"],
        ),
        (
            &cancelled,
            ["cancelled", "cancelled", "CANCELED", "CANCELLED"],
        ),
        (&failed, ["failed", "failed", "CANCELED", "FAILED"]),
        (
            &invoiced,
            ["confirmed", "confirmed", "PENDING", "CONFIRMED"],
        ),
    ] {
        assert_eq!(words(&app, order).await, expected);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn orders_of_every_family_are_in_one_list_and_one_set_of_rows(pool: PgPool) {
    let app = shop(pool).await;
    let address =
        json!({"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"});
    let retail = json!({
        "items": [{"product_id": 1, "quantity": 1}], "shipping_address": address, "user_id": 7, "payment": {"token": PAYS},
    });
    let storefront = json!({
        "customerId": "7", "items": [{"productId": "1", "quantity": 1}],
        "shippingAddress": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postalCode": "BA1 1AA"},
    });
    let canonical =
        json!({"items": [{"product": "1", "quantity": 1}], "customer": {"external_ref": 7}});
    let ticketing = json!({"user_id": "7", "event_id": 101, "seats": [1]});
    let key = ("idempotency-key", "one");
    let mut placed = Vec::new();
    for (path, body) in [
        ("/api/orders", retail),
        ("/orders", storefront),
        ("/api/v1/orders", canonical),
        ("/v1/orders", ticketing),
    ] {
        let headers = if path == "/v1/orders" {
            vec![SERVICE, key]
        } else {
            vec![SERVICE]
        };
        let answer = app.post(path, &headers, body).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{path}: {}",
            answer.body
        );
        placed.push(answer.json()["id"].clone());
    }
    placed.reverse();

    let canonical = app.get("/api/v1/orders/user/7", &[SERVICE]).await.json();
    let retail = app.get("/api/orders", &[SERVICE]).await.json();

    for list in [canonical, retail] {
        let ids: Vec<_> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["id"].clone())
            .collect();
        assert_eq!(ids, placed);
    }
    assert_eq!(app.stock("MUG-WHITE").await, (398, 1));
}
