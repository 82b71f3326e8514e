use orders::engine::{Database, MIGRATOR};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DELAYED, Shop};

/// The constraint that stands in a statement's way.
async fn refused_by(pool: &PgPool, sql: &'static str) -> Option<String> {
    let refused = sqlx::query(sql).execute(pool).await.err()?;
    refused.as_database_error()?.constraint().map(str::to_owned)
}

#[sqlx::test(migrations = false)]
async fn servers_that_start_at_once_migrate_once(pool: PgPool) {
    let (one, two, three) = tokio::join!(
        Database::migrate(&pool),
        Database::migrate(&pool),
        Database::migrate(&pool)
    );

    one.and(two).and(three).unwrap();
    let tables: i64 = sqlx::query_scalar(
        "select count(*) from information_schema.tables where table_name = 'orders'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(tables, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_database_itself_refuses_to_reserve_more_than_there_is(pool: PgPool) {
    Shop::open(pool.clone()).await;

    let refused = refused_by(&pool, "update stock set reserved = 2 where sku = 'LAMP'").await;

    assert_eq!(refused.as_deref(), Some("stock_reserved_check"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_database_itself_refuses_a_second_undecided_payment(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let order = shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    shop.pay(&order, DELAYED).await.unwrap();

    let refused = refused_by(
        &pool,
        "insert into payments (id, order_id, attempt, provider, method, amount_minor, state, created_at, updated_at)
         select gen_random_uuid(), order_id, 2, provider, method, amount_minor, 'started', created_at, created_at
         from payments",
    )
    .await;

    assert_eq!(refused.as_deref(), Some("payments_open_key"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_database_itself_refuses_a_second_ticket_for_a_seat(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.paid(json!([{"product": "NIGHT", "seat_id": 1}])).await;

    let refused = refused_by(
        &pool,
        "insert into tickets (id, order_id, line, sku, seat_id, ticket_code, issued_at)
         select gen_random_uuid(), order_id, line, sku, seat_id, 'TWIN', issued_at from tickets",
    )
    .await;

    assert_eq!(refused.as_deref(), Some("tickets_seat_key"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_database_itself_refuses_more_uses_of_a_code_than_it_has(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.give_out(json!({"code": "ONCE", "kind": {"percent": 1_000}, "use_limit": 1}))
        .await;

    let refused = refused_by(&pool, "update discount_codes set uses = uses + 2").await;

    assert_eq!(refused.as_deref(), Some("discount_codes_uses_check"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_database_itself_refuses_a_second_mail_about_an_event(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    shop.placed(json!([{"sku": "MUG", "quantity": 1}])).await;
    let deliveries = shop.engine.deliveries.clone().writing_mail();
    deliveries.relay().await.unwrap();

    let refused = refused_by(
        &pool,
        "insert into deliveries (target, mail, event_id, order_id, sequence, type, data, at, next_at, created_at)
         select target, 'confirmed', event_id, order_id, sequence, type, data, at, next_at, created_at from deliveries",
    )
    .await;

    assert_eq!(refused.as_deref(), Some("deliveries_mail_key"));
}
