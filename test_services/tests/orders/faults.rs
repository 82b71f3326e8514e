//! The failpoints on the ways to services outside, like those of every order in the engine's own tests.

use std::collections::BTreeSet;

use chrono::Duration;
use orders::{
    Caller, Fact, NewRefund, Order, OrderFilter, PageRequest,
    engine::{Engine, MIGRATOR, ProviderFact},
};
use serde_json::json;
use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{
    failpoints::{self, ACTIONS, is_outside},
    shop::{self, DECLINED, PAYS, Shop, mug_and_seat, noon},
};

/// What an order goes through, and the failpoints on its way.
const LIVES: &[(&str, &[&str])] = &[
    (
        "sold",
        &[
            "reserve::before_call",
            "reserve::after_call",
            "note_holding::before_commit",
            "note_holding::after_commit",
            "confirm::before_call",
            "confirm::after_call",
        ],
    ),
    (
        "cancelled",
        &[
            "release::before_call",
            "release::after_call",
            "release::before_commit",
            "release::after_commit",
        ],
    ),
    (
        "brought back",
        &[
            "tell_return::before_call",
            "tell_return::after_call",
            "tell_return::before_commit",
            "tell_return::after_commit",
        ],
    ),
    (
        "short",
        &["run_short::before_commit", "run_short::after_commit"],
    ),
    (
        "paid late",
        &[
            "reserve::after_call",
            "confirm_paid::before_commit",
            "confirm_paid::after_commit",
        ],
    ),
];

/// What was before the process that may die.
async fn prepare(shop: &Shop, life: &str) {
    let left = if life == "short" { 0 } else { 10 };
    shop.services.stock("MUG", left).await;
    if life == "paid late" {
        let order = shop.place(mug_and_seat(Some(DECLINED))).await.unwrap();
        let payment = order.payments[0].id.to_string();
        shop.services.settle(&payment, "captured").await;
    }
}

/// Leads an order through `life`. Whatever fails on the way is gone on from, as people do.
async fn live(engine: &Engine, life: &str) {
    let (orders, system) = (&engine.orders, Caller::system("test"));
    if life == "paid late" {
        let order = only(engine).await.unwrap();
        let fact = ProviderFact {
            payment: order.payments[0].id,
            provider_ref: format!("ch_{}", order.payments[0].id),
            fact: Fact::Captured,
            amount_minor: Some(order.total_minor),
        };
        orders
            .record_callback(&system, "service", &fact)
            .await
            .unwrap();
    } else {
        let _ = shop::place(engine, mug_and_seat(Some(PAYS))).await;
    }
    let Some(order) = only(engine).await else {
        return;
    };
    match life {
        "cancelled" => drop(orders.cancel(&system, order.id, None).await),
        "brought back" => {
            let mug = json!({"items": [{"line": 1, "quantity": 1}], "restock": true});
            let mug: NewRefund = serde_json::from_value(mug).unwrap();
            drop(orders.refund(&system, order.id, mug).await);
        }
        _ => {}
    }
    let _ = orders.advance_due(10).await;
}

async fn only(engine: &Engine) -> Option<Order> {
    let (filter, page) = (OrderFilter::default(), PageRequest::first(1));
    let orders = engine
        .orders
        .list(&Caller::system("test"), &filter, page)
        .await;
    orders.unwrap().data.pop()
}

/// The process that may die.
#[tokio::test]
#[ignore = "a part of the tests below, which run it in a process of its own"]
async fn a_life() {
    let (Ok(life), Ok(url)) = (std::env::var("LIFE"), std::env::var("SERVICES")) else {
        return;
    };
    let _failpoints = fail::FailScenario::setup();
    let pool = PgPool::connect_with(PgConnectOptions::new()).await.unwrap();
    live(&shop::server(pool, &noon(), &url), &life).await;
}

/// Everything comes to rest within an hour, every invariant holds, and the services' books say the same as ours. On a busy
/// machine a call may come too late and is repeated, each time after a longer pause.
async fn assert_good_end(shop: &Shop, pool: &PgPool, what: &str) {
    for _ in 0..15 {
        shop.work_for(Duration::minutes(4)).await;
        if unfinished(pool).await == 0 {
            break;
        }
    }
    assert_eq!(unfinished(pool).await, 0, "{what}");
    shop.assert_consistent(shop.only().await.id).await;
}

async fn unfinished(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from orders where due_at is not null")
        .fetch_one(pool)
        .await
        .unwrap()
}

/// The next life begins with a full shelf and a free seat.
async fn clear(shop: &Shop, pool: &PgPool) {
    shop.services.forget().await;
    sqlx::raw_sql(
        "set session_replication_role = replica;
         delete from orders; delete from order_lines; delete from payments; delete from payment_facts;
         delete from refunds; delete from refund_items; delete from tickets; delete from order_history;
         delete from outbox; delete from order_counts; delete from leases; delete from remote_reservations; delete from remote_returns;
         update stock set reserved = 0, on_hand = case when is_seat then 1 else 100 end;
         reset session_replication_role",
    )
    .execute(pool)
    .await
    .unwrap();
}

async fn survive(pool: PgPool, lives: &[&str]) {
    let mut shop = Shop::open(pool.clone()).await;
    let url = shop.services.url().to_owned();
    for (life, failpoints) in LIVES.iter().filter(|(life, _)| lives.contains(life)) {
        for failpoint in *failpoints {
            for action in ACTIONS {
                let what = format!("{life} with {failpoint}={action}");
                shop.restart(pool.clone());
                prepare(&shop, life).await;
                let services = [("SERVICES", url.as_str())];
                let died = failpoints::meet(&pool, life, failpoint, action, &services).await;
                assert_eq!(died, *action == "return(abort)", "{what} was not reached");
                assert_good_end(&shop, &pool, &what).await;
                clear(&shop, &pool).await;
            }
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_services_hold_survives_every_fault(pool: PgPool) {
    survive(pool, &["sold", "short"]).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_that_services_let_go_of_survives_every_fault(pool: PgPool) {
    survive(pool, &["cancelled", "brought back", "paid late"]).await;
}

#[test]
fn every_failpoint_outside_has_a_life_that_reaches_it() {
    let lived: BTreeSet<String> = LIVES
        .iter()
        .flat_map(|(_, failpoints)| *failpoints)
        .map(|it| (*it).to_owned())
        .collect();

    assert_eq!(failpoints::named(is_outside), lived);
}
