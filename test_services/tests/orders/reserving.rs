use std::sync::Arc;

use chrono::Duration;
use orders::{
    NewOrderDocument, NewPayment, OrderState, Refusal,
    engine::{Conditions, IdempotencyKey, MIGRATOR, Placed},
};
use serde_json::json;
use sqlx::PgPool;
use test_services::{Behaviour, HeldState};

use crate::shop::{DECLINED, PAYS, Shop, TOO_SLOW, mug_and_seat, order, refusal, system};

#[sqlx::test(migrator = "MIGRATOR")]
async fn goods_and_seats_are_held_before_the_money_is_taken(pool: PgPool) {
    let shop = Shop::open(pool).await;

    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();

    assert_eq!(order.status, OrderState::Confirmed);
    shop.assert_consistent(order.id).await;
    let books = shop.books().await;
    let operations: Vec<_> = books.seen.iter().map(|it| it.operation.as_str()).collect();
    assert_eq!(
        operations,
        ["reserve", "reserve", "charge", "confirm", "confirm"]
    );
    for call in &books.seen {
        assert!(!call.key.is_empty());
    }
    assert_eq!(
        books.seen[0].request_id,
        "01936b6e-1111-7222-8333-444455556666"
    );
    assert!(
        books.seen[0]
            .traceparent
            .starts_with("00-01936b6e111172228333444455556666-")
    );
}

/// The first attempt is given up, the second is answered, the order gives everything back; then the first arrives.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_attempt_that_arrives_after_its_repeat_was_given_back_leaves_nothing_behind(
    pool: PgPool,
) {
    let shop = Shop::open(pool).await;
    let late = Behaviour::Slow(3_000);
    shop.services.behave("reserve", late, 1).await;
    let order = shop.place(mug_and_seat(Some(DECLINED))).await.unwrap();
    let id = order.id.to_string();
    assert_eq!(order.status, OrderState::PaymentFailed);
    assert!(shop.books().await.held(&id).is_empty());

    while shop.books().await.unfinished > 0 {}
    assert_eq!(shop.books().await.held(&id), [HeldState::Held]);
    shop.work_for(Duration::minutes(2)).await;

    assert!(shop.books().await.held(&id).is_empty());
}

/// The first attempt is given up, the second is refused; then there is stock again, and the first arrives.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_attempt_that_arrives_after_its_repeat_was_refused_leaves_nothing_behind(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.stock("MUG", 0).await;
    let late = Behaviour::Slow(3_000);
    shop.services.behave("reserve", late, 1).await;
    refusal(shop.place(mug_and_seat(Some(PAYS))).await);
    let id = shop.only().await.id.to_string();
    shop.services.stock("MUG", 10).await;

    while shop.books().await.unfinished > 0 {}
    assert!(shop.books().await.held(&id).contains(&HeldState::Held));
    shop.work_for(Duration::minutes(2)).await;

    assert!(shop.books().await.held(&id).is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unpaid_order_is_held_until_it_expires(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.place(mug_and_seat(None)).await.unwrap();
    let id = order.id.to_string();
    assert_eq!(
        shop.books().await.held(&id),
        [HeldState::Held, HeldState::Held]
    );

    shop.work_for(Duration::minutes(16)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Cancelled);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unpaid_order_is_held_as_soon_as_the_service_is_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.behave("reserve", Behaviour::Down, 4).await;

    let order = shop.place(mug_and_seat(None)).await.unwrap();

    let id = order.id.to_string();
    assert!(shop.books().await.held(&id).is_empty());
    shop.work_for(Duration::minutes(1)).await;
    assert_eq!(shop.books().await.held(&id).len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_service_is_short_of_is_refused_and_nothing_stays_behind(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.stock("MUG", 0).await;

    let refusal = refusal(shop.place(mug_and_seat(Some(PAYS))).await);

    let Refusal::OutOfStock(short) = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!((short.len(), short[0].sku.as_str()), (1, "MUG"));
    let order = shop.only().await;
    assert_eq!(order.status, OrderState::Failed);
    shop.work_for(Duration::minutes(2)).await;
    shop.assert_consistent(order.id).await;
    assert_eq!(shop.books().await.calls("charge"), 0);
    assert_eq!(shop.stock("MUG").await, (100, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_service_leaves_the_order_pending_and_a_worker_goes_on(pool: PgPool) {
    let mut shop = Shop::open(pool).await;
    let soon = std::time::Duration::from_millis(20);
    shop.engine.orders = shop.engine.orders.clone().answering_within(soon);
    shop.services
        .behave("reserve", Behaviour::Slow(TOO_SLOW), 4)
        .await;

    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();

    assert_eq!(order.status, OrderState::PaymentPending);
    assert_eq!(shop.books().await.calls("charge"), 0);
    shop.work_for(Duration::minutes(2)).await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_was_pending_too_long_for_its_request_can_still_fail_cleanly(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.stock("MUG", 0).await;
    shop.services.behave("reserve", Behaviour::Down, 4).await;

    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();

    assert_eq!(order.status, OrderState::PaymentPending);
    shop.work_for(Duration::minutes(2)).await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Failed);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_is_cancelled_while_it_is_being_held_leaves_nothing_behind(pool: PgPool) {
    let shop = Shop::open(pool).await;
    // It arrives only after it was given back, and the service keeps no memory of that.
    shop.services
        .behave("reserve", Behaviour::Slow(3 * TOO_SLOW), 4)
        .await;
    let order = shop.place(mug_and_seat(None)).await.unwrap();
    let id = order.id.to_string();
    shop.cancel(&order).await;
    assert!(shop.books().await.held(&id).is_empty());
    while shop.books().await.unfinished > 0 {}
    assert!(!shop.books().await.held(&id).is_empty());

    shop.work_for(Duration::minutes(3)).await;

    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_never_answers_is_given_up_at_expiry_and_nothing_is_charged(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services
        .behave("reserve", Behaviour::Lost, 1_000)
        .await;
    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();

    shop.work_for(Duration::minutes(20)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Cancelled);
    assert_eq!(shop.books().await.calls("charge"), 0);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_given_back_is_tried_for_ever_and_shown_to_a_person(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.place(mug_and_seat(Some(PAYS))).await.unwrap();
    shop.services
        .behave("release", Behaviour::Down, 1_000)
        .await;
    shop.cancel(&order).await;
    shop.work_for(Duration::hours(2)).await;
    let order = shop.find(order.id).await;
    assert!(order.needs_attention.unwrap().contains("gives no end"));

    shop.services.behave("release", Behaviour::Fine, 0).await;
    shop.work_for(Duration::minutes(10)).await;

    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_order_lets_go_and_is_held_anew_for_the_next_try(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.stock("MUG", 1).await;
    let order = shop.place(mug_and_seat(Some(DECLINED))).await.unwrap();
    assert_eq!(order.status, OrderState::PaymentFailed);
    shop.assert_consistent(order.id).await;

    shop.services.stock("MUG", 0).await;
    let short = refusal(shop.pay(&order, PAYS).await);
    assert!(matches!(short, Refusal::OutOfStock(_)));
    let refused = shop.find(order.id).await;
    assert_eq!(refused.status, OrderState::PaymentFailed);
    shop.services.stock("MUG", 1).await;
    let paid = shop.pay(&order, PAYS).await.unwrap();

    assert_eq!(paid.status, OrderState::Confirmed);
    shop.assert_consistent(order.id).await;
    assert_eq!(shop.captures(order.id).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_forgets_is_asked_again(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let lying = shop.place(mug_and_seat(None)).await.unwrap();
    shop.services.behave("reserve", Behaviour::Lying, 2).await;
    let order = shop
        .place(order(json!([{"sku": "LAMP", "quantity": 1}]), None))
        .await
        .unwrap();
    shop.services.forget().await;

    shop.pay(&order, PAYS).await.unwrap();
    shop.pay(&lying, PAYS).await.unwrap();
    shop.work_for(Duration::minutes(1)).await;

    for id in [order.id, lying.id] {
        assert_eq!(shop.find(id).await.status, OrderState::Confirmed);
        shop.assert_consistent(id).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_sold_a_paid_order_s_goods_to_others_needs_a_person(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.place(mug_and_seat(None)).await.unwrap();
    shop.services.forget().await;
    shop.services.stock("MUG", 0).await;

    shop.pay(&order, PAYS).await.unwrap();
    shop.work_for(Duration::minutes(1)).await;

    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Confirmed);
    assert!(order.needs_attention.unwrap().contains("inventory"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_many_buyers_exactly_as_many_are_served_as_the_service_has(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool).await);
    shop.services.stock("MUG", 5).await;
    let buyers: Vec<_> = (0..20)
        .map(|_| {
            let shop = shop.clone();
            let mug = order(json!([{"sku": "MUG", "quantity": 1}]), Some(PAYS));
            tokio::spawn(async move { shop.place(mug).await })
        })
        .collect();

    let mut placed = Vec::new();
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(order) => placed.push(order),
            refused => assert!(matches!(refusal(refused), Refusal::OutOfStock(_))),
        }
    }

    shop.work_for(Duration::minutes(3)).await;
    let mut served = 0;
    for order in &placed {
        shop.assert_consistent(order.id).await;
        served += usize::from(shop.find(order.id).await.status == OrderState::Confirmed);
    }
    let books = shop.books().await;
    assert_eq!(
        (served, books.stock["MUG"], books.reservations.len()),
        (5, 0, 5)
    );
    assert_eq!(shop.stock("MUG").await, (95, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_key_of_an_order_that_a_service_was_short_of_is_free_for_another_try(pool: PgPool) {
    let shop = Shop::open(pool).await;
    for (name, lasts) in [("a day's", false), ("for ever", true)] {
        shop.services.stock("MUG", 1).await;
        let two = order(json!([{"sku": "MUG", "quantity": 2}]), Some(PAYS));
        let new: NewOrderDocument = serde_json::from_value(two).unwrap();
        let new = new.parse().unwrap();
        let key = if lasts {
            IdempotencyKey::lasting("test", name, b"two mugs")
        } else {
            IdempotencyKey::new("test", name, b"two mugs")
        };
        let place = async || shop.engine.orders.place(&system(), &new, Some(&key)).await;

        for _ in 0..2 {
            let refused = place().await.map(Placed::order);
            assert!(matches!(refusal(refused), Refusal::OutOfStock(_)));
        }
        shop.services.stock("MUG", 2).await;

        let Placed::Now(placed) = place().await.unwrap() else {
            panic!("{name}: the key was free")
        };
        assert_eq!(placed.status, OrderState::Confirmed);
        let Placed::Before(again) = place().await.unwrap() else {
            panic!("{name}: the key is taken")
        };
        assert_eq!(again.id, placed.id);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_key_of_a_payment_that_a_service_was_short_for_is_free_for_another_try(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let mug = order(json!([{"sku": "MUG", "quantity": 1}]), Some(DECLINED));
    let declined = shop.place(mug).await.unwrap();
    shop.work_for(Duration::minutes(2)).await;
    shop.services.stock("MUG", 0).await;
    let orders = shop.engine.orders.under(Conditions {
        key: Some(IdempotencyKey::new("test", "pay", b"a mug")),
        version: None,
    });
    let payment = NewPayment {
        method: "card".to_owned(),
        token: PAYS.to_owned(),
    };
    let pay = async || orders.pay(&system(), declined.id, &payment).await;

    assert!(matches!(refusal(pay().await), Refusal::OutOfStock(_)));
    shop.services.stock("MUG", 1).await;

    assert_eq!(pay().await.unwrap().status, OrderState::Confirmed);
}
