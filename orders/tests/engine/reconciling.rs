use chrono::Duration;
use orders::{
    Order, OrderState,
    engine::{MIGRATOR, Reconciled},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DECLINED, DELAYED, Shop};

/// Audits, once what happened has rested.
async fn audit(shop: &Shop) -> Reconciled {
    shop.wait(Duration::minutes(5));
    shop.engine.orders.reconcile(100).await.unwrap()
}

async fn run(pool: &PgPool, sql: &'static str) {
    sqlx::query(sql).execute(pool).await.unwrap();
}

async fn declined(shop: &Shop) -> Order {
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DECLINED).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_agrees_is_audited_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    declined(&shop).await;

    let first = audit(&shop).await;
    let second = audit(&shop).await;

    assert_eq!((first.audited, first.needs_somebody()), (2, false));
    assert_eq!(second, Reconciled::default());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_audit_takes_no_more_than_it_was_given(pool: PgPool) {
    let shop = Shop::open(pool).await;
    for _ in 0..3 {
        declined(&shop).await;
    }
    shop.wait(Duration::minutes(5));

    let audited = shop.engine.orders.reconcile(2).await.unwrap().audited;

    assert_eq!(audited, 2);
    assert_eq!(shop.engine.orders.reconcile(2).await.unwrap().audited, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_the_provider_has_and_nobody_noticed_finds_its_order(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = declined(&shop).await;
    // The provider's last word was lost.
    run(&pool, "update sandbox_charges set outcome = 'captured'").await;

    assert_eq!(audit(&shop).await.handed_on, 1);
    shop.run_until_idle().await;

    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert_eq!(order.captured_minor(), order.total_minor);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_the_provider_does_not_have_is_a_persons_to_look_at(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let unknown = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    run(&pool, "delete from sandbox_charges").await;
    let refused = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    run(&pool, "update sandbox_charges set outcome = 'declined'").await;

    assert_eq!(audit(&shop).await.need_attention, 2);

    for (order, why) in [(unknown, "does not know of it"), (refused, "was declined")] {
        let order = shop.find(order.id).await;
        assert!(order.needs_attention.unwrap().contains(why));
        assert_eq!(order.status, OrderState::Confirmed, "nothing is changed");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn captured_money_of_a_stopped_order_is_handed_to_advance(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    // As if the order had been stopped by something that knew nothing of its money.
    run(
        &pool,
        "update orders set state = 'cancelled', version = version + 1, due_at = null",
    )
    .await;
    shop.run_until_idle().await;
    assert_eq!(shop.find(order.id).await.refunds.len(), 0);

    assert_eq!(audit(&shop).await.handed_on, 1);
    shop.run_until_idle().await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Refunded, order.total_minor)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn orders_that_nobody_was_going_to_look_at_are_looked_at(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let slow = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&slow, DELAYED).await.unwrap();
    let unpaid = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    run(&pool, "update orders set due_at = null").await;
    shop.wait(Duration::minutes(20));
    shop.run_until_idle().await;
    assert_eq!(shop.find(unpaid.id).await.status, OrderState::Pending);

    assert_eq!(audit(&shop).await.handed_on, 2);
    shop.run_until_idle().await;

    assert_eq!(shop.find(slow.id).await.status, OrderState::Confirmed);
    assert_eq!(shop.find(unpaid.id).await.status, OrderState::Cancelled);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_does_not_get_on_is_shown_to_people_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.wait(Duration::minutes(26));

    let first = shop.engine.orders.reconcile(10).await.unwrap();
    let second = shop.engine.orders.reconcile(10).await.unwrap();

    assert_eq!((first.need_attention, second.need_attention), (1, 0));
    assert!(shop.find(order.id).await.needs_attention.is_some());
    shop.run_until_idle().await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Cancelled);
}
