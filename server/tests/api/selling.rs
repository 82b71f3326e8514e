//! Storefronts, prices, ways of delivery and discount codes, over HTTP.

use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{Answer, KEY, TestApp, guest_order};

/// Somebody who may do everything.
struct Admin {
    app: TestApp,
    bearer: String,
}

impl Admin {
    async fn start(pool: PgPool) -> Self {
        let app = TestApp::start(pool).await;
        let bearer = app.bearer("admin@test.example").await;
        Self { app, bearer }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/api/v1/{path}");
        let admin = [("authorization", self.bearer.as_str())];
        self.app.call(method, &path, &admin, body).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }
}

fn europe() -> Value {
    json!({
        "code": "eu", "name": "Europe", "path": "eu", "currency": "EUR", "languages": ["de", "en"],
        "tax_basis_points": 1_900, "tax_rates": {"books": 700}, "prices_include_tax": true,
        "shipping_countries": ["DE", "AT"], "sender": {"name": "We", "email": "we@shop.example"},
    })
}

fn post() -> Value {
    json!({"code": "post", "names": {"de": "Post"}, "price": {"flat": 490}, "days_least": 1, "days_most": 3})
}

fn pointers(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors
        .map(|it| it["pointer"].as_str().unwrap().to_owned())
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_storefront_is_made_changed_closed_and_opened(pool: PgPool) {
    let admin = Admin::start(pool).await;

    let made = admin.post("storefronts", europe()).await;

    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::CREATED, "/api/v1/storefronts/eu")
    );
    let mut expected = europe();
    expected["shipping_countries"] = json!(["AT", "DE"]);
    for (field, value) in [
        ("tax_delivery", json!(true)),
        ("position", json!(0)),
        ("is_open", json!(true)),
    ] {
        expected[field] = value;
    }
    assert_eq!(made.json(), expected);
    let everybody = admin.app.get("/api/v1/storefronts/eu", &[]).await;
    assert_eq!(everybody.json(), expected);
    assert_eq!(
        admin.post("storefronts", europe()).await.status,
        StatusCode::CONFLICT
    );

    let changed = admin
        .put(
            "storefronts/eu",
            json!({"name": "EU", "currency": "EUR", "languages": ["en"]}),
        )
        .await;
    assert_eq!(
        (changed.status, &changed.json()["name"]),
        (StatusCode::OK, &json!("EU"))
    );
    let wrong = admin
        .put(
            "storefronts/eu",
            json!({"name": "", "currency": "EUR", "languages": []}),
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pointers(&wrong), ["/name", "/languages"]);

    let closed = admin.post("storefronts/eu/close", json!({})).await;
    assert_eq!(closed.json()["is_open"], false);
    let everybody = admin.app.get("/api/v1/storefronts", &[]).await.json();
    assert_eq!(everybody["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        admin.app.get("/api/v1/storefronts/eu", &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        admin.get("storefronts").await.json()["data"][1]["code"],
        "eu"
    );
    assert_eq!(
        admin.post("storefronts/eu/open", json!({})).await.json()["is_open"],
        true
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_storefront_sells_what_has_a_price_there(pool: PgPool) {
    let admin = Admin::start(pool).await;
    admin.post("storefronts", europe()).await;
    let price = |minor: i64| json!({"prices": [{"sku": "MUG", "price_minor": minor}]});
    let product = async || {
        let answer = admin.app.get("/api/v1/products/1?storefront=eu", &[]).await;
        answer.json()["variants"][0]["price_minor"].clone()
    };

    assert_eq!(product().await, Value::Null);
    let set = admin.put("storefronts/eu/prices", price(2_000)).await;

    assert_eq!(
        (set.status, product().await),
        (StatusCode::NO_CONTENT, json!(2_000))
    );
    let listed = admin.get("storefronts/eu/prices").await.json();
    assert_eq!(
        listed,
        json!({
            "data": [{"storefront": "eu", "sku": "MUG", "title": "Mug", "currency": "EUR", "price_minor": 2_000, "is_own": true}],
            "next": null
        })
    );
    let wrong =
        json!({"prices": [{"sku": "MUG", "price_minor": -1}, {"sku": "MUG", "price_minor": 1}]});
    let wrong = admin.put("storefronts/eu/prices", wrong).await;
    assert_eq!(pointers(&wrong), ["/prices/0/price_minor", "/prices/1/sku"]);
    assert_eq!(
        admin.put("storefronts/mars/prices", price(1)).await.status,
        StatusCode::NOT_FOUND
    );
    let unset = admin
        .call(Method::DELETE, "storefronts/eu/prices/MUG", None)
        .await;
    assert_eq!(
        (unset.status, product().await),
        (StatusCode::NO_CONTENT, Value::Null)
    );
    let needed = admin
        .call(Method::DELETE, "storefronts/default/prices/MUG", None)
        .await;
    assert_eq!(needed.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn ways_of_delivery_are_added_ordered_changed_and_removed(pool: PgPool) {
    let admin = Admin::start(pool).await;
    let methods = "storefronts/default/delivery-methods";
    let mut express = post();
    express["code"] = json!("express");

    for method in [post(), express] {
        assert_eq!(
            admin.post(methods, method).await.status,
            StatusCode::CREATED
        );
    }
    assert_eq!(
        admin.post(methods, post()).await.status,
        StatusCode::CONFLICT
    );
    let ordered = admin
        .put(methods, json!({"codes": ["express", "post"]}))
        .await;
    assert_eq!(ordered.json()["data"][0]["code"], "express");
    let mut dear = post();
    dear["price"] = json!({"flat": 990});
    let changed = admin.put(&format!("{methods}/post"), dear).await;
    assert_eq!(changed.json()["price"], json!({"flat": 990}));
    let mut wrong = post();
    wrong["days_most"] = json!(0);
    wrong["names"] = json!({});
    let wrong = admin.put(&format!("{methods}/post"), wrong).await;
    assert_eq!(pointers(&wrong), ["/names", "/days_most"]);
    let removed = admin
        .call(Method::DELETE, &format!("{methods}/express"), None)
        .await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let left = admin
        .app
        .get(&format!("/api/v1/{methods}"), &[])
        .await
        .json();
    assert_eq!(left["data"].as_array().unwrap().len(), 1);
    let order = admin
        .app
        .post("/api/v1/orders", &[], guest_order(1, None))
        .await
        .json();
    assert_eq!(order["shipping_minor"], 990);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_discount_code_is_made_used_changed_and_switched_off(pool: PgPool) {
    let admin = Admin::start(pool).await;
    let code = json!({"code": "spring", "kind": {"percent": 1_000}, "use_limit": 1});

    let made = admin.post("discount-codes", code.clone()).await;

    assert_eq!(
        (made.status, made.header("location")),
        (StatusCode::CREATED, "/api/v1/discount-codes/SPRING")
    );
    assert_eq!(
        admin.post("discount-codes", code).await.status,
        StatusCode::CONFLICT
    );
    let mut order = guest_order(1, None);
    order["discount_code"] = json!("Spring");
    let buy = async || admin.app.post("/api/v1/orders", &[], order.clone()).await;
    assert_eq!(buy().await.json()["discount_minor"], 180);
    let used_up = buy().await;
    assert_eq!(used_up.status, StatusCode::CONFLICT);
    assert_eq!(
        used_up.json()["type"],
        "https://waybill.dev/problems/code_used_up"
    );
    let shown = admin.get("discount-codes/spring").await.json();
    assert_eq!(
        (&shown["uses"], &shown["state"]),
        (&json!(1), &json!("used_up"))
    );
    let more = json!({"kind": {"percent": 2_000}, "use_limit": 3});
    assert_eq!(
        admin.put("discount-codes/SPRING", more).await.json()["state"],
        "active"
    );
    assert_eq!(buy().await.json()["discount_minor"], 360);
    let fewer = admin
        .put(
            "discount-codes/SPRING",
            json!({"kind": {"percent": 1}, "use_limit": 1}),
        )
        .await;
    assert_eq!(pointers(&fewer), ["/use_limit"]);
    let off = admin
        .post("discount-codes/SPRING/deactivate", json!({}))
        .await;
    assert_eq!(off.json()["state"], "off");
    assert_eq!(pointers(&buy().await), ["/discount_code"]);
    assert_eq!(
        admin
            .post("discount-codes/SPRING/activate", json!({}))
            .await
            .json()["state"],
        "active"
    );
    assert_eq!(
        admin.get("discount-codes").await.json()["data"][0]["code"],
        "SPRING"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_product_is_described_in_german(pool: PgPool) {
    let admin = Admin::start(pool).await;
    admin.post("storefronts", europe()).await;
    let details =
        json!({"texts": {"de": {"title": "Becher"}}, "grams": {"MUG": 350}, "tax_class": "books"});

    let changed = admin
        .call(Method::PATCH, "products/1/details", Some(details.clone()))
        .await;

    assert_eq!(
        (changed.status, changed.json()),
        (StatusCode::OK, details.clone())
    );
    assert_eq!(admin.get("products/1/details").await.json(), details);
    let wrong = json!({"grams": {"LAMP": 1}});
    let wrong = admin
        .call(Method::PATCH, "products/1/details", Some(wrong))
        .await;
    assert_eq!(pointers(&wrong), ["/grams/LAMP"]);
}

/// What somebody pays never changes between their page and their order without their being told.
#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_pays_while_a_term_changes_is_told_the_new_total_and_charged_nothing(pool: PgPool) {
    let admin = Admin::start(pool.clone()).await;
    let methods = "storefronts/default/delivery-methods";
    admin.post(methods, post()).await;
    let mut order = guest_order(1, Some("4242424242424242"));
    // 18.00 + 4.90 + 10 %
    order["expected_total_minor"] = json!(2_519);
    let stands = admin.app.post("/api/v1/orders", &[], order.clone()).await;
    assert_eq!(stands.status, StatusCode::CREATED, "{}", stands.body);
    let orders = async || -> (i64, i64) {
        sqlx::query_as(
            "select (select count(*) from orders), (select count(*) from sandbox_charges)",
        )
        .fetch_one(&pool)
        .await
        .unwrap()
    };
    let before = orders().await;
    let default = admin.get("storefronts/default").await.json();
    let with = |field: &str, value: Value| {
        let mut changed = default.clone();
        changed[field] = value;
        changed
    };
    let mut dearer = post();
    dearer["price"] = json!({"flat": 600});

    for (path, change, back, total) in [
        // 22.90 · 1.20
        (
            "storefronts/default",
            with("tax_basis_points", json!(2_000)),
            default.clone(),
            2_748,
        ),
        (
            "storefronts/default",
            with("prices_include_tax", json!(true)),
            default.clone(),
            2_290,
        ),
        // 22.90 + 1.80
        (
            "storefronts/default",
            with("tax_delivery", json!(false)),
            default.clone(),
            2_470,
        ),
        (&format!("{methods}/post"), dearer, post(), 2_640),
        (
            "storefronts/default/prices",
            json!({"prices": [{"sku": "MUG", "price_minor": 1_700}]}),
            json!({"prices": [{"sku": "MUG", "price_minor": 1_800}]}),
            2_409,
        ),
    ] {
        let changed = admin.put(path, change).await;
        assert!(changed.status.is_success(), "{}", changed.body);
        let refused = admin.app.post("/api/v1/orders", &[], order.clone()).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        assert_eq!(refused.json()["total_minor"], total, "{path}");
        assert_eq!(orders().await, before, "nothing was written or charged");
        assert_eq!(
            admin
                .app
                .engine
                .catalogue
                .stock(&orders::Caller::system("test"), "MUG")
                .await
                .unwrap()
                .on_hand,
            9
        );
        admin.put(path, back).await;
    }
    order["expected_total_minor"] = json!(2_519);
    assert_eq!(
        admin.app.post("/api/v1/orders", &[], order).await.status,
        StatusCode::CREATED
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn services_set_prices_but_run_no_shop_and_staff_do_neither(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let bearer = app.bearer("staff@test.example").await;
    let (staff, service) = ([("authorization", bearer.as_str())], [("x-api-key", KEY)]);
    let price = json!({"prices": [{"sku": "MUG", "price_minor": 1_900}]});
    let prices = "/api/v1/storefronts/default/prices";

    for caller in [&staff, &service] {
        for (path, body) in [
            ("/api/v1/storefronts", europe()),
            ("/api/v1/storefronts/default/close", json!({})),
            ("/api/v1/storefronts/default/delivery-methods", post()),
            (
                "/api/v1/discount-codes",
                json!({"code": "MINE", "kind": "free_delivery"}),
            ),
        ] {
            assert_eq!(
                app.post(path, caller, body).await.status,
                StatusCode::FORBIDDEN,
                "{path}"
            );
        }
        assert_eq!(
            app.get("/api/v1/discount-codes", caller).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(app.get(prices, caller).await.status, StatusCode::OK);
    }
    assert_eq!(
        app.put(prices, &staff, price.clone()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        app.put(prices, &service, price).await.status,
        StatusCode::NO_CONTENT
    );
}
