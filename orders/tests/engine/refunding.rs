use orders::{
    LineQuantity, NewRefund, NewShipment, Order, OrderCommand, OrderError, OrderFilter, OrderState,
    PageRequest, PaymentStatus, RefundState, Refusal,
    engine::{Conditions, MIGRATOR},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{Shop, guest, refusal, staff};

/// A refund as the API reads it.
fn new_refund(refund: serde_json::Value) -> NewRefund {
    serde_json::from_value(refund).unwrap()
}

async fn refund(
    shop: &Shop,
    order: &Order,
    refund: serde_json::Value,
) -> Result<Order, OrderError> {
    shop.engine
        .orders
        .refund(&staff(), order.id, new_refund(refund))
        .await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn parts_go_back_until_all_is_back(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 2}])).await;

    let once = refund(
        &shop,
        &order,
        json!({"amount_minor": 1000, "reason": "scratched"}),
    )
    .await
    .unwrap();
    let all = refund(&shop, &order, json!({})).await.unwrap();

    assert_eq!(
        (once.status, once.payment_status, once.refunded_minor),
        (
            OrderState::Confirmed,
            PaymentStatus::PartiallyRefunded,
            1_000
        )
    );
    assert_eq!(once.refunds[0].reason.as_deref(), Some("scratched"));
    assert_eq!(
        (all.status, all.payment_status, all.refunded_minor),
        (
            OrderState::Refunded,
            PaymentStatus::Refunded,
            order.total_minor
        )
    );
    assert!(matches!(
        refusal(refund(&shop, &order, json!({})).await),
        Refusal::NotAllowed(_)
    ));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn items_go_back_with_their_tax_and_return_to_the_shelf_once(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop
        .paid(json!([{"sku": "LAMP", "quantity": 1}, {"sku": "MUG", "quantity": 3}]))
        .await;

    let items = json!({"items": [{"line": 2, "quantity": 2}], "restock": true});
    let order = refund(&shop, &order, items.clone()).await.unwrap();

    assert_eq!(order.refunds[0].amount_minor, 2 * 1_980);
    assert_eq!(
        json!(order.refunds[0].items),
        json!([{"line": 2, "quantity": 2, "amount_minor": 2 * 1_980}])
    );
    assert_eq!(shop.stock("MUG").await, (9, 0));
    assert!(matches!(
        refusal(refund(&shop, &order, items).await),
        Refusal::Invalid(_)
    ));
    assert_eq!(shop.stock("MUG").await, (9, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn cancelling_puts_back_only_what_a_refund_has_not(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 3}])).await;
    let items = json!({"items": [{"line": 1, "quantity": 2}], "restock": true});
    refund(&shop, &order, items).await.unwrap();

    let order = shop
        .engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();

    assert_eq!(
        (order.status, order.refunded_minor, shop.stock("MUG").await),
        (OrderState::Refunded, order.total_minor, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_refunded_before_it_is_sent_is_not_sent(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 3}])).await;
    refund(
        &shop,
        &order,
        json!({"items": [{"line": 1, "quantity": 1}]}),
    )
    .await
    .unwrap();
    let parcel = NewShipment {
        carrier: "DHL".to_owned(),
        tracking_number: "1".to_owned(),
        ..NewShipment::default()
    };

    let order = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel.clone())
        .await
        .unwrap();

    assert_eq!(order.status, OrderState::Shipped);
    assert_eq!(
        order.shipments[0].items,
        [LineQuantity {
            line: 1,
            quantity: 2
        }]
    );
    // Without `restock` it is not on the shelf either: it may be broken.
    assert_eq!(shop.stock("MUG").await, (7, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_has_nothing_left_to_send_sends_no_empty_parcel(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop
        .paid(json!([{"sku": "LAMP", "quantity": 1}, {"sku": "MUG", "quantity": 1}]))
        .await;
    let parcel = |items| NewShipment {
        carrier: "DHL".to_owned(),
        tracking_number: "1".to_owned(),
        items,
        ..NewShipment::default()
    };
    let lamp = vec![LineQuantity {
        line: 1,
        quantity: 1,
    }];
    shop.engine
        .orders
        .ship(&staff(), order.id, parcel(Some(lamp)))
        .await
        .unwrap();
    refund(
        &shop,
        &order,
        json!({"items": [{"line": 2, "quantity": 1}]}),
    )
    .await
    .unwrap();

    let empty = shop
        .engine
        .orders
        .ship(&staff(), order.id, parcel(None))
        .await;
    let shipped = shop
        .engine
        .orders
        .change(&staff(), order.id, OrderCommand::Ship, None, None)
        .await
        .unwrap();

    assert!(matches!(refusal(empty), Refusal::Invalid(_)));
    assert_eq!(
        (shipped.status, shipped.shipments.len()),
        (OrderState::Shipped, 1)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_seat_that_goes_back_is_free_and_its_ticket_void(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let seats = json!([{"product": "NIGHT", "seat_id": 1}, {"product": "NIGHT", "seat_id": 2}]);
    let order = shop.paid(seats).await;
    let line = order
        .items
        .iter()
        .find(|it| it.seat.as_ref().is_some_and(|seat| seat.seat_id == 2))
        .unwrap();
    let items = json!({"items": [{"line": line.line, "quantity": 1}], "restock": true});

    let order = refund(&shop, &order, items).await.unwrap();

    let tickets: Vec<_> = order.tickets.iter().map(|it| it.seat_id).collect();
    assert_eq!(tickets, [1]);
    let again = shop.paid(json!([{"product": "NIGHT", "seat_id": 2}])).await;
    assert_eq!(again.tickets.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_seat_whose_ticket_was_used_is_not_sold_again(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"product": "NIGHT", "seat_id": 1}])).await;
    sqlx::query("update tickets set checked_in_at = issued_at")
        .execute(&pool)
        .await
        .unwrap();
    let items = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});

    let refused = refund(&shop, &order, items).await;

    assert!(matches!(refusal(refused), Refusal::Invalid(_)));
    assert_eq!(shop.find(order.id).await.refunds, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_many_refunds_at_once_only_what_was_captured_goes_back(pool: PgPool) {
    let shop = std::sync::Arc::new(Shop::open(pool.clone()).await);
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 2}])).await;
    let refunds: Vec<_> = (0..6)
        .map(|_| {
            let (shop, order) = (shop.clone(), order.clone());
            tokio::spawn(async move {
                let items = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
                refund(&shop, &order, items).await.is_ok()
            })
        })
        .collect();

    let mut made = 0;
    for refund in refunds {
        made += i32::from(refund.await.unwrap());
    }

    shop.run_until_idle().await;
    let order = shop.find(order.id).await;
    assert_eq!(
        (made, order.status, order.refunded_minor),
        (2, OrderState::Refunded, order.total_minor)
    );
    let sent: i64 = sqlx::query_scalar("select sum(amount_minor)::bigint from sandbox_refunds")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(
        (sent, shop.stock("MUG").await),
        (order.total_minor, (10, 0))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refund_is_staffs_to_make_and_needs_money(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let invoice = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.engine
        .orders
        .change(&staff(), invoice.id, OrderCommand::Confirm, None, None)
        .await
        .unwrap();

    let by_buyer = shop
        .engine
        .orders
        .refund(&guest(&[&order]), order.id, NewRefund::default())
        .await;
    let unpaid = refund(&shop, &invoice, json!({})).await;

    assert_eq!(refusal(by_buyer), Refusal::SignInNeeded);
    assert_eq!(refusal(unpaid), Refusal::NothingToRefund);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refund_of_an_outdated_order_is_refused(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.engine
        .orders
        .change(&staff(), order.id, OrderCommand::Process, None, None)
        .await
        .unwrap();
    let as_seen = shop.engine.orders.under(Conditions {
        version: Some(order.version),
        ..Conditions::default()
    });

    let refunded = as_seen
        .refund(&staff(), order.id, NewRefund::default())
        .await;
    let cancelled = as_seen.cancel(&staff(), order.id, None).await;
    let parcel = NewShipment {
        carrier: "DHL".to_owned(),
        tracking_number: "1".to_owned(),
        ..NewShipment::default()
    };
    let shipped = as_seen.ship(&staff(), order.id, parcel).await;

    for outdated in [refunded, cancelled, shipped] {
        assert!(matches!(refusal(outdated), Refusal::Stale { .. }));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_the_provider_refuses_to_send_back_waits_for_a_person(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    // The provider has forgotten the charge, so it refuses for good.
    sqlx::query("delete from sandbox_charges")
        .execute(&pool)
        .await
        .unwrap();

    let order = shop
        .engine
        .orders
        .cancel(&staff(), order.id, None)
        .await
        .unwrap();

    let states: Vec<_> = order.refunds.iter().map(|it| it.status).collect();
    assert_eq!(
        (order.status, states.as_slice()),
        (OrderState::Cancelled, [RefundState::Failed].as_slice())
    );
    assert!(order.needs_attention.is_some());
    let waiting = OrderFilter {
        needs_attention: true,
        ..OrderFilter::default()
    };
    let staff = staff();
    let list = || {
        shop.engine
            .orders
            .list(&staff, &waiting, PageRequest::first(5))
    };
    assert_eq!(list().await.unwrap().data.len(), 1);
    let seen_to = shop
        .engine
        .orders
        .resolve_attention(&staff, order.id)
        .await
        .unwrap();
    assert_eq!(
        (seen_to.needs_attention, seen_to.version),
        (None, order.version + 1)
    );
    assert!(list().await.unwrap().data.is_empty());
    assert_eq!(
        refusal(
            shop.engine
                .orders
                .resolve_attention(&guest(&[]), order.id)
                .await
        )
        .code(),
        "not_found"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_capture_goes_back_whatever_was_refunded_before(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    refund(&shop, &order, json!({"amount_minor": 500}))
        .await
        .unwrap();
    // A bank that was thought to have declined sends money after all.
    let late = "insert into payments (id, order_id, attempt, provider, method, amount_minor, state, created_at, updated_at)
        select gen_random_uuid(), order_id, 2, provider, method, amount_minor, 'captured', created_at, updated_at from payments";
    sqlx::query(late).execute(&pool).await.unwrap();
    let charge = "insert into sandbox_charges (key, amount_minor, outcome, settles_at)
        select id, amount_minor, 'captured', created_at from payments on conflict do nothing";
    sqlx::query(charge).execute(&pool).await.unwrap();
    sqlx::query("update orders set due_at = created_at")
        .execute(&pool)
        .await
        .unwrap();

    shop.run_until_idle().await;

    let order = shop.find(order.id).await;
    assert_eq!(
        (order.status, order.refunded_minor),
        (OrderState::Confirmed, order.total_minor + 500)
    );
    assert_eq!(order.payment_status, PaymentStatus::PartiallyRefunded);
}

/// A refund that the provider refuses has done what it does to the goods; the one in its place only brings the money.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refund_made_again_after_the_provider_refused_moves_the_goods_once(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 3}])).await;
    let one = || json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
    for statement in [
        "create table forgotten as select * from sandbox_charges",
        "delete from sandbox_charges",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    for _ in 0..2 {
        let refused = refund(&shop, &order, one()).await.unwrap();
        assert_eq!(refused.refunds.last().unwrap().status, RefundState::Failed);
    }
    sqlx::query("insert into sandbox_charges select * from forgotten")
        .execute(&pool)
        .await
        .unwrap();

    let order = refund(&shop, &order, one()).await.unwrap();
    assert_eq!(order.refunded_minor, 1_980);
    assert_eq!((order.items[0].withdrawn, order.items[0].restocked), (1, 1));
    assert_eq!(shop.stock("MUG").await, (8, 0));

    let order = refund(&shop, &order, one()).await.unwrap();
    assert_eq!((order.items[0].withdrawn, order.items[0].restocked), (2, 2));
    assert_eq!(shop.stock("MUG").await, (9, 0));
    assert!(shop.violated().await.is_empty());
}
