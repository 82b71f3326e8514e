use axum::http::{Method, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{JWT_SECRET, KEY, TestApp, guest_order};

fn sign(claims: Value, secret: &[u8]) -> String {
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

/// Every route that changes or shows something, asked by everybody who should not.
#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_gets_where_they_do_not_belong(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let (id, token) = (
        order["id"].as_str().unwrap(),
        order["access_token"].as_str().unwrap(),
    );
    let customer = app.bearer("ada@test.example").await;
    let order_path = format!("/api/v1/orders/{id}");
    let sub = |rest: &str| format!("{order_path}/{rest}");
    let get = |path: &str| (Method::GET, path.to_owned(), None);
    let with = |method: Method, path: String, body: Value| (method, path, Some(body));
    let reads = [
        get(&order_path),
        get(&sub("history")),
        get(&sub("tickets")),
        get(&sub("live")),
    ];
    let owner_acts = [
        with(
            Method::POST,
            sub("payment"),
            json!({"token": "4242424242424242"}),
        ),
        with(Method::POST, sub("cancel"), json!({})),
        with(
            Method::POST,
            sub("returns"),
            json!({"items": [{"line": 1, "quantity": 1}]}),
        ),
    ];
    let some_return = "returns/0190a0a0-0000-7000-8000-000000000000";
    let staff_acts = [
        with(Method::PUT, sub("status"), json!({"status": "processing"})),
        with(
            Method::POST,
            sub("shipments"),
            json!({"carrier": "DHL", "tracking_number": "1"}),
        ),
        (Method::DELETE, order_path.clone(), None),
        with(Method::POST, sub("refunds"), json!({})),
        with(Method::POST, sub("attention"), json!({"resolved": true})),
        with(Method::POST, sub("notes"), json!({"text": "Hello"})),
        get(&sub("notes")),
        with(
            Method::POST,
            sub(&format!("{some_return}/accept")),
            json!({}),
        ),
        with(
            Method::POST,
            sub(&format!("{some_return}/refuse")),
            json!({}),
        ),
        with(
            Method::POST,
            sub(&format!("{some_return}/receive")),
            json!({}),
        ),
    ];
    let some_webhook = "/api/v1/webhooks/0190a0a0-0000-7000-8000-000000000000";
    let on_webhook = |verb: &str| with(Method::POST, format!("{some_webhook}/{verb}"), json!({}));
    let elsewhere = [
        get("/api/v1/webhooks"),
        with(
            Method::POST,
            "/api/v1/webhooks".to_owned(),
            json!({"url": "https://evil.example/"}),
        ),
        get(some_webhook),
        (Method::DELETE, some_webhook.to_owned(), None),
        on_webhook("enable"),
        on_webhook("disable"),
        on_webhook("rotate-secret"),
        on_webhook("resend"),
        get("/api/v1/deliveries"),
        with(
            Method::POST,
            "/api/v1/deliveries/1/resend".to_owned(),
            json!({}),
        ),
        get("/api/v1/inventory/MUG"),
        with(
            Method::PUT,
            "/api/v1/inventory/MUG".to_owned(),
            json!({"on_hand": 0}),
        ),
        with(
            Method::POST,
            "/api/v1/products".to_owned(),
            json!({"ref": "x", "title": "x", "variants": [{"sku": "X", "price_minor": 1}]}),
        ),
        get("/api/v1/products/1/details"),
        with(
            Method::PATCH,
            "/api/v1/products/1/details".to_owned(),
            json!({"tax_class": "free"}),
        ),
    ];
    let europe = json!({"code": "eu", "name": "Europe", "currency": "EUR", "languages": ["en"]});
    let post = json!({"code": "post", "names": {"en": "Post"}, "price": {"flat": 0}, "days_least": 1, "days_most": 1});
    let gift = json!({"code": "GIFT", "kind": {"percent": 10_000}});
    let on =
        |method: Method, path: &str, body: Value| with(method, format!("/api/v1/{path}"), body);
    let delete = |path: &str| (Method::DELETE, format!("/api/v1/{path}"), None);
    let selling = [
        on(Method::POST, "storefronts", europe.clone()),
        on(Method::PUT, "storefronts/default", europe),
        on(Method::POST, "storefronts/default/close", json!({})),
        on(Method::POST, "storefronts/default/open", json!({})),
        get("/api/v1/storefronts/default/prices"),
        on(
            Method::PUT,
            "storefronts/default/prices",
            json!({"prices": [{"sku": "MUG", "price_minor": 1}]}),
        ),
        delete("storefronts/default/prices/MUG"),
        on(
            Method::POST,
            "storefronts/default/delivery-methods",
            post.clone(),
        ),
        on(
            Method::PUT,
            "storefronts/default/delivery-methods",
            json!({"codes": []}),
        ),
        on(
            Method::PUT,
            "storefronts/default/delivery-methods/post",
            post,
        ),
        delete("storefronts/default/delivery-methods/post"),
        get("/api/v1/discount-codes"),
        on(Method::POST, "discount-codes", gift.clone()),
        get("/api/v1/discount-codes/GIFT"),
        on(Method::PUT, "discount-codes/GIFT", gift),
        on(Method::POST, "discount-codes/GIFT/activate", json!({})),
        on(Method::POST, "discount-codes/GIFT/deactivate", json!({})),
    ];
    let elsewhere: Vec<_> = elsewhere.into_iter().chain(selling).collect();
    let wrong_token = "x".repeat(43);
    let nobody: &[(&str, &str)] = &[];
    let stranger: &[(&str, &str)] = &[("authorization", &customer)];
    let forger: &[(&str, &str)] = &[("x-order-token", &wrong_token)];
    let owner: &[(&str, &str)] = &[("x-order-token", token)];

    let mut asked = 0;
    for (routes, callers, statuses) in [
        (
            reads
                .iter()
                .chain(&owner_acts)
                .chain(&staff_acts)
                .collect::<Vec<_>>(),
            vec![nobody, stranger, forger],
            [404, 404],
        ),
        (staff_acts.iter().collect(), vec![owner], [401, 401]),
        (
            elsewhere.iter().collect(),
            vec![nobody, forger, owner],
            [401, 401],
        ),
        (elsewhere.iter().collect(), vec![stranger], [403, 403]),
    ] {
        for (method, path, body) in routes {
            for caller in &callers {
                let answer = app.call(method.clone(), path, caller, body.clone()).await;
                assert!(
                    statuses.contains(&answer.status.as_u16()),
                    "{method} {path} {caller:?}: {}",
                    answer.body
                );
                asked += 1;
            }
        }
    }

    assert_eq!(asked, 17 * 3 + 10 + 32 * 3 + 32);
    let now = app.get(&order_path, &[("x-api-key", KEY)]).await.json();
    assert_eq!(
        (&now["status"], &now["version"]),
        (&order["status"], &order["version"]),
        "nothing was changed"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_change_stock_but_not_the_catalogue(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let bearer = app.bearer("staff@test.example").await;
    let staff = [("authorization", bearer.as_str())];
    let product = json!({"ref": "x", "title": "x", "variants": [{"sku": "X", "price_minor": 1}]});

    assert_eq!(
        app.put("/api/v1/inventory/MUG", &staff, json!({"on_hand": 3}))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        app.post("/api/v1/products", &staff, product).await.status,
        StatusCode::FORBIDDEN
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn staff_see_nothing_of_webhooks(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let bearer = app.bearer("staff@test.example").await;
    let staff = [("authorization", bearer.as_str())];

    for path in ["/api/v1/webhooks", "/api/v1/deliveries"] {
        let answer = app.get(path, &staff).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let url = json!({"url": "https://evil.example/"});
    let answer = app.post("/api/v1/webhooks", &staff, url).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
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
