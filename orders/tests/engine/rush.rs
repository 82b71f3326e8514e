//! Many buyers, few things.

use std::sync::Arc;

use orders::{OrderState, Refusal, engine::MIGRATOR};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::shop::{PAYS, Shop, ada, guest, refusal, staff};

/// Everybody buys at once; how many were served. The others must be told that it is sold out.
async fn rush(shop: &Arc<Shop>, buyers: impl Iterator<Item = Value>) -> usize {
    let buyers: Vec<_> = buyers
        .map(|items| {
            let shop = shop.clone();
            let order = json!({"items": items, "customer": ada(), "payment": {"token": PAYS}});
            tokio::spawn(async move { shop.place(&guest(&[]), order).await })
        })
        .collect();
    let mut served = 0;
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(order) => {
                assert_eq!(order.status, OrderState::Confirmed);
                served += 1;
            }
            refused => assert!(matches!(refusal(refused), Refusal::OutOfStock(_))),
        }
    }
    served
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_500_buyers_exactly_100_get_the_100_units(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool).await);
    let system = staff();
    shop.engine
        .catalogue
        .set_stock(&system, "MUG", 100)
        .await
        .unwrap();

    let served = rush(
        &shop,
        (0..500).map(|_| json!([{"sku": "MUG", "quantity": 1}])),
    )
    .await;

    assert_eq!((served, shop.stock("MUG").await), (100, (0, 0)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_200_buyers_exactly_60_get_the_60_seats(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    let seats: Vec<_> = (1..=60)
        .map(|id| json!({"seat_id": id, "seat_code": format!("A{id}"), "price_minor": 1_000}))
        .collect();
    shop.sell(json!({"ref": "HALL", "title": "Hall", "kind": "event", "seats": seats}))
        .await;

    let served = rush(
        &shop,
        (0..200).map(|buyer| json!([{"product": "HALL", "seat_id": buyer % 60 + 1}])),
    )
    .await;

    assert_eq!(served, 60);
    let (tickets, codes): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct ticket_code) from tickets")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!((tickets, codes), (60, 60));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_wants_several_seats_gets_all_of_them_or_none(pool: PgPool) {
    let shop = Arc::new(Shop::open(pool.clone()).await);
    let pairs = [[1, 2], [2, 3], [3, 1]];

    let served = rush(
        &shop,
        (0..60).map(|buyer| {
            let pair = pairs[buyer % 3].map(|id| json!({"product": "NIGHT", "seat_id": id}));
            json!(pair)
        }),
    )
    .await;

    assert_eq!(served, 1);
    let held: i64 = sqlx::query_scalar("select sum(reserved) from stock")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(held, 0);
}
