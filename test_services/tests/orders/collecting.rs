//! Orders whose money does not come by a card: collected by the payment service, which is asked for a charge and tells; or
//! by the shop itself.

use chrono::Duration;
use orders::{
    Caller, Fact, Order, OrderError, OrderState, PaymentStatus, Refusal, Settlement,
    engine::{MIGRATOR, ToldPayment},
};
use serde_json::json;
use sqlx::PgPool;
use test_services::{Behaviour, HeldState};

use crate::shop::{Shop, mug_and_seat, order, place, refusal, settle_by};

/// An order whose charge the service has, and waits for its buyer.
async fn collected(shop: &Shop) -> Order {
    let placed = settle_by(&shop.engine, Settlement::Collected, mug_and_seat(None));
    let order = placed.await.unwrap();
    assert_eq!(order.status, OrderState::PaymentPending);
    order
}

/// What the service calls the order's charge.
fn charge_id(order: &Order) -> String {
    format!("ch_{}", order.payments[0].id)
}

async fn tell(shop: &Shop, order: &Order, payment: String, fact: Fact) -> OrderState {
    let told = ToldPayment {
        order: order.id,
        payment,
        fact,
    };
    let orders = &shop.engine.orders;
    let told = orders.record_told(&Caller::system("test"), &told).await;
    told.unwrap().status
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_charge_is_asked_for_and_told_of_in_either_name_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    for with_own_name in [true, false] {
        let order = collected(&shop).await;
        let key = order.payments[0].id.to_string();
        let books = shop.books().await;
        assert_eq!(
            (
                &books.charges[&key].status,
                books.charges[&key].amount_minor
            ),
            (&"running".to_owned(), order.total_minor)
        );
        assert_eq!(books.kept(&order.id.to_string()), 0);

        shop.services.settle(&key, "captured").await;
        let names = [charge_id(&order), key];
        let (first, second) = if with_own_name { (0, 1) } else { (1, 0) };
        for name in [first, second, first, second] {
            let state = tell(&shop, &order, names[name].clone(), Fact::Captured).await;
            assert_eq!(state, OrderState::Confirmed);
        }

        shop.work_for(Duration::minutes(2)).await;
        let order = shop.find(order.id).await;
        assert_eq!(order.payment_status, PaymentStatus::Captured);
        assert_eq!((order.payments.len(), order.refunds.len()), (1, 0));
        shop.assert_consistent(order.id).await;
        let orders = &shop.engine.orders;
        let system = Caller::system("test");
        orders.cancel(&system, order.id, None).await.unwrap();
        shop.work_for(Duration::minutes(1)).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_that_tells_nothing_is_asked_what_became_of_its_charge(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = collected(&shop).await;
    let key = order.payments[0].id.to_string();

    shop.services.settle(&key, "captured").await;
    shop.work_for(Duration::minutes(2)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_charge_fails_the_order_and_gives_everything_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = collected(&shop).await;
    let key = order.payments[0].id.to_string();

    shop.services.settle(&key, "declined").await;
    let state = tell(&shop, &order, charge_id(&order), Fact::Declined).await;
    shop.work_for(Duration::minutes(2)).await;

    assert_eq!(state, OrderState::Failed);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_who_does_not_pay_in_time_loses_the_seats_and_late_money_goes_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = collected(&shop).await;

    shop.work_for(Duration::minutes(16)).await;

    assert_eq!(shop.find(order.id).await.status, OrderState::Cancelled);
    assert_eq!(shop.books().await.held(&order.id.to_string()), []);
    let key = order.payments[0].id.to_string();
    shop.services.settle(&key, "captured").await;
    tell(&shop, &order, charge_id(&order), Fact::Captured).await;
    shop.work_for(Duration::minutes(2)).await;
    let order = shop.find(order.id).await;
    assert_eq!(order.status, OrderState::Refunded);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_nobody_pays_is_asked_about_no_more_and_is_nobodys_to_look_at(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let expired = collected(&shop).await;
    shop.work_for(Duration::minutes(16)).await;
    let cancelled = collected(&shop).await;
    shop.cancel(&cancelled).await;
    let calls = shop.books().await.calls("ask");

    shop.work_for(Duration::hours(2)).await;

    assert_eq!(shop.books().await.calls("ask"), calls);
    for order in [&expired, &cancelled] {
        let order = shop.find(order.id).await;
        assert_eq!(
            (order.status, order.payment_status, order.needs_attention),
            (OrderState::Cancelled, PaymentStatus::Failed, None)
        );
        shop.assert_consistent(order.id).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_may_take_longer_than_a_provider_may_be_silent(pool: PgPool) {
    let mut shop = Shop::open(pool).await;
    let orders = shop.engine.orders.clone();
    shop.engine.orders = orders.expiring_after(Duration::hours(2));
    let order = collected(&shop).await;

    shop.work_for(Duration::minutes(90)).await;

    let waiting = shop.find(order.id).await;
    assert_eq!(
        (waiting.status, waiting.needs_attention),
        (OrderState::PaymentPending, None)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_comes_late_and_in_silence_is_found_by_the_audit_and_goes_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = collected(&shop).await;
    let key = order.payments[0].id.to_string();
    shop.cancel(&order).await;
    let audit = async |after| {
        shop.work_for(after).await;
        shop.engine.orders.reconcile(10).await.unwrap()
    };

    // The service is still at work on it: asked later and later, and not for ever.
    let mut asked = 0;
    for _ in 0..60 {
        let calls = shop.books().await.calls("ask");
        assert!(!audit(Duration::minutes(3)).await.needs_somebody());
        asked += shop.books().await.calls("ask") - calls;
    }
    assert!((4..10).contains(&asked), "{asked}");
    shop.services.settle(&key, "captured").await;
    assert_eq!(audit(Duration::hours(6)).await.handed_on, 1);
    shop.work_for(Duration::minutes(1)).await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Refunded, order.total_minor)
    );
    shop.assert_consistent(order.id).await;
    assert!(!audit(Duration::hours(60)).await.needs_somebody());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_that_was_told_and_not_asked_for_is_not_asked_about_and_goes_back_by_its_name(
    pool: PgPool,
) {
    let shop = Shop::open(pool).await;
    let placed = place(&shop.engine, mug_and_seat(None)).await.unwrap();
    let (id, total) = (placed.id.to_string(), placed.total_minor);
    for payment in ["p1", "p2"] {
        shop.services.take(payment, &id, total).await;
        tell(&shop, &placed, payment.to_owned(), Fact::Captured).await;
    }
    shop.work_for(Duration::minutes(5)).await;

    let audited = shop.engine.orders.reconcile(10).await.unwrap();

    assert_eq!((audited.audited, audited.needs_somebody()), (0, false));
    let order = shop.find(placed.id).await;
    assert_eq!(
        (order.status, order.needs_attention),
        (OrderState::Confirmed, None)
    );
    let books = shop.books().await;
    assert_eq!((books.refunded("p1"), books.refunded("p2")), (0, total));
    shop.assert_consistent(order.id).await;
    shop.cancel(&placed).await;
    shop.work_for(Duration::minutes(2)).await;
    assert_eq!(shop.books().await.refunded("p1"), total);
    assert_eq!(shop.find(placed.id).await.status, OrderState::Refunded);
    shop.assert_consistent(order.id).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn money_told_under_our_name_before_the_service_says_so_itself_is_not_sent_back_as_a_second_one(
    pool: PgPool,
) {
    let shop = Shop::open(pool).await;
    for silence in [None, Some(Behaviour::Down), Some(Behaviour::Lying)] {
        let order = collected(&shop).await;
        let key = order.payments[0].id.to_string();
        // It still says `running`, nothing, or that it never heard of it.
        if let Some(silence) = silence {
            shop.services.behave("ask", silence, 4).await;
        }
        let told = tell(&shop, &order, key.clone(), Fact::Captured).await;
        assert_eq!(told, OrderState::Confirmed, "{silence:?}");

        // While it does not say whether that is its name for the same money, it has to come again.
        let again = ToldPayment {
            order: order.id,
            payment: charge_id(&order),
            fact: Fact::Captured,
        };
        let orders = &shop.engine.orders;
        let doubtful = orders.record_told(&Caller::system("test"), &again).await;
        assert!(matches!(doubtful, Err(OrderError::Busy)), "{doubtful:?}");
        shop.services.behave("ask", Behaviour::Fine, 0).await;
        shop.work_for(Duration::minutes(1)).await;
        shop.services.settle(&key, "captured").await;
        for _ in 0..2 {
            tell(&shop, &order, charge_id(&order), Fact::Captured).await;
        }
        shop.work_for(Duration::minutes(2)).await;

        let order = shop.find(order.id).await;
        assert_eq!((order.payments.len(), order.refunds.len()), (1, 0));
        shop.assert_consistent(order.id).await;
        let audited = shop.engine.orders.reconcile(10).await.unwrap();
        assert_eq!((audited.audited, audited.needs_somebody()), (1, false));
        // Other money is other money, now that its name is known.
        let (more, total) = (format!("more_{key}"), order.total_minor);
        shop.services
            .take(&more, &order.id.to_string(), total)
            .await;
        tell(&shop, &order, more.clone(), Fact::Captured).await;
        shop.work_for(Duration::minutes(2)).await;
        assert_eq!(shop.books().await.refunded(&more), total);
        shop.assert_consistent(order.id).await;
        shop.cancel(&order).await;
        shop.work_for(Duration::minutes(1)).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_key_of_another_orders_charge_pays_nothing(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let other = collected(&shop).await;
    let mug = order(json!([{"sku": "MUG", "quantity": 1}]), None);
    let own = settle_by(&shop.engine, Settlement::Collected, mug).await;
    let own = own.unwrap();

    let told = ToldPayment {
        order: own.id,
        payment: other.payments[0].id.to_string(),
        fact: Fact::Captured,
    };
    let orders = &shop.engine.orders;
    let told = orders.record_told(&Caller::system("test"), &told).await;

    assert_eq!(
        refusal(told),
        Refusal::field("/payment_id", "is the payment of another order")
    );
    for order in [own, other] {
        assert_eq!(shop.find(order.id).await.status, OrderState::PaymentPending);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_paid_elsewhere_is_confirmed_once_it_is_held_outside(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let place = || settle_by(&shop.engine, Settlement::Elsewhere, mug_and_seat(None));

    let order = place().await.unwrap();

    assert_eq!(
        (order.status, order.payment_status, order.tickets.len()),
        (OrderState::Confirmed, PaymentStatus::None, 1)
    );
    let held = shop.books().await.held(&order.id.to_string());
    assert_eq!(held, [HeldState::Confirmed, HeldState::Confirmed]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_paid_elsewhere_waits_for_a_service_that_is_away(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.behave("reserve", Behaviour::Down, 4).await;

    let wanted = settle_by(&shop.engine, Settlement::Elsewhere, mug_and_seat(None));
    let order = wanted.await.unwrap();

    assert_eq!(order.status, OrderState::Pending);
    shop.work_for(Duration::hours(1)).await;
    assert_eq!(shop.find(order.id).await.status, OrderState::Confirmed);
    let held = shop.books().await.held(&order.id.to_string());
    assert_eq!(held, [HeldState::Confirmed, HeldState::Confirmed]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_paid_elsewhere_is_refused_when_a_service_is_short_of_it(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.services.stock("MUG", 1).await;
    let two = order(json!([{"sku": "MUG", "quantity": 2}]), None);

    let refused = settle_by(&shop.engine, Settlement::Elsewhere, two).await;

    assert!(matches!(refusal(refused), Refusal::OutOfStock(_)));
    let failed = shop.only().await;
    assert_eq!(failed.status, OrderState::Failed);
    assert_eq!(shop.stock("MUG").await, (100, 0));
    shop.assert_consistent(failed.id).await;
}
