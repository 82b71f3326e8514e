//! Orders whose money does not come by a card: collected by the payment service, which is asked for a charge and tells; or
//! by the shop itself.

use chrono::Duration;
use orders::{
    Caller, Fact, Order, OrderState, PaymentStatus, Refusal, Settlement,
    engine::{MIGRATOR, ToldPayment},
};
use serde_json::json;
use sqlx::PgPool;
use test_services::{Behaviour, HeldState};

use crate::shop::{Shop, mug_and_seat, order, refusal, settle_by};

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
