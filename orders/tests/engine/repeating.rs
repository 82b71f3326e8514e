use std::collections::BTreeMap;

use chrono::Duration;
use orders::{
    NewRefund, OrderError, Refusal,
    engine::{Answer, AnsweredAs, Conditions, IdempotencyKey, MIGRATOR, Orders, Repeat},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{Shop, ada, guest, new_order, refusal, staff};

fn key(request: &str) -> IdempotencyKey {
    IdempotencyKey::new("test", "abc", request.as_bytes())
}

fn under(shop: &Shop, key: IdempotencyKey) -> Orders {
    shop.engine.orders.under(Conditions {
        key: Some(key),
        version: None,
    })
}

fn half() -> NewRefund {
    serde_json::from_value(json!({"amount_minor": 500})).unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_comes_many_times_at_once_is_done_once(pool: PgPool) {
    let shop = std::sync::Arc::new(Shop::open(pool).await);
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let repeats: Vec<_> = (0..6)
        .map(|_| {
            let (shop, id) = (shop.clone(), order.id);
            tokio::spawn(async move { under(&shop, key("a")).refund(&staff(), id, half()).await })
        })
        .collect();

    let mut done = 0;
    for repeat in repeats {
        match repeat.await.unwrap() {
            Ok(_) => done += 1,
            Err(OrderError::Refused(refusal)) => assert_eq!(refusal, Refusal::KeyInFlight),
            Err(error) => panic!("{error:?}"),
        }
    }

    assert_eq!((done, shop.find(order.id).await.refunds.len()), (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_with_another_request_is_refused(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    under(&shop, key("a"))
        .refund(&staff(), order.id, half())
        .await
        .unwrap();

    let other = under(&shop, key("b"))
        .refund(&staff(), order.id, half())
        .await;

    assert_eq!(refusal(other), Refusal::KeyReused);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refusal_leaves_no_key(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    let refused = under(&shop, key("a"))
        .refund(&staff(), order.id, half())
        .await;
    assert!(matches!(refusal(refused), Refusal::NotAllowed(_)));

    let cancelled = under(&shop, key("b"))
        .cancel(&staff(), order.id, None)
        .await;

    assert!(cancelled.is_ok());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_is_given_again_until_its_key_is_forgotten(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let orders = &shop.engine.orders;
    under(&shop, key("a"))
        .refund(&staff(), order.id, half())
        .await
        .unwrap();
    let answer = Answer {
        status: 201,
        headers: BTreeMap::from([("etag".to_owned(), "\"4\"".to_owned())]),
        body: r#"{"id": 1}"#.to_owned(),
    };
    orders.remember(&key("a"), answer.clone()).await;
    let later = Answer {
        status: 500,
        ..answer.clone()
    };
    orders.remember(&key("a"), later).await;

    let Repeat::Answered {
        order: id,
        answer: again,
    } = orders.repeat(&key("a")).await.unwrap()
    else {
        panic!("it was answered")
    };
    assert_eq!((id, again), (order.id, answer));
    assert!(orders.repeat(&key("b")).await.is_err());
    shop.wait(Duration::hours(25));
    assert_eq!(orders.forget_old_keys().await.unwrap(), 1);
    assert!(
        under(&shop, key("b"))
            .refund(&staff(), order.id, half())
            .await
            .is_ok()
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_whose_server_died_before_it_answered_is_known_once_nobody_works_on_it(
    pool: PgPool,
) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let orders = under(&shop, key("a"));
    orders.refund(&staff(), order.id, half()).await.unwrap();
    let lease = async |seconds: i64| {
        let until = shop.engine.database().clock.now() + Duration::seconds(seconds);
        sqlx::query("update orders set lease_until = $1")
            .bind(until)
            .execute(&pool)
            .await
            .unwrap();
        orders.repeat(&key("a")).await.unwrap()
    };

    assert!(matches!(lease(1).await, Repeat::Running));
    assert!(matches!(lease(0).await, Repeat::Unanswered(id) if id == order.id));
    // Whoever works on it so late does something else.
    shop.wait(Duration::seconds(31));
    assert!(matches!(lease(1).await, Repeat::Unanswered(_)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lasting_keys_are_kept_for_ever(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = new_order(json!({"items": [{"sku": "MUG", "quantity": 1}], "customer": ada()}));
    let keys = [
        IdempotencyKey::lasting("guest", "abc", b""),
        IdempotencyKey::new("cart:1", "abc", b""),
    ];
    for key in &keys {
        shop.engine
            .orders
            .place(&guest(&[]), &order, Some(key))
            .await
            .unwrap();
    }

    shop.wait(Duration::days(400));

    assert_eq!(shop.engine.orders.forget_old_keys().await.unwrap(), 1);
    assert!(
        shop.engine
            .orders
            .placed_before(&guest(&[]), &keys[0], AnsweredAs::Kept)
            .await
            .unwrap()
            .is_some()
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn answers_that_come_together_each_find_their_key(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let order = shop.paid(json!([{"sku": "MUG", "quantity": 1}])).await;
    let keys: Vec<_> = (0..20)
        .map(|it| IdempotencyKey::new("test", &it.to_string(), b""))
        .collect();
    for key in &keys {
        let refund = serde_json::from_value(json!({"amount_minor": 1})).unwrap();
        under(&shop, key.clone())
            .refund(&staff(), order.id, refund)
            .await
            .unwrap();
    }

    let written: Vec<_> = (0..)
        .zip(keys.clone())
        .map(|(index, key)| {
            let orders = shop.engine.orders.clone();
            let answer = Answer {
                status: 200 + index,
                headers: BTreeMap::new(),
                body: index.to_string(),
            };
            tokio::spawn(async move { orders.remember(&key, answer).await })
        })
        .collect();
    for written in written {
        written.await.unwrap();
    }

    for (index, key) in (0..).zip(&keys) {
        let Repeat::Answered { answer, .. } = shop.engine.orders.repeat(key).await.unwrap() else {
            panic!("{index} was answered")
        };
        assert_eq!(
            (answer.status, answer.body),
            (200 + index, index.to_string())
        );
    }
}
