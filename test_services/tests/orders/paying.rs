use chrono::Duration;
use orders::{OrderState, RefundState, engine::MIGRATOR, services::client::Limits};
use sqlx::PgPool;
use test_services::Behaviour;

use crate::shop::{PAYS, RUNNING, Shop, TOO_SLOW, mug_and_seat, server_with};

/// Every way in which a call can go wrong, at every call of a paid and a cancelled order.
#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_goes_wrong_at_whichever_call_both_sides_agree_in_the_end(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let ways = [
        Behaviour::Down,
        Behaviour::Lost,
        Behaviour::Slow(TOO_SLOW),
        Behaviour::Broken,
        Behaviour::Endless,
    ];
    for operation in ["reserve", "charge", "ask", "confirm", "release", "refund"] {
        for way in ways {
            // More often than one call tries by itself.
            shop.services.behave(operation, way, 3).await;
            if operation == "ask" {
                shop.services.behave("charge", Behaviour::Lost, 2).await;
            }

            let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();
            // Minutes of the shop's clock are milliseconds of ours; a slow call still arrives within its minute.
            while matches!(way, Behaviour::Slow(_)) && shop.books().await.unfinished > 0 {}
            shop.work_for(Duration::minutes(3)).await;
            let order = shop.find(order.id).await;
            assert_eq!(order.status, OrderState::Confirmed, "{operation} {way:?}");
            shop.assert_consistent(order.id).await;
            shop.cancel(&order).await;
            shop.work_for(Duration::minutes(3)).await;

            let order = shop.find(order.id).await;
            assert_eq!(order.status, OrderState::Refunded, "{operation} {way:?}");
            shop.assert_consistent(order.id).await;
            assert_eq!(shop.captures(order.id).await, 1, "{operation} {way:?}");
            assert_eq!(order.needs_attention, None, "{operation} {way:?}");
        }
    }
    assert_eq!(shop.stock("MUG").await, (100, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_charge_that_runs_is_asked_about_until_it_is_decided(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.place(mug_and_seat(Some(RUNNING))).await.unwrap();
    assert_eq!(order.status, OrderState::PaymentPending);
    shop.work_for(Duration::minutes(1)).await;
    assert_eq!(shop.find(order.id).await.status, OrderState::PaymentPending);

    let key = order.payments[0].id.to_string();
    shop.services.settle(&key, "captured").await;
    shop.work_for(Duration::minutes(6)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_worker_that_was_given_up_writes_nothing_any_more(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.place(mug_and_seat(Some(RUNNING))).await.unwrap();
    shop.clock.advance(Duration::seconds(20));
    let slow = server_with(
        Limits::default(),
        pool.clone(),
        &shop.clock,
        shop.services.url(),
    );
    shop.services.behave("ask", Behaviour::Slow(2_000), 1).await;

    let given_up = tokio::spawn(async move { slow.orders.advance_due(1).await });
    while shop.books().await.calls("ask") == 0 {}
    shop.clock.advance(Duration::seconds(31));
    assert_eq!(shop.engine.orders.advance_due(1).await.unwrap(), 1);
    assert_eq!(given_up.await.unwrap().unwrap(), 1);

    assert_eq!(shop.books().await.calls("ask"), 2);
    let asked: i32 = sqlx::query_scalar("select asked from payments")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(asked, 2, "the charge, and one of the two questions");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_forgot_a_charge_is_sent_it_again_with_the_same_key(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.place(mug_and_seat(Some(RUNNING))).await.unwrap();
    shop.services.forget().await;

    shop.work_for(Duration::minutes(1)).await;
    let key = order.payments[0].id.to_string();
    shop.services.settle(&key, "captured").await;
    shop.work_for(Duration::minutes(6)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
    shop.assert_consistent(order.id).await;
    assert_eq!(shop.books().await.charges.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn too_little_money_goes_back_and_a_person_is_told(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.behave("charge", Behaviour::Short, 1).await;

    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();

    assert_eq!(order.status, OrderState::PaymentFailed);
    assert!(
        order
            .needs_attention
            .clone()
            .unwrap()
            .contains("instead of")
    );
    assert_eq!(order.refunded_minor, order.total_minor - 1);
    shop.assert_consistent(order.id).await;
    let paid = shop.pay(&order, PAYS).await.unwrap();
    assert_eq!(paid.status, OrderState::Confirmed);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_a_service_never_took_cannot_be_refunded_without_a_person(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.behave("charge", Behaviour::Lying, 1).await;
    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();
    assert_eq!(order.status, OrderState::Confirmed);

    let order = shop.cancel(&order).await;

    assert_eq!(order.refunds[0].status, RefundState::Failed);
    assert!(order.needs_attention.unwrap().contains("refuses"));
}
