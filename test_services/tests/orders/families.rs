//! The families' requests, with services outside that do not play along.

use chrono::Duration;
use orders::{OrderId, OrderState, engine::MIGRATOR};
use serde_json::{Value, json};
use sqlx::PgPool;
use test_services::Behaviour;

use crate::{
    door::Door,
    shop::{PAYS, Shop},
};

const CALLBACK: &str = "/v1/payments/callback";

fn seats(seats: Value) -> Value {
    json!({"user_id": 101, "event_id": "NIGHT", "seats": seats})
}

fn id(of: &Value) -> OrderId {
    of.as_str().unwrap().parse().unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_retail_payment_that_takes_too_little_is_a_declined_one(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    shop.services.behave("charge", Behaviour::Short, 1).await;
    let mug = json!({
        "items": [{"product_id": 1, "quantity": 1}], "payment": {"method": "card", "token": PAYS},
        "shipping_address": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"},
    });

    let (status, _, problem) = door.post("/api/orders", "mug", mug.clone()).await;
    let again = door.post("/api/orders", "mug", mug).await;

    assert_eq!(status, 402, "{problem}");
    assert_eq!(again, (402, true, problem.clone()));
    shop.work_for(Duration::minutes(1)).await;
    let order = shop.find(id(&problem["order_id"])).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Refunded, order.total_minor - 1)
    );
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_charge_for_seats_that_is_refused_at_once_is_declined_and_its_key_tells_of_it(
    pool: PgPool,
) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    shop.services
        .behave("charge", Behaviour::Declining, 1)
        .await;

    let (status, _, problem) = door.post("/v1/orders", "one", seats(json!([1]))).await;
    let again = door.post("/v1/orders", "one", seats(json!([1]))).await;
    let next = door.post("/v1/orders", "two", seats(json!([1]))).await;

    assert_eq!(status, 402, "{problem}");
    assert_eq!(problem.get("access_token"), None);
    assert_eq!((again.0, again.1), (200, true));
    assert_eq!(
        (&again.2["id"], &again.2["status"]),
        (&problem["order_id"], &json!("FAILED"))
    );
    assert_eq!((next.0, &next.2["status"]), (201, &json!("PENDING")));
    shop.work_for(Duration::minutes(2)).await;
    shop.assert_consistent(id(&problem["order_id"])).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_is_free_again_when_the_seating_service_was_short(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    shop.services.stock("NIGHT-2", 0).await;
    let place = async || door.post("/v1/orders", "one", seats(json!([1, 2]))).await;

    for _ in 0..2 {
        let (status, _, problem) = place().await;
        assert_eq!(status, 409, "{problem}");
        assert_eq!(problem["detail"], "Seat A2 (id 2) is taken.");
    }
    shop.services.stock("NIGHT-2", 1).await;

    assert_eq!(place().await.0, 201);
    assert_eq!(place().await.0, 200);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_is_told_for_a_cancelled_order_goes_back_by_its_name(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let door = Door::open(&shop).await;
    let (_, _, placed) = door.post("/v1/orders", "one", seats(json!([1]))).await;
    let order = shop.find(id(&placed["id"])).await;
    shop.cancel(&order).await;
    shop.services
        .take("p9", &order.id.to_string(), order.total_minor)
        .await;

    let told = json!({"order_id": order.id, "payment_id": "p9", "status": "SUCCESS"});
    assert_eq!(door.hear(CALLBACK, told, 3).await, [200; 3]);
    shop.work_for(Duration::minutes(2)).await;

    assert_eq!(shop.books().await.refunded("p9"), order.total_minor);
    assert_eq!(shop.find(order.id).await.status, OrderState::Refunded);
    shop.assert_consistent(order.id).await;
}
