//! Every failpoint of the engine, with every action, on the lives that reach it. Each runs in a process of its own,
//! which may die of it; another process then finds what is left, and has to bring it to a good end by itself.

use std::{
    collections::BTreeSet, fs, os::unix::process::ExitStatusExt, path::Path, process::Command,
};

use chrono::Duration;
use orders::{
    Delivery, DeliveryFilter, DeliveryState, NewRefund, NewShipment, Order, PageRequest,
    engine::{AnsweredAs, IdempotencyKey, MIGRATOR},
};
use serde_json::json;
use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{
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
];

const ACTIONS: &[&str] = &["return", "sleep(20)", "return(abort)"];

/// Leads an order through `life`. Whatever fails on the way is gone on from, as people do.
async fn live(shop: &Shop, life: &str) {
    let card = match life {
        "cancelled" | "refunded" | "archived" => Some(PAYS),
        _ => None,
    };
    let Some(order) = place(shop, card).await else {
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
            let _ = orders.ship(&staff(), order.id, parcel).await;
            let _ = orders
                .refund(&staff(), order.id, NewRefund::default())
                .await;
        }
        "expired" => shop.wait(Duration::minutes(16)),
        "archived" => {
            let _ = orders.archive(&staff(), order.id).await;
        }
        _ => {}
    }
    let _ = orders.advance_due(10).await;
    let deliveries = &shop.engine.deliveries;
    let _ = deliveries.relay().await;
    let _ = deliveries.send_due(&sender(shop)).await;
    for delivery in all_deliveries(shop).await {
        let _ = deliveries.resend(&staff(), delivery.id).await;
    }
}

async fn all_deliveries(shop: &Shop) -> Vec<Delivery> {
    let (filter, page) = (DeliveryFilter::default(), PageRequest::first(100));
    let list = shop.engine.deliveries.list(&staff(), filter, page).await;
    list.unwrap().data
}

/// Places an order; one whose answer was lost is asked for again.
async fn place(shop: &Shop, card: Option<&str>) -> Option<Order> {
    let mut wanted = json!({
        "items": [{"sku": "MUG", "quantity": 1}, {"product": "NIGHT", "seat_id": 1}], "customer": ada(),
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
    live(&Shop::open_another(pool), &life).await;
}

/// Runs a life in a process of its own. Whether it died of it.
async fn dies(pool: &PgPool, life: &str, failpoint: &str, action: &str) -> bool {
    let options = pool.connect_options();
    let host = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => options.get_host().to_owned(),
    };
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "faults::a_life", "--ignored"])
        .env("LIFE", life)
        .env("FAILPOINTS", format!("{failpoint}={action}"))
        .env("PGHOST", host)
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or_default());
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let died = output.status.signal().is_some();
    assert!(
        died || output.status.success(),
        "{life} with {failpoint}={action}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    died
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
            .send_due(&sender(&shop))
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
            (select coalesce(sum(total_minor), 0) from orders
                where state in ('confirmed', 'processing', 'shipped', 'delivered', 'completed'))::bigint",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!((open, theirs), (0, ours), "{what}");
}

/// The next life begins with a full shelf and a free seat.
async fn clear(pool: &PgPool) {
    sqlx::raw_sql(
        "set session_replication_role = replica;
         delete from orders; delete from order_lines; delete from payments; delete from payment_facts;
         delete from refunds; delete from tickets; delete from shipments; delete from shipment_items;
         delete from order_history; delete from outbox; delete from idempotency_keys; delete from leases;
         delete from deliveries;
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
    for (life, failpoints) in LIVES.iter().filter(|(life, _)| lives.contains(life)) {
        for failpoint in *failpoints {
            for action in ACTIONS {
                let died = dies(&pool, life, failpoint, action).await;
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
    survive(pool, &["placed", "paid", "slow", "expired"]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cancelled_order_survives_every_fault(pool: PgPool) {
    survive(pool, &["cancelled"]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refunded_or_archived_order_survives_every_fault(pool: PgPool) {
    survive(pool, &["refunded", "archived"]).await;
}

#[test]
fn every_failpoint_has_a_life_that_reaches_it() {
    let mut named = BTreeSet::new();
    find_failpoints(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine"),
        &mut named,
    );
    let lived: BTreeSet<String> = LIVES
        .iter()
        .flat_map(|(_, failpoints)| *failpoints)
        .map(|it| (*it).to_owned())
        .collect();

    assert_eq!(named, lived);
}

/// The failpoints that the code names.
fn find_failpoints(folder: &Path, named: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_failpoints(&path, named);
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("failpoint!(\"") {
                named.insert(rest.split('"').next().unwrap().to_owned());
            } else if let Some(rest) = line.strip_prefix("commit!(") {
                let name = rest.split('"').nth(1).unwrap();
                named.extend(["before", "after"].map(|it| format!("{name}::{it}_commit")));
            }
        }
    }
}
