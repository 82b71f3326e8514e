//! What a payment service tells of orders, in names of its own.

use chrono::Duration;
use orders::{
    Fact, Order, OrderError, OrderId, OrderState, PaymentStatus, Refusal, Settlement,
    engine::{MIGRATOR, ToldPayment},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DELAYED, PAYS, Shop, ada, guest, refusal, staff};

/// An order of two seats whose money a payment service collects.
async fn seats(shop: &Shop) -> Order {
    let wanted = json!({"items": [
        {"product": "NIGHT", "seat_id": 1}, {"product": "NIGHT", "seat_id": 2},
    ], "customer": {"external_ref": "101"}});
    shop.settle_by(&staff(), Settlement::Collected, wanted)
        .await
        .unwrap()
}

async fn tell(shop: &Shop, order: OrderId, payment: &str, fact: Fact) -> Result<Order, OrderError> {
    let told = ToldPayment {
        order,
        payment: payment.to_owned(),
        fact,
    };
    shop.engine.orders.record_told(&staff(), &told).await
}

/// What is at rest, and that it adds up.
async fn at_rest(shop: &Shop, id: OrderId) -> Order {
    shop.wait(Duration::minutes(5));
    shop.settle().await;
    assert_eq!(shop.violated().await, Vec::<String>::new());
    shop.find(id).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_is_told_confirms_once_however_often_and_at_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = seats(&shop).await;
    assert_eq!(order.status, OrderState::Pending);

    let told = ToldPayment {
        order: order.id,
        payment: "p1".to_owned(),
        fact: Fact::Captured,
    };
    let times: Vec<_> = (0..8)
        .map(|_| {
            let (orders, told) = (shop.engine.orders.clone(), told.clone());
            tokio::spawn(async move { orders.record_told(&staff(), &told).await })
        })
        .collect();
    for told in times {
        assert_eq!(told.await.unwrap().unwrap().status, OrderState::Confirmed);
    }

    let order = at_rest(&shop, order.id).await;
    assert_eq!(
        (order.status, order.payments.len(), order.tickets.len()),
        (OrderState::Confirmed, 1, 2)
    );
    assert_eq!(order.payment_status, PaymentStatus::Captured);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refusal_fails_the_order_in_two_steps_and_frees_its_seats(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = seats(&shop).await;

    for _ in 0..3 {
        let told = tell(&shop, order.id, "p1", Fact::Declined).await.unwrap();
        assert_eq!(told.status, OrderState::Failed);
    }

    let order = at_rest(&shop, order.id).await;
    assert_eq!(
        (order.status, order.payments.len()),
        (OrderState::Failed, 1)
    );
    assert_eq!(order.version, 3);
    assert_eq!(shop.stock("NIGHT-1").await, (1, 0));
    assert_eq!(seats(&shop).await.status, OrderState::Pending);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refusal_after_the_money_is_ignored(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = seats(&shop).await;
    tell(&shop, order.id, "p1", Fact::Captured).await.unwrap();

    for payment in ["p1", "p2"] {
        tell(&shop, order.id, payment, Fact::Declined)
            .await
            .unwrap();
    }

    let order = at_rest(&shop, order.id).await;
    assert_eq!(
        (order.status, order.payments.len(), order.version),
        (OrderState::Confirmed, 1, 2)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_for_an_order_that_no_longer_stands_goes_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let failed = seats(&shop).await;
    tell(&shop, failed.id, "p1", Fact::Declined).await.unwrap();
    let expired = seats(&shop).await;
    shop.wait(Duration::minutes(16));
    shop.run_until_idle().await;
    assert_eq!(shop.find(expired.id).await.status, OrderState::Cancelled);
    let cancelled = seats(&shop).await;
    let orders = &shop.engine.orders;
    orders.cancel(&staff(), cancelled.id, None).await.unwrap();

    for (order, payment) in [(&failed, "p1"), (&expired, "p2"), (&cancelled, "p3")] {
        for _ in 0..2 {
            tell(&shop, order.id, payment, Fact::Captured)
                .await
                .unwrap();
        }
        let order = at_rest(&shop, order.id).await;
        assert_eq!(
            (order.status, order.refunded_minor),
            (OrderState::Refunded, order.total_minor)
        );
        assert_eq!((order.tickets.len(), order.refunds.len()), (0, 1));
    }
    assert_eq!(shop.stock("NIGHT-1").await, (1, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_capture_goes_back_and_the_order_stands(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = seats(&shop).await;

    for payment in ["p1", "p2", "p1", "p2"] {
        tell(&shop, order.id, payment, Fact::Captured)
            .await
            .unwrap();
    }

    let order = at_rest(&shop, order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert_eq!(
        (order.captured_minor(), order.refunded_minor),
        (2 * order.total_minor, order.total_minor)
    );
    assert_eq!(order.tickets.len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_payment_pays_one_order(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = seats(&shop).await;
    tell(&shop, order.id, "p1", Fact::Captured).await.unwrap();
    let other = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;

    let told = tell(&shop, other.id, "p1", Fact::Captured).await;

    assert_eq!(
        refusal(told),
        Refusal::field("/payment_id", "is the payment of another order")
    );
    assert_eq!(shop.find(other.id).await.status, OrderState::Pending);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_payment_named_by_our_own_id_is_the_one_that_runs_and_no_second_one(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    let running = shop.pay(&order, DELAYED).await.unwrap();
    let payment = running.payments[0].id.to_string();

    let told = tell(&shop, order.id, &payment, Fact::Captured).await;

    assert_eq!(told.unwrap().status, OrderState::Confirmed);
    // The provider says so too, under its own name for it.
    let provider_ref = format!("sandbox_{payment}");
    tell(&shop, order.id, &payment, Fact::Captured)
        .await
        .unwrap();
    let fact = orders::engine::ProviderFact {
        payment: running.payments[0].id,
        provider_ref,
        fact: Fact::Captured,
        amount_minor: None,
    };
    let orders = &shop.engine.orders;
    orders
        .record_callback(&staff(), "sandbox", &fact)
        .await
        .unwrap();
    let order = at_rest(&shop, order.id).await;
    assert_eq!((order.payments.len(), order.refunds.len()), (1, 0));
    let paid = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let payment = paid.payments[0].id.to_string();
    tell(&shop, paid.id, &payment, Fact::Captured)
        .await
        .unwrap();
    let paid = at_rest(&shop, paid.id).await;
    assert_eq!((paid.payments.len(), paid.refunds.len()), (1, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_payment_that_runs_here_is_not_touched_by_a_refusal_of_another(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DELAYED).await.unwrap();

    tell(&shop, order.id, "p1", Fact::Declined).await.unwrap();
    assert_eq!(shop.find(order.id).await.status, OrderState::PaymentPending);
    tell(&shop, order.id, "p1", Fact::Captured).await.unwrap();

    // Both brought the money: one of it goes back.
    let order = at_rest(&shop, order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert_eq!(order.refunded_minor, order.total_minor);
    assert!(
        shop.engine
            .orders
            .find(&guest(&[]), order.id)
            .await
            .is_err()
    );
}

/// What was captured of nothing has no name at the service, which cannot be asked about it.
#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_told_of_an_order_that_cost_nothing_is_recorded(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.give_out(json!({"code": "GIFT", "kind": {"percent": 10_000}}))
        .await;
    let gift = json!({
        "items": [{"sku": "MUG", "quantity": 1}], "customer": ada(), "discount_code": "GIFT",
        "payment": {"token": PAYS},
    });
    let order = shop.place(&guest(&[]), gift).await.unwrap();

    let told = tell(&shop, order.id, "p1", Fact::Captured).await.unwrap();

    assert_eq!(told.status, OrderState::Confirmed);
    at_rest(&shop, order.id).await;
}
