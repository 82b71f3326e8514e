//! Every failpoint of the engine, with every action, on the lives that reach it. Each runs in a process of its own,
//! which may die of it; another process then finds what is left, and has to bring it to a good end by itself.

use std::collections::BTreeSet;

use chrono::Duration;
use orders::{
    CartId, Delivery, DeliveryFilter, DeliveryState, Fact, NewNote, NewRefund, NewReturn,
    NewShipment, Order, OrderCommand, PageRequest, ReturnCommand,
    engine::{AnsweredAs, IdempotencyKey, MIGRATOR, ToldPayment},
};
use serde_json::json;
use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{
    failpoints::{self, ACTIONS, is_outside},
    mails,
    receiver::{Receiver, sender, tell},
    shop::{DELAYED, PAYS, Shop, ada, guest, new_order, staff},
};

/// What an order goes through, and the failpoints on its way.
const LIVES: &[(&str, &[&str])] = &[
    ("placed", &["desk::before_commit", "desk::after_commit"]),
    (
        "paid",
        &[
            "pay::before_commit",
            "pay::after_commit",
            "charge::before_call",
            "charge::after_call",
            "record::before_commit",
            "record::after_commit",
            "rest::before",
            "relay::before_commit",
            "relay::after_commit",
            "claim_deliveries::before_commit",
            "claim_deliveries::after_commit",
            "send_delivery::before_call",
            "send_delivery::after_call",
            "record_delivery::before_commit",
            "record_delivery::after_commit",
            "resend_delivery::before_commit",
            "resend_delivery::after_commit",
        ],
    ),
    (
        "slow",
        &[
            "ask::before_call",
            "ask::after_call",
            "note_payment::before_commit",
            "note_payment::after_commit",
            "record::after_commit",
        ],
    ),
    (
        "cancelled",
        &[
            "place::before_commit",
            "place::after_commit",
            "change::before_commit",
            "change::after_commit",
            "open_refund::before_commit",
            "open_refund::after_commit",
            "send_refund::before_call",
            "send_refund::after_call",
            "send_refund::before_commit",
            "send_refund::after_commit",
            "settle::before_commit",
            "settle::after_commit",
        ],
    ),
    (
        "refunded",
        &[
            "label::before_commit",
            "label::after_commit",
            "ship::before_commit",
            "ship::after_commit",
            "refund::before_commit",
            "refund::after_commit",
            "send_refund::after_call",
            "settle::after_commit",
        ],
    ),
    (
        "expired",
        &["settle::before_commit", "settle::after_commit"],
    ),
    (
        "archived",
        &["archive::before_commit", "archive::after_commit"],
    ),
    (
        "unrefundable",
        &["send_refund::before_commit", "send_refund::after_commit"],
    ),
    (
        "told",
        &[
            "record_told::before_commit",
            "record_told::after_commit",
            "send_refund::before_call",
        ],
    ),
    ("noted", &["note::before_commit", "note::after_commit"]),
    (
        "checked in",
        &["check_in::before_commit", "check_in::after_commit"],
    ),
    (
        "returned",
        &[
            "ask_return::before_commit",
            "ask_return::after_commit",
            "change_return::before_commit",
            "change_return::after_commit",
            "send_refund::before_call",
        ],
    ),
    ("audited", &["audit::before_call", "audit::after_call"]),
    (
        "late",
        &[
            "ask_for_attention::before_commit",
            "ask_for_attention::after_commit",
            "resolve_attention::before_commit",
            "resolve_attention::after_commit",
        ],
    ),
    (
        "longed for",
        &[
            "create_product::before_commit",
            "create_product::after_commit",
            "add_to_cart::before_commit",
            "add_to_cart::after_commit",
        ],
    ),
];

/// Leads an order through `life`. Whatever fails on the way is gone on from, as people do.
async fn live(shop: &Shop, life: &str) {
    let card = match life {
        "placed" | "paid" | "slow" | "expired" | "noted" | "late" | "longed for" | "told" => None,
        _ => Some(PAYS),
    };
    // A code takes an order past the desk.
    let code = (!matches!(life, "placed" | "written to")).then_some("FAULT");
    let Some(order) = place(shop, card, code).await else {
        return;
    };
    let orders = &shop.engine.orders;
    match life {
        "paid" => {
            let _ = shop.pay(&order, PAYS).await;
        }
        "slow" => {
            let _ = shop.pay(&order, DELAYED).await;
            shop.wait(Duration::seconds(10));
        }
        "cancelled" => {
            let _ = orders.cancel(&staff(), order.id, None).await;
        }
        "refunded" => {
            let parcel = NewShipment {
                carrier: "DHL".to_owned(),
                tracking_number: "1".to_owned(),
                ..NewShipment::default()
            };
            let _ = orders.label(&staff(), order.id, parcel.clone()).await;
            let _ = orders.ship(&staff(), order.id, parcel).await;
            let _ = orders
                .refund(&staff(), order.id, NewRefund::default())
                .await;
        }
        "expired" => shop.wait(Duration::minutes(16)),
        "archived" => {
            let _ = orders.archive(&staff(), order.id).await;
        }
        "unrefundable" => {
            let pool = &shop.engine.database().pool;
            let _ = sqlx::query("delete from sandbox_charges")
                .execute(pool)
                .await;
            let _ = orders.cancel(&staff(), order.id, None).await;
        }
        // Refused, and then paid after all: the money has to go back.
        "told" => {
            for fact in [Fact::Declined, Fact::Captured] {
                let told = ToldPayment {
                    order: order.id,
                    payment: "p1".to_owned(),
                    fact,
                };
                let _ = orders.record_told(&staff(), &told).await;
            }
        }
        "noted" => {
            let note = NewNote {
                text: "Called.".to_owned(),
            };
            let _ = orders.add_note(&staff(), order.id, &note).await;
        }
        "checked in" => {
            let code = &order.tickets[0].ticket_code;
            let _ = orders.check_in(&staff(), code).await;
        }
        "returned" => send_back(shop, &order).await,
        "audited" => {
            shop.wait(Duration::minutes(5));
            let _ = orders.reconcile(10).await;
        }
        "late" => {
            shop.wait(Duration::minutes(26));
            let _ = orders.reconcile(10).await;
            let _ = orders.resolve_attention(&staff(), order.id).await;
        }
        "longed for" => {
            let pot = json!({"ref": "POT", "title": "Pot", "variants": [{"sku": "POT", "price_minor": 100, "on_hand": 1}]});
            let (pot, catalogue) = (serde_json::from_value(pot).unwrap(), &shop.engine.catalogue);
            let _ = catalogue.create_product(&staff(), pot).await;
            let cart = CartId(shop.engine.database().clock.new_id());
            let _ = shop.engine.carts.add(cart, "POT", 1).await;
        }
        _ => {}
    }
    let _ = orders.advance_due(10).await;
    let deliveries = &shop.engine.deliveries;
    let _ = deliveries.relay().await;
    let _ = deliveries.send_due_webhooks(&sender(shop)).await;
    for delivery in all_deliveries(shop).await {
        let _ = deliveries.resend(&staff(), delivery.id).await;
    }
    mails::write_due(shop).await;
}

async fn all_deliveries(shop: &Shop) -> Vec<Delivery> {
    let (filter, page) = (DeliveryFilter::default(), PageRequest::first(100));
    let list = shop.engine.deliveries.list(&staff(), filter, page).await;
    list.unwrap().data
}

/// The goods arrive, and come back.
async fn send_back(shop: &Shop, order: &Order) {
    let orders = &shop.engine.orders;
    for command in [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ] {
        let _ = orders.change(&staff(), order.id, command, None, None).await;
    }
    let asked = json!({"items": [{"line": 1, "quantity": 1}]});
    let asked: NewReturn = serde_json::from_value(asked).unwrap();
    let _ = orders.ask_return(&staff(), order.id, asked).await;
    for command in [
        ReturnCommand::Accept,
        ReturnCommand::Receive {
            restock: true,
            refund: true,
        },
    ] {
        let Some(asked) = shop.find(order.id).await.returns.pop() else {
            return;
        };
        let _ = orders
            .change_return(&staff(), order.id, asked.id, command, None)
            .await;
    }
}

/// Places an order; one whose answer was lost is asked for again.
async fn place(shop: &Shop, card: Option<&str>, code: Option<&str>) -> Option<Order> {
    let mut wanted = json!({
        "items": [{"sku": "MUG", "quantity": 1}, {"product": "NIGHT", "seat_id": 1}], "customer": ada(),
        "discount_code": code,
    });
    if let Some(card) = card {
        wanted["payment"] = json!({"token": card});
    }
    let (key, caller) = (IdempotencyKey::new("guest", "one", b"life"), guest(&[]));
    let placed = shop
        .engine
        .orders
        .place(&caller, &new_order(wanted), Some(&key))
        .await;
    match placed {
        Ok(placed) => Some(placed.order()),
        Err(_) => shop
            .engine
            .orders
            .placed_before(&caller, &key, AnsweredAs::Kept)
            .await
            .ok()?,
    }
}

/// The process that may die.
#[tokio::test]
#[ignore = "a part of the tests below, which run it in a process of its own"]
async fn a_life() {
    let Ok(life) = std::env::var("LIFE") else {
        return;
    };
    let _failpoints = fail::FailScenario::setup();
    let pool = PgPool::connect_with(PgConnectOptions::new()).await.unwrap();
    let shop = mails::writing(Shop::open_another(pool));
    live(&shop, &life).await;
}

/// Everything is at rest, every invariant holds, and the provider's books say the same as ours.
async fn assert_good_end(pool: &PgPool, what: &str) {
    let shop = Shop::open_another(pool.clone());
    for _ in 0..20 {
        shop.wait(Duration::minutes(2));
        shop.run_until_idle().await;
        while shop.engine.deliveries.relay().await.unwrap() > 0 {}
        while shop
            .engine
            .deliveries
            .send_due_webhooks(&sender(&shop))
            .await
            .unwrap()
            > 0
        {}
    }
    let told = all_deliveries(&shop).await;
    let told = told
        .iter()
        .filter(|it| it.state == DeliveryState::Delivered)
        .count();
    let events: i64 = sqlx::query_scalar("select count(*) from outbox")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(i64::try_from(told).unwrap(), events, "{what}");
    let checked = shop.engine.checks.run(&staff()).await.unwrap();
    let violated: Vec<_> = checked.iter().filter(|it| !it.holds()).collect();
    assert!(violated.is_empty(), "{what}: {violated:?}");
    let (open, theirs, ours): (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from orders where due_at is not null),
            (select coalesce(sum(amount_minor), 0) from sandbox_charges where outcome = 'captured')::bigint
                - (select coalesce(sum(amount_minor), 0) from sandbox_refunds)::bigint,
            (select coalesce(sum(total_minor - (
                    select coalesce(sum(amount_minor), 0) from refunds
                    where order_id = orders.id and state = 'succeeded' and not is_surplus
                )), 0) from orders
                where state in ('confirmed', 'processing', 'shipped', 'delivered', 'completed'))::bigint",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!((open, theirs), (0, ours), "{what}");
}

/// The next life begins with a full shelf and a free seat.
pub(crate) async fn clear(pool: &PgPool) {
    sqlx::raw_sql(
        "set session_replication_role = replica;
         delete from orders; delete from order_lines; delete from payments; delete from payment_facts;
         delete from refunds; delete from refund_items; delete from returns; delete from return_items;
         delete from order_notes; delete from cart_lines; delete from carts; delete from stock where sku = 'POT';
         delete from variants where sku = 'POT'; delete from products where ref = 'POT';
         delete from tickets; delete from shipments; delete from shipment_items;
         delete from order_history; delete from outbox; delete from idempotency_keys; delete from leases;
         delete from deliveries; delete from order_counts; delete from discount_claims;
         delete from discount_customers; update discount_codes set uses = 0;
         delete from sandbox_refunds; delete from sandbox_charges;
         update stock set reserved = 0, on_hand = case when is_seat then 1 else 10 end;
         reset session_replication_role",
    )
    .execute(pool)
    .await
    .unwrap();
}

async fn survive(pool: PgPool, lives: &[&str]) {
    let (shop, receiver) = (Shop::open(pool.clone()).await, Receiver::start().await);
    tell(&shop, &receiver.url, Vec::new()).await;
    shop.give_out(
        json!({"code": "FAULT", "kind": {"percent": 1_000}, "use_limit": 1, "customer_limit": 1}),
    )
    .await;
    for (life, failpoints) in LIVES.iter().filter(|(life, _)| lives.contains(life)) {
        for failpoint in *failpoints {
            for action in ACTIONS {
                let died = failpoints::meet(&pool, life, failpoint, action, &[]).await;
                let what = format!("{life} with {failpoint}={action}");
                assert_eq!(died, *action == "return(abort)", "{what} was not reached");
                assert_good_end(&pool, &what).await;
                clear(&pool).await;
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_placed_or_paid_order_survives_every_fault(pool: PgPool) {
    survive(pool, &["placed", "paid", "slow", "expired", "longed for"]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cancelled_order_survives_every_fault(pool: PgPool) {
    survive(pool, &["cancelled", "unrefundable", "told"]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refunded_or_archived_order_survives_every_fault(pool: PgPool) {
    survive(pool, &["refunded", "archived"]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_people_work_on_survives_every_fault(pool: PgPool) {
    survive(
        pool,
        &["noted", "checked in", "returned", "audited", "late"],
    )
    .await;
}

#[test]
fn every_failpoint_has_a_life_that_reaches_it() {
    let lived: BTreeSet<String> = LIVES
        .iter()
        .flat_map(|(_, failpoints)| *failpoints)
        .chain(mails::FAILPOINTS)
        .map(|it| (*it).to_owned())
        .collect();

    assert_eq!(failpoints::named(|file| !is_outside(file)), lived);
}
