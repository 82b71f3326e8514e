use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use orders::{
    Caller, NewServiceKey,
    engine::{MIGRATOR, Rates},
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{Answer, KEY, TestApp, form, guest_order};

const RATES: Rates = Rates {
    guest_requests: 5,
    guest_orders: 2,
    sign_ins: 3,
    person_requests: 4,
};

async fn limited(pool: PgPool, proxies: &str) -> TestApp {
    let app = TestApp::start(pool).await;
    let proxies = proxies.parse().unwrap();
    TestApp::with(app.engine.limited_to(RATES), |it| {
        it.trusted_proxies = proxies
    })
}

fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

fn get(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn post(path: &str, body: &Value) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn statuses(app: &TestApp, times: usize, request: impl Fn() -> Request<Body>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(app.send(request()).await.status().as_u16());
    }
    statuses
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guest_is_told_how_much_is_left_and_when_to_come_again(pool: PgPool) {
    let app = limited(pool, "").await;
    let ask = async || {
        app.ask(from("192.0.2.1", get("/api/v1/products", &[])))
            .await
    };

    let first = ask().await;
    for _ in 0..4 {
        assert_eq!(ask().await.status, StatusCode::OK);
    }
    let refused = ask().await;

    assert_eq!(first.header("ratelimit-policy"), r#""guest";q=5;w=60"#);
    assert_eq!(first.header("ratelimit"), r#""guest";r=4;t=12"#);
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(refused.json()["retry_after"], wait);
    assert!(refused.header("ratelimit").starts_with(r#""guest";r=0;t="#));
    let elsewhere = from("192.0.2.2", get("/api/v1/products", &[]));
    assert_eq!(app.send(elsewhere).await.status(), StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_limit_holds_across_two_servers(pool: PgPool) {
    let here = limited(pool, "").await;
    let elsewhere = TestApp::with(here.engine.clone().limited_to(RATES), |_| {});
    let request = || from("192.0.2.1", get("/api/v1/products", &[]));

    let (one, other) = (
        statuses(&here, 3, request).await,
        statuses(&elsewhere, 4, request).await,
    );

    assert_eq!((one, other), (vec![200; 3], vec![200, 200, 429, 429]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_have_limits_too_and_files_and_health_have_none(pool: PgPool) {
    let app = limited(pool, "").await;
    let page = || from("192.0.2.1", get("/sign-in", &[]));

    assert_eq!(
        statuses(&app, 6, page).await,
        [200, 200, 200, 200, 200, 429]
    );
    let refused = app.ask(page()).await;
    assert!(refused.body.contains("That was too often"));
    assert!(refused.header("content-type").starts_with("text/html"));
    for path in ["/health/live", "/metrics", "/openapi.json"] {
        let answers = statuses(&app, 3, || from("192.0.2.1", get(path, &[]))).await;
        assert_eq!(answers, [200; 3], "{path}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn orders_of_guests_have_a_limit_of_their_own(pool: PgPool) {
    let app = limited(pool, "").await;
    let order = guest_order(1, None);
    let place = || from("192.0.2.1", post("/api/v1/orders", &order));
    let at_the_checkout = || {
        let ours = [("sec-fetch-site", "same-origin")];
        from("192.0.2.1", form("/fn/place_order", "", &ours))
    };

    assert_eq!(statuses(&app, 3, place).await, [201, 201, 429]);
    assert_eq!(statuses(&app, 1, at_the_checkout).await, [429]);
    let read = || from("192.0.2.1", get("/api/v1/products", &[]));
    assert_eq!(statuses(&app, 1, read).await, [200]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn people_have_one_limit_each_and_programs_none_unless_their_key_says_so(pool: PgPool) {
    let app = limited(pool, "").await;
    let (ada, admin) = (
        app.bearer("ada@test.example").await,
        app.bearer("admin@test.example").await,
    );
    let new = NewServiceKey {
        requests_per_minute: Some(2),
        ..NewServiceKey::named("slow")
    };
    let caller = Caller::system("test");
    let slow = app
        .engine
        .people
        .create_service_key(&caller, &new)
        .await
        .unwrap()
        .secret;
    let ask = async |name: &'static str, value: &str, times: usize| {
        let request = || from("192.0.2.1", get("/api/v1/orders", &[(name, value)]));
        statuses(&app, times, request).await
    };

    assert_eq!(
        ask("authorization", &ada, 5).await,
        [200, 200, 200, 200, 429]
    );
    assert_eq!(ask("authorization", &admin, 1).await, [200]);
    assert_eq!(ask("x-api-key", &slow, 3).await, [200, 200, 429]);
    assert_eq!(ask("x-api-key", KEY, 10).await, [200; 10]);
    let unlimited = app.get("/api/v1/orders", &[("x-api-key", KEY)]).await;
    assert_eq!(unlimited.header("ratelimit"), "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guessing_keys_is_asking_too(pool: PgPool) {
    let app = limited(pool, "").await;
    let guess = || {
        from(
            "192.0.2.1",
            get("/api/v1/orders", &[("x-api-key", "guess")]),
        )
    };

    assert_eq!(
        statuses(&app, 6, guess).await,
        [401, 401, 401, 401, 401, 429]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn signing_in_is_limited_by_address_and_account_in_the_api_and_on_the_page(pool: PgPool) {
    let app = limited(pool, "").await;
    let api = |email: &str| {
        let body = json!({"email": email, "password": "a guess"});
        from("192.0.2.1", post("/api/v1/auth/token", &body))
    };
    let page = || {
        let body = "email=ada%40test.example&password=a+test+password";
        let ours = [("sec-fetch-site", "same-origin")];
        from("192.0.2.1", form("/fn/sign_in", body, &ours))
    };

    let wrong = statuses(&app, 3, || api("ada@test.example")).await;
    let refused: Answer = app.ask(page()).await;

    assert_eq!(wrong, [401; 3]);
    assert!(refused.header("location").ends_with("error=too_often"));
    assert_eq!(statuses(&app, 1, || api("bob@test.example")).await, [401]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn behind_a_trusted_proxy_each_visitor_has_their_own_limit(pool: PgPool) {
    let app = limited(pool, "10.0.0.0/8").await;
    let ask = async |peer: &str, hops: &'static str, times: usize| {
        let headers = [("x-forwarded-for", hops)];
        let request = || from(peer, get("/api/v1/products", &headers));
        statuses(&app, times, request).await
    };

    assert_eq!(ask("10.0.0.1", "198.51.100.1", 6).await.last(), Some(&429));
    assert_eq!(ask("10.0.0.2", "198.51.100.1", 1).await, [429]);
    assert_eq!(
        ask("10.0.0.1", "198.51.100.1, 198.51.100.2", 1).await,
        [200]
    );
    // Somebody who is no proxy says what they like.
    assert_eq!(
        ask("203.0.113.9", "198.51.100.3", 6).await.last(),
        Some(&429)
    );
    assert_eq!(ask("203.0.113.9", "198.51.100.4", 1).await, [429]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_its_database_limits_refuse_nobody(pool: PgPool) {
    let app = limited(pool.clone(), "").await;
    sqlx::query("drop table rate_limits")
        .execute(&pool)
        .await
        .unwrap();

    let read = || from("192.0.2.1", get("/api/v1/products", &[]));

    assert_eq!(statuses(&app, 8, read).await, [200; 8]);
}
