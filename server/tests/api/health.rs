use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use sqlx::PgPool;

use crate::test_app::TestApp;

#[sqlx::test(migrator = "MIGRATOR")]
async fn admins_see_what_is_not_true_that_must_be(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let admin = app.bearer("admin@test.example").await;
    let page = async || app.get("/admin/health", &[("authorization", &admin)]).await;

    let healthy = page().await;
    sqlx::query("update stock set reserved = 3 where sku = 'MUG'")
        .execute(&pool)
        .await
        .unwrap();
    let broken = page().await;

    assert_eq!(healthy.status, StatusCode::OK);
    assert!(!healthy.body.contains("violation-list"));
    assert!(broken.body.contains("1 violation"));
    assert!(broken.body.contains("3 reserved, 0 held by orders"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_do_not_see_the_health_of_the_data(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let staff = app.bearer("staff@test.example").await;

    let page = app.get("/admin/health", &[("authorization", &staff)]).await;

    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(!page.body.contains("What must be true"));
}
