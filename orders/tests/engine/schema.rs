use orders::engine::Database;
use sqlx::PgPool;

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
