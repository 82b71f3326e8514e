//! Orders that come together, when not all goes well.

use std::time::Duration;

use orders::{
    OrderError, Refusal,
    engine::{Engine, IdempotencyKey, MIGRATOR, Placed},
};
use serde_json::{Value, json};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::shop::{Shop, ada, guest, new_order};

/// Places as many orders as there are keys, all of them together.
async fn place_together(
    engine: &Engine,
    wanted: &[(Value, IdempotencyKey)],
) -> Vec<Result<Placed, OrderError>> {
    let orders: Vec<_> = wanted
        .iter()
        .map(|(items, key)| {
            let order = new_order(json!({"items": items, "customer": ada()}));
            let (orders, key) = (engine.orders.clone(), key.clone());
            tokio::spawn(async move { orders.place(&guest(&[]), &order, Some(&key)).await })
        })
        .collect();
    let mut placed = Vec::new();
    for order in orders {
        placed.push(order.await.unwrap());
    }
    placed
}

fn lamps(quantity: u32) -> Value {
    json!([{"sku": "LAMP", "quantity": quantity}])
}

fn key(name: &str, request: &Value) -> IdempotencyKey {
    IdempotencyKey::new("test", name, request.to_string().as_bytes())
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_whose_first_request_was_refused_is_no_repeat_of_anything(pool: PgPool) {
    let shop = Shop::open(pool).await;
    shop.placed(lamps(1)).await;

    let sold_out = vec![(lamps(1), key("a", &lamps(1))); 5];
    let refused = place_together(&shop.engine, &sold_out).await;

    for refused in refused {
        let Err(OrderError::Refused(Refusal::OutOfStock(short))) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(short[0].available, 0);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_takes_the_key_of_a_refused_request_gets_what_they_asked_for(pool: PgPool) {
    let shop = Shop::open(pool).await;
    // The catalogue is remembered from now on, so that the next ones come to the desk together.
    shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    let _ = place_together(&shop.engine, &[(lamps(2), key("b", &lamps(2)))]).await;

    let wanted: Vec<_> = [2, 1, 1].map(|it| (lamps(it), key("a", &lamps(it)))).into();
    let placed = place_together(&shop.engine, &wanted).await;

    assert!(matches!(
        placed[0],
        Err(OrderError::Refused(
            Refusal::OutOfStock(_) | Refusal::KeyReused
        ))
    ));
    let ids: Vec<_> = placed
        .into_iter()
        .skip(1)
        .map(|it| it.unwrap().order().id)
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(shop.stock("LAMP").await, (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_waits_is_told_at_once_that_the_database_is_away_and_may_come_again(pool: PgPool) {
    Shop::open(pool.clone()).await;
    let options = pool.connect_options().as_ref().clone();
    let few = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_millis(300))
        .connect_with(options)
        .await
        .unwrap();
    let shop = Shop::open_another(few.clone());
    let wanted: Vec<_> = ('a'..='f')
        .map(|it| (json!([{"sku": "MUG", "quantity": 1}]), it.to_string()))
        .map(|(items, name)| (items.clone(), key(&name, &items)))
        .collect();
    place_together(&shop.engine, &wanted[..1]).await;

    // Nobody else gets through to the database.
    let taken = few.acquire().await.unwrap();
    let began = std::time::Instant::now();
    let refused = place_together(&shop.engine, &wanted[1..]).await;
    let took = began.elapsed();
    drop(taken);
    let placed = place_together(&shop.engine, &wanted).await;

    for refused in refused {
        let Err(error) = refused else {
            panic!("{refused:?}")
        };
        assert!(error.is_unavailable(), "{error:?}");
    }
    // Waited for once or twice, and not by each of them in turn.
    assert!(took < Duration::from_millis(1_300), "{took:?}");
    assert!(placed.iter().all(Result::is_ok), "{placed:?}");
    assert_eq!(shop.stock("MUG").await, (10, 6));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_connection_that_breaks_while_orders_are_written_loses_and_doubles_none(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    let wanted: Vec<_> = ('a'..='f')
        .map(|it| (json!([{"sku": "MUG", "quantity": 1}]), it.to_string()))
        .map(|(items, name)| (items.clone(), key(&name, &items)))
        .collect();
    let mut holder = pool.begin().await.unwrap();
    sqlx::query("select from stock where sku = 'MUG' for update")
        .execute(&mut *holder)
        .await
        .unwrap();

    let (engine, together) = (shop.engine.clone(), wanted.clone());
    let waiting = tokio::spawn(async move { place_together(&engine, &together).await });
    // Whoever waits for the stock is cut off, and those behind them too.
    while !waiting.is_finished() {
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'",
        )
        .execute(&pool)
        .await
        .unwrap();
    }
    holder.rollback().await.unwrap();
    let placed = place_together(&shop.engine, &wanted).await;

    for refused in waiting.await.unwrap() {
        let Err(error) = refused else {
            panic!("{refused:?}")
        };
        assert!(error.is_unavailable(), "{error:?}");
    }
    assert!(placed.iter().all(Result::is_ok), "{placed:?}");
    assert_eq!(shop.stock("MUG").await, (10, 7));
}
