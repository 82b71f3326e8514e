use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use sqlx::PgPool;

use crate::test_app::{TestApp, cookie, form};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_form_from_another_site_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let add = |headers: &'static [(&'static str, &'static str)]| {
        let app = &app;
        async move {
            app.ask(form(
                "/fn/add_to_cart",
                "product=1&sku=MUG&quantity=1",
                headers,
            ))
            .await
            .status
        }
    };

    assert_eq!(
        add(&[("sec-fetch-site", "same-origin")]).await,
        StatusCode::FOUND
    );
    assert_eq!(
        add(&[("origin", "http://shop.example")]).await,
        StatusCode::FOUND
    );
    assert_eq!(
        add(&[("sec-fetch-site", "cross-site")]).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        add(&[("sec-fetch-site", "same-site")]).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        add(&[("origin", "http://evil.example")]).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(add(&[("origin", "null")]).await, StatusCode::FORBIDDEN);
    assert_eq!(add(&[]).await, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cookie_does_not_open_the_api_to_another_site(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let headers = [
        ("cookie", "waybill=anything"),
        ("sec-fetch-site", "cross-site"),
    ];

    let answer = app
        .post("/api/v1/orders", &headers, serde_json::json!({}))
        .await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn signing_in_changes_the_session_and_signing_out_ends_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ours = ("sec-fetch-site", "same-origin");
    let before = app
        .ask(form(
            "/fn/add_to_cart",
            "product=1&sku=MUG&quantity=1",
            &[ours],
        ))
        .await;
    let planted = cookie(&before);

    let credentials = "email=admin%40test.example&password=a+test+password";
    let signed_in = app
        .ask(form(
            "/fn/sign_in",
            credentials,
            &[ours, ("cookie", &planted)],
        ))
        .await;

    let mine = cookie(&signed_in);
    assert_ne!(mine, planted, "a session planted before is worth nothing");
    assert!(signed_in.header("set-cookie").contains("HttpOnly"));
    assert!(signed_in.header("set-cookie").contains("SameSite=Lax"));
    assert_eq!(
        app.get("/api/v1/orders", &[("cookie", &mine)]).await.status,
        StatusCode::OK
    );
    assert_eq!(
        app.get("/api/v1/orders", &[("cookie", &planted)])
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    app.ask(form("/fn/sign_out", "", &[ours, ("cookie", &mine)]))
        .await;
    assert_eq!(
        app.get("/api/v1/orders", &[("cookie", &mine)]).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn signing_in_goes_on_only_to_pages_of_ours(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let sign_in = |next: &'static str| {
        let body = format!("email=ada%40test.example&password=a+test+password&next={next}");
        let app = &app;
        async move {
            let answer = app
                .ask(form(
                    "/fn/sign_in",
                    &body,
                    &[("sec-fetch-site", "same-origin")],
                ))
                .await;
            answer.header("location").to_owned()
        }
    };

    assert_eq!(sign_in("/checkout").await, "/checkout");
    assert_eq!(sign_in("//evil.example").await, "/account/orders");
    assert_eq!(sign_in("https://evil.example").await, "/account/orders");
    assert_eq!(sign_in("/%5Cevil.example").await, "/account/orders");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_with_a_token_opens_the_order_and_leaves_the_address_clean(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let (id, token) = (
        order["id"].as_str().unwrap(),
        order["access_token"].as_str().unwrap(),
    );
    let page = format!("/order/{id}");
    assert_eq!(app.get(&page, &[]).await.status, StatusCode::NOT_FOUND);

    let opened = app.get(&format!("{page}?token={token}"), &[]).await;

    assert_eq!(
        (opened.status, opened.header("location")),
        (StatusCode::SEE_OTHER, page.as_str())
    );
    let shown = app.get(&page, &[("cookie", &cookie(&opened))]).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains(&order["number"].to_string()));
    assert!(!shown.header("set-cookie").contains("token="));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_run_only_their_own_scripts_and_everything_else_none(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let page = app.get("/", &[]).await;
    let policy = page.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    assert!(
        policy.contains("default-src 'self'") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    assert!(!policy.contains("'unsafe-eval'"), "{policy}");
    assert!(page.body.contains(&format!("nonce=\"{nonce}\"")));
    assert_ne!(
        app.get("/", &[]).await.header("content-security-policy"),
        policy,
        "a nonce is used once"
    );

    for path in ["/", "/api/v1/products", "/health", "/nothing-here"] {
        let answer = app.get(path, &[]).await;
        assert!(
            !answer.header("content-security-policy").is_empty(),
            "{path}: {}",
            answer.status
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn health_tells_whether_requests_should_come_here(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let status = |path: &'static str| {
        let app = &app;
        async move { app.get(path, &[]).await.status }
    };

    assert_eq!(status("/health").await, StatusCode::OK);
    assert_eq!(status("/health/ready").await, StatusCode::OK);
    app.lifecycle.drain();
    assert_eq!(
        status("/health/ready").await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    pool.close().await;
    assert_eq!(status("/health").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status("/health/live").await, StatusCode::OK);
    let problem = app.get("/api/v1/products", &[]).await;
    assert_eq!(
        (problem.status, problem.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "2")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_form_has_a_limit_too(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let body = format!("product=1&sku=MUG&quantity={}", "1".repeat(1024 * 1024));
    let (ours, length) = (("sec-fetch-site", "same-origin"), body.len().to_string());

    let announced = app
        .ask(form(
            "/fn/add_to_cart",
            &body,
            &[ours, ("content-length", &length)],
        ))
        .await;
    let sneaked_in = app.ask(form("/fn/add_to_cart", &body, &[ours])).await;

    assert_eq!(announced.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        !sneaked_in.header("location").starts_with("/cart"),
        "it was not read"
    );
}
