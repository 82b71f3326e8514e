use orders::{Caller, NewServiceKey, OrderError, Refusal, Scope, engine::MIGRATOR};
use sqlx::PgPool;

use crate::shop::{Shop, customer, guest, staff};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_revoked_key_is_refused_at_once_and_by_other_servers_within_a_second(pool: PgPool) {
    let (here, elsewhere) = (Shop::open(pool.clone()).await, Shop::open_another(pool));
    let people = &here.engine.people;
    let key = people
        .create_service_key(&staff(), &NewServiceKey::named("stock program"))
        .await
        .unwrap();
    let knows = async |shop: &Shop| {
        let found = shop.engine.people.find_service_key(&key.secret).await;
        found.unwrap().is_some()
    };
    assert!(knows(&here).await && knows(&elsewhere).await);

    people
        .revoke_service_key(&staff(), key.key.id)
        .await
        .unwrap();
    elsewhere.wait(chrono::Duration::seconds(1));

    assert!(!knows(&here).await);
    assert!(!knows(&elsewhere).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_is_kept_as_its_hash_and_its_first_characters(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let new = NewServiceKey {
        name: " Stock program ".to_owned(),
        scopes: vec![Scope::Catalogue, Scope::Read, Scope::Read],
        requests_per_minute: Some(100),
    };

    let made = shop.engine.people.create_service_key(&staff(), &new).await;

    let made = made.unwrap();
    let listed = shop.engine.people.service_keys(&staff()).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&made.key));
    assert_eq!(made.key.name, "Stock program");
    assert_eq!(made.key.scopes, [Scope::Read, Scope::Catalogue]);
    assert_eq!(made.key.prefix, &made.secret[..8]);
    let row: String = sqlx::query_scalar("select service_keys::text from service_keys")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(!row.contains(&made.secret[8..]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn when_a_key_was_used_is_written_once_a_minute(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let people = &shop.engine.people;
    let new = NewServiceKey::named("x");
    let made = people.create_service_key(&staff(), &new).await;
    let secret = made.unwrap().secret;
    let last_used = async || people.service_keys(&staff()).await.unwrap()[0].last_used_at;
    assert_eq!(last_used().await, None);

    people.find_service_key(&secret).await.unwrap();
    let first = last_used().await.unwrap();
    shop.wait(chrono::Duration::seconds(59));
    people.find_service_key(&secret).await.unwrap();
    let soon = last_used().await.unwrap();
    shop.wait(chrono::Duration::seconds(1));
    people.find_service_key(&secret).await.unwrap();
    let later = last_used().await.unwrap();

    assert_eq!(first, soon);
    assert_eq!(later - first, chrono::Duration::minutes(1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_program_makes_no_keys_and_revokes_none(pool: PgPool) {
    let shop = Shop::open(pool).await;
    let people = &shop.engine.people;
    let new = NewServiceKey::named("x");
    let made = people.create_service_key(&staff(), &new).await;
    let key = made.unwrap().key;
    let program = Caller {
        identity: orders::Identity::Service(key.id),
        ..staff()
    };
    let ada = customer(shop.register("ada@example.com").await);

    for caller in [&program, &ada, &guest(&[])] {
        let new = NewServiceKey::named("y");
        let refused = [
            people.create_service_key(caller, &new).await.err(),
            people.revoke_service_key(caller, key.id).await.err(),
            people.service_keys(caller).await.err(),
        ];
        for error in refused {
            assert!(matches!(
                error,
                Some(OrderError::Refused(
                    Refusal::Forbidden | Refusal::SignInNeeded
                ))
            ));
        }
    }
}
