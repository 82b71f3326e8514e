use std::net::IpAddr;

use chrono::Duration;
use orders::{
    Credentials, OrderError, Refusal, ServiceKeyId,
    engine::{Engine, MIGRATOR, Rates, Whose},
};
use sqlx::PgPool;

use crate::shop::Shop;

const RATES: Rates = Rates {
    guest_requests: 60,
    guest_orders: 3,
    sign_ins: 2,
    person_requests: 0,
};

/// A server that limits what it is asked for; its clock stands still.
fn server(pool: &PgPool) -> (Shop, Engine) {
    let shop = Shop::open_another(pool.clone());
    let engine = shop.engine.clone().limited_to(RATES);
    (shop, engine)
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_limit_holds_for_all_servers_together_however_many_ask_at_once(pool: PgPool) {
    let ((_, here), (_, elsewhere)) = (server(&pool), server(&pool));
    let from = address("192.0.2.1");

    let mut asked = tokio::task::JoinSet::new();
    for engine in [here, elsewhere] {
        for _ in 0..40 {
            let limits = engine.limits.clone();
            asked.spawn(async move { limits.take(Whose::Guest(from)).await });
        }
    }
    let answers = asked.join_all().await;

    let allowed = answers
        .iter()
        .filter(|it| it.unwrap().retry_after.is_none());
    assert_eq!(allowed.count(), 60);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_used_up_comes_back_bit_by_bit(pool: PgPool) {
    let (shop, engine) = server(&pool);
    let take = async || {
        let whose = Whose::Buyer(address("192.0.2.1"));
        engine.limits.take(whose).await.unwrap()
    };

    let standings = [take().await, take().await, take().await];
    let refused = take().await;
    shop.wait(Duration::seconds(19));
    let still_refused = take().await;
    shop.wait(Duration::seconds(1));
    let (allowed, refused_again) = (take().await, take().await);

    assert_eq!(standings.map(|it| it.left), [2, 1, 0]);
    assert_eq!(standings.map(|it| it.whole_in), [20, 40, 60]);
    assert_eq!((refused.quota, refused.retry_after), (3, Some(20)));
    assert_eq!(still_refused.retry_after, Some(1));
    assert_eq!(allowed.retry_after, None);
    assert_eq!(refused_again.retry_after, Some(20));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_does_not_use_up_what_is_anothers(pool: PgPool) {
    let (_, engine) = server(&pool);
    let mine = Whose::Buyer(address("2001:db8::1"));
    for _ in 0..3 {
        engine.limits.must_be_within(mine).await.unwrap();
    }

    let within = async |whose| engine.limits.must_be_within(whose).await.is_ok();

    assert!(!within(mine).await);
    assert!(!within(Whose::Buyer(address("2001:db8::2"))).await);
    assert!(within(Whose::Buyer(address("2001:db8:1::1"))).await);
    assert!(within(Whose::Guest(address("2001:db8::1"))).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_its_database_nobody_is_refused_but_those_who_sign_in(pool: PgPool) {
    let (_, engine) = server(&pool);
    sqlx::query("drop table rate_limits")
        .execute(&pool)
        .await
        .unwrap();

    let standing = engine.limits.take(Whose::Guest(address("192.0.2.1"))).await;
    let credentials = Credentials {
        email: "ada@example.com".to_owned(),
        password: "long enough".to_owned(),
    };
    let signed_in = (engine.people).sign_in(&credentials, address("192.0.2.1"));

    assert_eq!(standing, None);
    assert!(matches!(signed_in.await, Err(OrderError::Busy)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_minute_has_room_for_all_of_it_whatever_the_number(pool: PgPool) {
    let (_, engine) = server(&pool);
    for quota in [7, 13, 999] {
        let whose = Whose::Key(ServiceKeyId(uuid::Uuid::from_u128(quota.into())), quota);
        let mut let_through = 0;
        while engine
            .limits
            .take(whose)
            .await
            .unwrap()
            .retry_after
            .is_none()
        {
            let_through += 1;
        }
        assert_eq!(let_through, quota);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_is_not_guessed_by_trying_many(pool: PgPool) {
    let (shop, engine) = server(&pool);
    shop.register("ada@example.com").await;
    let sign_in = async |email: &str, password: &str, from: &str| {
        let credentials = Credentials {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        match engine.people.sign_in(&credentials, address(from)).await {
            Ok(_) => Ok(()),
            Err(OrderError::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error:?}"),
        }
    };
    for _ in 0..2 {
        let wrong = sign_in("ada@example.com", "a guess", "192.0.2.1").await;
        assert_eq!(wrong, Err(Refusal::WrongCredentials));
    }

    let right = sign_in(" ADA@example.com", "long enough", "192.0.2.1").await;
    let elsewhere = sign_in("ada@example.com", "long enough", "192.0.2.2").await;
    let another = sign_in("bob@example.com", "long enough", "192.0.2.1").await;

    assert_eq!(right, Err(Refusal::TooOften { retry_after: 30 }));
    assert_eq!(elsewhere, Ok(()));
    assert_eq!(another, Err(Refusal::WrongCredentials));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn limits_that_are_whole_are_forgotten(pool: PgPool) {
    let (shop, engine) = server(&pool);
    let take = async |from: &str| engine.limits.take(Whose::Buyer(address(from))).await;
    take("192.0.2.1").await;
    shop.wait(Duration::seconds(21));
    take("192.0.2.2").await;

    assert_eq!(engine.limits.forget_whole().await.unwrap(), 1);
}
