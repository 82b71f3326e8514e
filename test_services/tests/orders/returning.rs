//! Goods that are back on the shelf here, and how the services that held them learn of it.

use chrono::Duration;
use orders::{
    Caller, NewRefund, NewReturn, Order, OrderCommand, OrderState, ReturnCommand, engine::MIGRATOR,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use test_services::Behaviour;

use crate::shop::{PAYS, Shop, TOO_SLOW, order};

/// Three mugs, of which the service has five, and a seat.
async fn sold(shop: &Shop) -> Order {
    shop.services.stock("MUG", 5).await;
    let items = json!([{"sku": "MUG", "quantity": 3}, {"product": "NIGHT", "seat_id": 2}]);
    let order = shop.place(order(items, Some(PAYS))).await.unwrap();
    assert_eq!(order.status, OrderState::Confirmed);
    order
}

/// Refunds these items and puts them back on the shelf.
async fn restock(shop: &Shop, order: &Order, items: Value) -> Order {
    let refund = json!({"items": items, "restock": true});
    let refund: NewRefund = serde_json::from_value(refund).unwrap();
    let system = Caller::system("test");
    let orders = &shop.engine.orders;
    orders.refund(&system, order.id, refund).await.unwrap()
}

async fn restock_a_mug(shop: &Shop, order: &Order) -> Order {
    restock(shop, order, json!([{"line": 1, "quantity": 1}])).await
}

async fn left(shop: &Shop) -> i64 {
    shop.books().await.stock["MUG"]
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_put_back_on_the_shelf_goes_back_to_the_service_that_held_it(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = sold(&shop).await;
    assert_eq!((left(&shop).await, shop.stock("MUG").await), (2, (97, 0)));

    restock_a_mug(&shop, &order).await;
    assert_eq!((left(&shop).await, shop.stock("MUG").await), (3, (98, 0)));
    shop.assert_consistent(order.id).await;
    let rest = json!([{"line": 1, "quantity": 2}, {"line": 2, "quantity": 1}]);
    restock(&shop, &order, rest).await;

    assert_eq!((left(&shop).await, shop.stock("MUG").await), (5, (100, 0)));
    let books = shop.books().await;
    assert_eq!(
        books.calls("take_back"),
        3,
        "two for mugs, one for the seat"
    );
    let seat = &order.items[1].sku;
    assert_eq!(books.quantity(&order.id.to_string(), seat), 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn goods_that_arrive_back_are_told_of_and_those_that_stay_away_are_not(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = sold(&shop).await;
    let (orders, system) = (&shop.engine.orders, Caller::system("test"));
    for command in [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        let changed = orders.change(&system, order.id, command, None, None).await;
        changed.unwrap();
    }
    for restock in [true, false] {
        let asked: NewReturn =
            serde_json::from_value(json!({"items": [{"line": 1, "quantity": 1}]})).unwrap();
        let asked = orders.ask_return(&system, order.id, asked).await.unwrap();
        let id = asked.returns.last().unwrap().id;
        for command in [
            ReturnCommand::Accept,
            ReturnCommand::Receive {
                restock,
                refund: false,
            },
        ] {
            let changed = orders.change_return(&system, order.id, id, command, None);
            changed.await.unwrap();
        }
    }

    assert_eq!((left(&shop).await, shop.stock("MUG").await), (3, (98, 0)));
    assert_eq!(shop.books().await.calls("take_back"), 1);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_misbehaves_has_it_back_once_in_the_end(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = sold(&shop).await;
    for (behaviour, expected) in [
        (Behaviour::Down, 3),
        (Behaviour::Lost, 4),
        (Behaviour::Slow(TOO_SLOW), 5),
    ] {
        shop.services.behave("take_back", behaviour, 3).await;

        restock_a_mug(&shop, &order).await;
        shop.work_for(Duration::minutes(2)).await;

        assert_eq!(left(&shop).await, expected, "{behaviour:?}");
    }
    shop.assert_consistent(order.id).await;
    let keys: Vec<_> = shop.books().await.returns.into_iter().collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(shop.find(order.id).await.needs_attention, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_stays_away_is_told_later_and_a_person_knows(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = sold(&shop).await;
    let nonsense = Behaviour::Broken;
    shop.services
        .behave("take_back", Behaviour::Down, 1_000)
        .await;
    restock_a_mug(&shop, &order).await;
    shop.work_for(Duration::hours(2)).await;
    let why = shop.find(order.id).await.needs_attention.unwrap();
    assert_eq!(why, "The inventory service gives no end of what came back.");

    shop.services.behave("take_back", nonsense, 2).await;
    shop.work_for(Duration::minutes(20)).await;

    assert_eq!(left(&shop).await, 3);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_does_not_take_back_what_came_back_needs_a_person(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = sold(&shop).await;
    shop.services.forget().await;

    let order = restock_a_mug(&shop, &order).await;

    assert!(
        order
            .needs_attention
            .unwrap()
            .contains("does not take back")
    );
    shop.work_for(Duration::hours(1)).await;
    assert_eq!(shop.books().await.calls("take_back"), 1, "once is enough");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_goes_back_before_the_service_knows_that_it_was_sold(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.behave("confirm", Behaviour::Down, 6).await;
    let order = sold(&shop).await;

    restock_a_mug(&shop, &order).await;
    assert_eq!(shop.books().await.calls("take_back"), 0);
    shop.work_for(Duration::minutes(2)).await;

    assert_eq!((left(&shop).await, shop.stock("MUG").await), (3, (98, 0)));
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_not_told_before_the_order_is_cancelled_goes_back_with_the_rest(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = sold(&shop).await;
    restock_a_mug(&shop, &order).await;
    shop.services
        .behave("take_back", Behaviour::Down, 1_000)
        .await;
    restock_a_mug(&shop, &order).await;

    shop.cancel(&order).await;
    shop.services.behave("take_back", Behaviour::Fine, 0).await;
    shop.work_for(Duration::minutes(10)).await;

    assert_eq!((left(&shop).await, shop.stock("MUG").await), (5, (100, 0)));
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_audit_finds_what_a_service_was_not_told(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    for (operation, state) in [
        ("confirm", OrderState::Confirmed),
        ("take_back", OrderState::Confirmed),
        ("release", OrderState::Refunded),
    ] {
        shop.services.behave(operation, Behaviour::Down, 4).await;
        let order = sold(&shop).await;
        match operation {
            "take_back" => drop(restock_a_mug(&shop, &order).await),
            "release" => drop(shop.cancel(&order).await),
            _ => {}
        }
        // As if somebody had taken it for settled.
        sqlx::query("update orders set due_at = null where id = $1")
            .bind(order.id.0)
            .execute(&pool)
            .await
            .unwrap();
        let calls = shop.books().await.calls(operation);
        shop.work_for(Duration::minutes(2)).await;
        assert_eq!(shop.books().await.calls(operation), calls, "{operation}");

        let audit = shop.engine.orders.reconcile(10).await.unwrap();
        shop.work_for(Duration::minutes(2)).await;

        assert_eq!(audit.handed_on, 1, "{operation}");
        assert_eq!(shop.find(order.id).await.status, state, "{operation}");
        shop.assert_consistent(order.id).await;
        if state == OrderState::Confirmed {
            shop.cancel(&order).await;
            shop.work_for(Duration::minutes(2)).await;
        }
    }
}
