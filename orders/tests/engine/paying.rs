use chrono::Duration;
use orders::{
    Fact, OrderState, PaymentStatus, RefundState, Refusal,
    engine::{MIGRATOR, ProviderFact},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DECLINED, DELAYED, PAYS, Shop, ada, guest, refusal, staff};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_paid_order_is_confirmed_and_its_stock_taken_for_good(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 3}])).await;

    let order = shop.pay(&order, PAYS).await.unwrap();

    assert_eq!(
        (order.status, order.payment_status),
        (OrderState::Confirmed, PaymentStatus::Captured)
    );
    assert_eq!(shop.stock("MUG").await, (7, 0));
    assert_eq!(order.expires_at, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_payment_gives_the_stock_back_and_can_be_tried_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "LAMP", "quantity": 1}])).await;

    let declined = shop.pay(&order, DECLINED).await.unwrap();

    assert_eq!(
        (declined.status, declined.payment_status),
        (OrderState::PaymentFailed, PaymentStatus::Failed)
    );
    assert_eq!(shop.stock("LAMP").await, (1, 0));
    assert_eq!(
        shop.pay(&order, PAYS).await.unwrap().status,
        OrderState::Confirmed
    );
    assert_eq!(shop.stock("LAMP").await, (0, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_try_is_refused_when_somebody_else_has_the_goods(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "LAMP", "quantity": 1}])).await;
    shop.pay(&order, DECLINED).await.unwrap();
    shop.paid(json!([{"sku": "LAMP", "quantity": 1}])).await;

    assert!(matches!(
        refusal(shop.pay(&order, PAYS).await),
        Refusal::OutOfStock(_)
    ));
    assert_eq!(shop.find(order.id).await.status, OrderState::PaymentFailed);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_payment_is_resolved_later_and_nobody_pays_twice_meanwhile(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;

    let running = shop.pay(&order, DELAYED).await.unwrap();

    assert_eq!(
        (running.status, running.payment_status),
        (OrderState::PaymentPending, PaymentStatus::Pending)
    );
    assert_eq!(
        refusal(shop.pay(&order, PAYS).await),
        Refusal::PaymentRunning
    );
    shop.wait(Duration::seconds(10));
    shop.run_until_idle().await;
    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.captured_minor()),
        (OrderState::Confirmed, order.total_minor)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_payments_at_once_charge_once(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;

    let (one, two) = tokio::join!(shop.pay(&order, PAYS), shop.pay(&order, PAYS));

    assert!(one.is_ok() || two.is_ok());
    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.captured_minor()),
        (OrderState::Confirmed, order.total_minor)
    );
    let charges: i64 = sqlx::query_scalar("select count(*) from sandbox_charges")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(charges, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unpaid_order_expires_and_gives_its_stock_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 4}])).await;

    shop.wait(Duration::minutes(14));
    shop.run_until_idle().await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Pending);
    shop.wait(Duration::minutes(1));
    shop.run_until_idle().await;

    assert_eq!(
        (shop.find(order.id).await.status, shop.stock("MUG").await),
        (OrderState::Cancelled, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_payment_that_lands_after_the_order_was_cancelled_is_refunded(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DELAYED).await.unwrap();
    shop.engine
        .orders
        .cancel(&guest(&[&order]), order.id, Some("changed my mind"))
        .await
        .unwrap();
    assert_eq!(shop.stock("MUG").await, (10, 0));

    shop.wait(Duration::seconds(10));
    shop.run_until_idle().await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Refunded, order.total_minor)
    );
    assert_eq!(order.refunds[0].status, RefundState::Succeeded);
    assert_eq!(shop.stock("MUG").await, (10, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_server_that_died_after_the_intent_leaves_work_that_another_finishes(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DELAYED).await.unwrap();
    // What a crash leaves behind: the provider has the charge, the row says only that it was meant, a lease is held.
    sqlx::query("update payments set state = 'started', ask_at = null")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query(
        "update orders set due_at = updated_at, lease_until = updated_at + interval '30 seconds'",
    )
    .execute(&pool)
    .await
    .unwrap();

    shop.run_until_idle().await;
    assert_eq!(shop.find(order.id).await.status, OrderState::PaymentPending);
    shop.wait(Duration::seconds(31));
    shop.run_until_idle().await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.captured_minor()),
        (OrderState::Confirmed, order.total_minor)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_decided_payment_forgets_its_card(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;

    let tokens: i64 = sqlx::query_scalar("select count(*) from payments where token is not null")
        .fetch_one(&pool)
        .await
        .unwrap();

    assert_eq!(tokens, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_paid_seat_has_one_ticket_and_is_sold_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"product": "NIGHT", "seat_id": 2}])).await;

    assert_eq!(order.tickets.len(), 1);
    assert_eq!(
        (order.tickets[0].seat_id, order.tickets[0].ticket_code.len()),
        (2, 12)
    );
    let again = json!({"items": [{"product": "NIGHT", "seat_id": 2}], "customer": ada()});
    assert!(matches!(
        refusal(shop.place(&guest(&[]), again).await),
        Refusal::OutOfStock(_)
    ));
    shop.engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();
    let resold = shop.paid(json!([{"product": "NIGHT", "seat_id": 2}])).await;
    assert_ne!(resold.tickets[0].ticket_code, order.tickets[0].ticket_code);
}

/// The first money came too late for the goods, and went back: it pays nothing, and hinders nothing.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_whose_first_money_went_back_can_be_paid_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let lamp = || json!([{"sku": "LAMP", "quantity": 1}]);
    let order = shop.placed(lamp()).await;
    let late = shop.pay(&order, DELAYED).await.unwrap().payments[0].id;
    let tell = async |fact| {
        let fact = ProviderFact {
            payment: late,
            provider_ref: format!("told-{late}"),
            fact,
            amount_minor: None,
        };
        let orders = &shop.engine.orders;
        orders
            .record_callback(&staff(), "sandbox", &fact)
            .await
            .unwrap();
    };
    tell(Fact::Declined).await;
    let other = shop.paid(lamp()).await;
    shop.wait(Duration::seconds(10));
    tell(Fact::Captured).await;
    shop.run_until_idle().await;
    let late = shop.find(order.id).await;
    assert_eq!(
        (late.status, late.refunded_minor),
        (OrderState::PaymentFailed, order.total_minor)
    );
    let orders = &shop.engine.orders;
    orders.cancel(&staff(), other.id, None).await.unwrap();

    let order = shop.pay(&order, PAYS).await.unwrap();

    assert_eq!(order.status, OrderState::Confirmed);
    shop.run_until_idle().await;
    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor, order.captured_minor()),
        (
            OrderState::Confirmed,
            order.total_minor,
            2 * order.total_minor
        )
    );
    assert!(shop.violated().await.is_empty());
}

/// No provider takes a charge of nothing.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_costs_nothing_is_confirmed_without_asking_the_provider(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.give_out(json!({"code": "GIFT", "kind": {"percent": 10_000}}))
        .await;
    let gift = json!({
        "items": [{"sku": "MUG", "quantity": 1}], "customer": ada(), "discount_code": "GIFT",
        "payment": {"token": DECLINED},
    });

    let order = shop.place(&guest(&[]), gift).await.unwrap();

    assert_eq!(
        (order.status, order.total_minor),
        (OrderState::Confirmed, 0)
    );
    let charges: i64 = sqlx::query_scalar("select count(*) from sandbox_charges")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(charges, 0);
    shop.wait(Duration::minutes(5));
    let audited = shop.engine.orders.reconcile(10).await.unwrap();
    assert!(!audited.needs_somebody());
    let orders = &shop.engine.orders;
    let cancelled = orders.cancel(&staff(), order.id, None).await.unwrap();
    assert_eq!(cancelled.status, OrderState::Cancelled);
    assert_eq!(shop.stock("MUG").await, (10, 0));
    shop.settle().await;
    assert!(shop.violated().await.is_empty());
}
