use axum::http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{JWT_SECRET, TestApp, guest_order};

pub(crate) fn sign(claims: Value, secret: &[u8]) -> String {
    let token = jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims,
        &EncodingKey::from_secret(secret),
    );
    format!("Bearer {}", token.unwrap())
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_good_credentials_are_believed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let claims = |exp: i64| json!({"sub": "someone", "role": "admin", "exp": exp});
    let far = 4_000_000_000;
    let good = sign(claims(far), JWT_SECRET);
    let (header, rest) = good.trim_start_matches("Bearer ").split_once('.').unwrap();
    let payload = rest.split_once('.').unwrap().0;
    // {"alg":"none","typ":"JWT"}
    let none = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    let unsigned = format!("Bearer {header}.{payload}.");

    assert_eq!(
        app.get("/api/v1/orders", &[("authorization", &good)])
            .await
            .status,
        StatusCode::OK
    );
    for (name, value) in [
        (
            "authorization",
            sign(claims(far), b"another secret, just as long as ours"),
        ),
        ("authorization", sign(claims(1_000_000_000), JWT_SECRET)),
        (
            "authorization",
            sign(
                json!({"sub": "someone", "role": "king", "exp": far}),
                JWT_SECRET,
            ),
        ),
        ("authorization", none),
        ("authorization", unsigned),
        ("authorization", "Basic YWRhOmFkYQ==".to_owned()),
        ("x-api-key", "wrong".to_owned()),
        ("x-api-key", String::new()),
    ] {
        let answer = app.get("/api/v1/orders", &[(name, &value)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}: {value}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_password_and_a_wrong_address_look_the_same(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ask = |email: &'static str, password: &'static str| {
        let app = &app;
        async move {
            app.post(
                "/api/v1/auth/token",
                &[],
                json!({"email": email, "password": password}),
            )
            .await
        }
    };

    let right = ask("admin@test.example", "a test password").await;
    let (one, two) = (
        ask("admin@test.example", "wrong").await,
        ask("nobody@test.example", "wrong").await,
    );

    assert_eq!(
        (right.status, &right.json()["role"]),
        (StatusCode::OK, &json!("admin"))
    );
    assert_eq!(
        (one.status, two.status),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    assert_eq!(one.json()["detail"], two.json()["detail"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_customer_cannot_order_in_another_customers_name(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let bearer = app.bearer("ada@test.example").await;
    let mut order = guest_order(1, None);
    order["customer"] = json!({"external_ref": "4711"});

    let answer = app
        .post("/api/v1/orders", &[("authorization", &bearer)], order)
        .await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_of_ours_is_worth_what_its_person_is_now(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (admin, staff) = (
        app.bearer("admin@test.example").await,
        app.bearer("staff@test.example").await,
    );
    let (admin, staff) = (
        [("authorization", admin.as_str())],
        [("authorization", staff.as_str())],
    );
    let people = "/api/v1/people?q=staff@test.example";
    let found = app.get(people, &admin).await.json();
    let id = found["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.get(people, &staff).await.status, StatusCode::FORBIDDEN);

    let role = format!("/api/v1/people/{id}/role");
    let raised = app.put(&role, &admin, json!({"role": "admin"})).await;

    assert_eq!(raised.status, StatusCode::NO_CONTENT);
    assert_eq!(app.get(people, &staff).await.status, StatusCode::OK);
    app.put(&role, &admin, json!({"role": "customer"})).await;
    assert_eq!(app.get(people, &staff).await.status, StatusCode::FORBIDDEN);
    let out = app
        .post("/api/v1/auth/sign-out-everywhere", &staff, json!({}))
        .await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(
        app.get(people, &staff).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_is_changed_and_reset_and_old_tokens_end_with_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let admin = app.bearer("admin@test.example").await;
    let admin = [("authorization", admin.as_str())];
    let ada = app.bearer("ada@test.example").await;
    let reads = async |token: &str| {
        let bearer = [("authorization", token)];
        app.get("/api/v1/orders", &bearer).await.status == StatusCode::OK
    };
    let change = json!({"current_password": "a test password", "new_password": "quite another"});

    let changed = app
        .post("/api/v1/auth/password", &[("authorization", &ada)], change)
        .await;
    let next = format!(
        "Bearer {}",
        changed.json()["access_token"].as_str().unwrap()
    );
    assert_eq!((reads(&ada).await, reads(&next).await), (false, true));

    let found = app
        .get("/api/v1/people?q=ada@test.example", &admin)
        .await
        .json();
    let id = found["data"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/people/{id}/password-reset");
    let made = app
        .call(axum::http::Method::POST, &path, &admin, None)
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let choice = json!({"token": made.json()["token"], "new_password": "a third password"});
    let chosen = app
        .post("/api/v1/auth/password-reset", &[], choice.clone())
        .await;
    let again = app.post("/api/v1/auth/password-reset", &[], choice).await;

    assert_eq!(chosen.status, StatusCode::NO_CONTENT);
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(!reads(&next).await);
    let credentials = json!({"email": "ada@test.example", "password": "a third password"});
    let signed_in = app.post("/api/v1/auth/token", &[], credentials).await;
    assert_eq!(signed_in.status, StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_is_made_shown_once_listed_and_revoked(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let admin = app.bearer("admin@test.example").await;
    let admin = [("authorization", admin.as_str())];

    let new = json!({"name": "Stock program", "scopes": ["read"], "requests_per_minute": 90});
    let made = app.post("/api/v1/keys", &admin, new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    let key = [("x-api-key", secret)];
    let used = app.get("/api/v1/orders", &key).await;
    let listed = app.get("/api/v1/keys", &admin).await;
    let path = format!("/api/v1/keys/{}", made["id"].as_str().unwrap());
    let revoked = app
        .call(axum::http::Method::DELETE, &path, &admin, None)
        .await;

    assert_eq!(used.status, StatusCode::OK);
    assert!(!listed.body.contains(secret) && listed.json()["data"][0]["last_used_at"].is_string());
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    assert_eq!(
        app.get("/api/v1/orders", &key).await.status,
        StatusCode::UNAUTHORIZED
    );
}
