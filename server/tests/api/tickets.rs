use axum::http::StatusCode;
use orders::{Caller, engine::MIGRATOR};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{KEY, PAYS, TestApp};

/// An order of one seat, paid.
async fn seat(app: &TestApp) -> Value {
    let night = json!({"ref": "NIGHT", "title": "Night", "kind": "event", "seats": [
        {"seat_id": 1, "seat_code": "A1", "price_minor": 3000},
    ]});
    app.engine
        .catalogue
        .create_product(
            &Caller::system("test"),
            serde_json::from_value(night).unwrap(),
        )
        .await
        .unwrap();
    let order = json!({
        "items": [{"product": "NIGHT", "seat_id": 1}],
        "customer": {"email": "ada@example.com", "name": "Ada Lovelace"},
        "payment": {"method": "card", "token": PAYS},
    });
    app.post("/api/v1/orders", &[], order).await.json()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_ticket_lets_somebody_in_once(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = seat(&app).await;
    let path = format!("/api/v1/orders/{}/tickets", order["id"].as_str().unwrap());
    let token = order["access_token"].as_str().unwrap();
    let tickets = app.get(&path, &[("x-order-token", token)]).await.json();
    let code = tickets["data"][0]["ticket_code"].as_str().unwrap();
    let door = format!("/api/v1/tickets/{}/check-in", code.to_lowercase());
    let staff = app.bearer("staff@test.example").await;

    let owner = app
        .post(&door, &[("x-order-token", token)], json!({}))
        .await;
    let customer = app.bearer("ada@test.example").await;
    let customer = app
        .post(&door, &[("authorization", &customer)], json!({}))
        .await;
    let first = app
        .post(&door, &[("authorization", &staff)], json!({}))
        .await;
    let second = app.post(&door, &[("x-api-key", KEY)], json!({})).await;
    let none = app
        .post(
            "/api/v1/tickets/ABCDEFGHJKLM/check-in",
            &[("x-api-key", KEY)],
            json!({}),
        )
        .await;

    assert_eq!(owner.status, StatusCode::UNAUTHORIZED);
    assert_eq!(customer.status, StatusCode::FORBIDDEN);
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert_eq!(first.json()["ticket_code"], code);
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert_eq!(
        second.json()["checked_in_at"],
        first.json()["checked_in_at"]
    );
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_many_doors_one_lets_the_ticket_in(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = seat(&app).await;
    let code = order["tickets"][0]["ticket_code"].as_str().unwrap();
    let orders = &app.engine.orders;
    let caller = Caller::system("test");

    let doors = (0..8).map(|_| orders.check_in(&caller, code));
    let answers = futures::future::join_all(doors).await;

    assert_eq!(answers.iter().filter(|it| it.is_ok()).count(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_ticket_of_a_cancelled_order_lets_nobody_in(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = seat(&app).await;
    let code = order["tickets"][0]["ticket_code"].as_str().unwrap();
    let cancel = format!("/api/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    app.post(&cancel, &[("x-api-key", KEY)], json!({})).await;

    let answer = app
        .post(
            &format!("/api/v1/tickets/{code}/check-in"),
            &[("x-api-key", KEY)],
            json!({}),
        )
        .await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
