use chrono::Duration;
use orders::{
    OrderCommand, OrderFilter, OrderState, PageRequest, PaymentStatus, Refusal, engine::MIGRATOR,
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DELAYED, Shop, guest, refusal, staff};

#[sqlx::test(migrator = "MIGRATOR")]
async fn cancelling_a_paid_order_gives_stock_and_money_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 2}])).await;

    let order = shop
        .engine
        .orders
        .cancel(&guest(&[&order]), order.id, Some("too many mugs"))
        .await
        .unwrap();

    assert_eq!(
        (order.status, order.payment_status),
        (OrderState::Refunded, PaymentStatus::Refunded)
    );
    assert_eq!(
        (order.refunded_minor, shop.stock("MUG").await),
        (order.total_minor, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cancelled_order_cannot_be_cancelled_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 2}])).await;
    shop.engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();

    let refusal = refusal(shop.engine.orders.cancel(&staff(), order.id, None).await);

    assert!(matches!(refusal, Refusal::NotAllowed(_)));
    assert_eq!(shop.stock("MUG").await, (10, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_may_cancel_but_not_move_their_order(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let caller = guest(&[&order]);
    let change = |command| {
        shop.engine
            .orders
            .change(&caller, order.id, command, None, None)
    };

    assert_eq!(
        refusal(change(OrderCommand::Process).await),
        Refusal::SignInNeeded
    );
    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_on_an_old_version_is_refused_and_says_who_was_first(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let staff = staff();
    let change = |command| {
        shop.engine
            .orders
            .change(&staff, order.id, command, None, Some(order.version))
    };
    change(OrderCommand::Process).await.unwrap();

    let refusal = refusal(change(OrderCommand::Cancel).await);

    let Refusal::Stale {
        version,
        changed_by,
        ..
    } = refusal
    else {
        panic!("{refusal:?}")
    };
    assert_eq!(
        (version, changed_by.as_str()),
        (order.version + 1, "system")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_delivered_order_is_refunded_only_once_the_money_is_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    for command in [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        shop.engine
            .orders
            .change(&staff(), order.id, command, None, None)
            .await
            .unwrap();
    }

    let order = shop
        .engine
        .orders
        .change(
            &staff(),
            order.id,
            OrderCommand::Refund,
            Some("broken"),
            None,
        )
        .await
        .unwrap();

    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Refunded, order.total_minor)
    );
    assert_eq!(order.refunds.len(), 1);
    assert_eq!(shop.stock("MUG").await, (9, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_nobody_paid_here_is_not_refunded_after_it_was_stopped(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();

    let refund = shop
        .engine
        .orders
        .change(&staff(), order.id, OrderCommand::Refund, None, None)
        .await;

    assert_eq!(refusal(refund), Refusal::NothingToRefund);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_went_too_far_is_archived_as_it_is(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    for command in [OrderCommand::Process, OrderCommand::Ship] {
        shop.engine
            .orders
            .change(&staff(), order.id, command, None, None)
            .await
            .unwrap();
    }

    shop.engine
        .orders
        .archive(&staff(), order.id)
        .await
        .unwrap();

    let page = PageRequest::first(10);
    let listed = shop
        .engine
        .orders
        .list(&staff(), &OrderFilter::default(), page)
        .await
        .unwrap();
    assert!(listed.data.is_empty());
    let last: (String, String) = sqlx::query_as(
        "select change, to_state from order_history where order_id = $1 order by version desc limit 1",
    )
    .bind(order.id.0)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(last, ("archived".to_owned(), "shipped".to_owned()));
    assert_eq!(shop.stock("MUG").await, (9, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_comes_for_an_archived_order_goes_back(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DELAYED).await.unwrap();
    shop.engine
        .orders
        .archive(&staff(), order.id)
        .await
        .unwrap();

    shop.wait(Duration::minutes(1));
    shop.run_until_idle().await;

    let refunded: i64 = sqlx::query_scalar("select sum(amount_minor)::bigint from sandbox_refunds")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(
        (refunded, shop.stock("MUG").await),
        (order.total_minor, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_archived_order_is_found_by_nobody_and_its_money_still_goes_back(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;

    shop.engine
        .orders
        .archive(&staff(), order.id)
        .await
        .unwrap();

    assert!(matches!(
        refusal(shop.engine.orders.find(&staff(), order.id).await),
        Refusal::NotFound(_)
    ));
    let refunded: i64 = sqlx::query_scalar("select sum(amount_minor)::bigint from sandbox_refunds")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(
        (refunded, shop.stock("MUG").await),
        (order.total_minor, (10, 0))
    );
}
