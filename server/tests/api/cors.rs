use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use orders::engine::MIGRATOR;
use sqlx::PgPool;

use crate::test_app::{Answer, TestApp};

const NAMED: &str = "https://app.example.com";

async fn ask(app: &TestApp, method: &str, path: &str, origin: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("origin", origin)
        .header("access-control-request-method", "POST");
    app.ask(request.body(Body::empty()).unwrap()).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_of_named_sites_may_call_the_api_and_others_may_not(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let app = TestApp::with(app.engine, |it| it.cors_origins = vec![NAMED.to_owned()]);

    let asked = ask(&app, "OPTIONS", "/api/v1/orders", NAMED).await;
    let answered = ask(&app, "GET", "/api/v1/products", NAMED).await;
    let refused = ask(&app, "GET", "/api/v1/orders", NAMED).await;

    assert_eq!(asked.status, StatusCode::NO_CONTENT);
    for answer in [&asked, &answered, &refused] {
        assert_eq!(answer.header("access-control-allow-origin"), NAMED);
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert!(answer.header("vary").contains("origin"));
    }
    assert!(
        asked
            .header("access-control-allow-headers")
            .contains("idempotency-key")
    );
    assert!(
        answered
            .header("access-control-expose-headers")
            .contains("retry-after")
    );
    for origin in [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "null",
    ] {
        for method in ["OPTIONS", "GET"] {
            let answer = ask(&app, method, "/api/v1/products", origin).await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        }
    }
    let page = ask(&app, "GET", "/", NAMED).await;
    assert_eq!(page.header("access-control-allow-origin"), "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_a_list_no_other_site_is_let_in(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let answer = ask(&app, "GET", "/api/v1/products", NAMED).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "");
}
