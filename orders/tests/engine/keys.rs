use orders::engine::MIGRATOR;
use sqlx::PgPool;

use crate::shop::{Shop, staff};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_revoked_key_is_refused_at_once_and_by_other_servers_within_a_second(pool: PgPool) {
    let (here, elsewhere) = (Shop::open(pool.clone()).await, Shop::open_another(pool));
    let key = here
        .engine
        .people
        .create_service_key(&staff(), "stock program")
        .await
        .unwrap();
    let knows = async |shop: &Shop| {
        shop.engine
            .people
            .find_service_key(&key)
            .await
            .unwrap()
            .is_some()
    };
    assert!(knows(&here).await && knows(&elsewhere).await);

    here.engine
        .people
        .revoke_service_key(&staff(), &key)
        .await
        .unwrap();
    elsewhere.wait(chrono::Duration::seconds(1));

    assert!(!knows(&here).await);
    assert!(!knows(&elsewhere).await);
}
