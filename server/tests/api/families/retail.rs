use axum::http::StatusCode;
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{SERVICE, covered, id, kind, pointers, shop, token};
use crate::test_app::{Answer, DECLINED, DELAYED, PAYS, TestApp};

const PATH: &str = "/api/orders";

fn bath() -> Value {
    json!({"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"})
}

/// Two mugs to Bath.
fn mugs(card: Option<&str>) -> Value {
    let mut order =
        json!({"items": [{"product_id": 1, "quantity": 2}], "shipping_address": bath()});
    if let Some(card) = card {
        order["payment"] = json!({"method": "card", "token": card});
    }
    order
}

/// The same from a guest.
fn guests_mugs(card: Option<&str>) -> Value {
    let mut order = mugs(card);
    order["customer"] = json!({"email": "ada@example.com", "name": "Ada Lovelace"});
    order
}

async fn place(app: &TestApp, user: &str, card: Option<&str>) -> Answer {
    let bearer = token(user, "user");
    app.post(PATH, &[("authorization", &bearer)], mugs(card))
        .await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_order_is_placed_paid_and_read(pool: PgPool) {
    let app = shop(pool).await;

    let placed = place(&app, "42", Some(PAYS)).await;

    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    let order = placed.json();
    let path = format!("{PATH}/{}", id(&order));
    assert_eq!(placed.header("location"), path);
    assert_eq!(
        covered(&order),
        json!({
            "id": "…", "user_id": 42, "status": "paid", "total_amount": "39.60", "currency": "USD",
            "items": [{"product_id": 1, "sku": "MUG-WHITE", "quantity": 2, "price": "18.00"}],
            "shipping_address": bath(), "created_at": "…", "updated_at": "…",
        })
    );
    let owner = token("42", "user");
    let read = app.get(&path, &[("authorization", &owner)]).await;
    assert_eq!((read.status, read.json()), (StatusCode::OK, order));
    assert_eq!(app.stock("MUG-WHITE").await, (398, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_order_ends_as_failed_with_its_stock_back(pool: PgPool) {
    let app = shop(pool).await;

    let declined = app.post(PATH, &[], guests_mugs(Some(DECLINED))).await;

    assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
    let problem = declined.json();
    let path = format!("{PATH}/{}", problem["order_id"].as_str().unwrap());
    let token = problem["access_token"].as_str().unwrap();
    let order = app.get(&path, &[("x-order-token", token)]).await.json();
    assert_eq!(order["status"], "failed");
    assert_eq!(app.stock("MUG-WHITE").await, (400, 0));
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_payment_leaves_the_order_waiting_for_it(pool: PgPool) {
    let app = shop(pool).await;

    let slow = place(&app, "42", Some(DELAYED)).await;

    assert_eq!(slow.status, StatusCode::CREATED);
    assert_eq!(slow.json()["status"], "payment_pending");
    assert_eq!(app.stock("MUG-WHITE").await, (400, 2));
}

/// As the second retail service has it: placed, confirmed by an admin, completed.
#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unpaid_order_waits_for_an_admin_who_confirms_and_completes_it(pool: PgPool) {
    let app = shop(pool).await;
    let placed = app.post(PATH, &[], guests_mugs(None)).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    let order = placed.json();
    assert_eq!(
        covered(&order),
        json!({
            "id": "…", "user_id": null, "status": "pending", "total_amount": "39.60", "currency": "USD",
            "items": [{"product_id": 1, "sku": "MUG-WHITE", "quantity": 2, "price": "18.00"}],
            "shipping_address": bath(), "created_at": "…", "updated_at": "…", "access_token": "…",
        })
    );
    let canonical = format!("/api/v1/orders/{}", id(&order));
    let expiry = app.get(&canonical, &[SERVICE]).await.json()["expires_at"].clone();
    assert_eq!(expiry, Value::Null, "it does not expire");
    assert_eq!(app.stock("MUG-WHITE").await, (400, 2));
    let (admin, path) = (token("1", "admin"), format!("{PATH}/{}/status", id(&order)));
    let set = async |word: &str| {
        let status = json!({"status": word});
        app.patch(&path, &[("authorization", &admin)], status).await
    };

    let confirmed = set("CONFIRMED").await;
    assert_eq!(
        (confirmed.status, &confirmed.json()["status"]),
        (StatusCode::OK, &json!("confirmed"))
    );
    assert_eq!(app.stock("MUG-WHITE").await, (398, 0));
    let completed = set("COMPLETED").await;
    assert_eq!(
        (completed.status, &completed.json()["status"]),
        (StatusCode::OK, &json!("completed"))
    );
    let again = set("COMPLETED").await;
    assert_eq!(
        (again.status, kind(&again)),
        (StatusCode::CONFLICT, "not_allowed".to_owned())
    );
    assert_eq!(again.json()["allowed"], json!(["refunded"]));
    assert_eq!(
        again.json()["detail"],
        "An order that is completed does not allow this. It may become refunded."
    );
    assert_eq!(app.violated().await, Vec::<String>::new());
}

/// As the first one has it: paid, processing, shipped, delivered.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_paid_order_goes_its_way_and_cannot_be_cancelled_once_it_was_sent(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "42", Some(PAYS)).await.json();
    let (staff, path) = (token("7", "staff"), format!("{PATH}/{}", id(&order)));
    let staff = [("authorization", staff.as_str())];
    let set = async |word: &str| {
        let status = json!({"status": word});
        app.patch(&format!("{path}/status"), &staff, status).await
    };

    let too_soon = set("shipped").await;
    assert_eq!(too_soon.status, StatusCode::CONFLICT);
    let problem = too_soon.json();
    let allowed = json!(["processing", "completed", "cancelled", "failed", "refunded"]);
    assert_eq!(
        (&problem["current"], &problem["allowed"]),
        (&json!("paid"), &allowed)
    );
    assert_eq!(
        problem["detail"],
        "An order that is paid does not allow this. \
         It may become processing or completed or cancelled or failed or refunded."
    );
    for (word, status) in [
        ("processing", "processing"),
        ("Shipped", "shipped"),
        ("DELIVERED", "delivered"),
    ] {
        assert_eq!(set(word).await.json()["status"], status);
        let owner = token("42", "user");
        let cancel = format!("{path}/cancel");
        if status != "processing" {
            let cancel = app
                .post(&cancel, &[("authorization", &owner)], json!({}))
                .await;
            assert_eq!(cancel.status, StatusCode::CONFLICT);
        }
    }
    assert_eq!(set("lost").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        set("payment_failed").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_slow_payment_that_is_declined_in_the_end_fails_the_order(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "42", Some(DELAYED)).await.json();
    let canonical = format!("/api/v1/orders/{}", id(&order));
    let payment = app.get(&canonical, &[SERVICE]).await.json()["payments"][0]["id"].clone();

    let told = json!({"order_id": order["id"], "payment_id": payment, "status": "FAILED"});
    let told = app.post("/v1/payments/callback", &[SERVICE], told).await;

    assert_eq!(told.json()["status"], "FAILED", "{}", told.body);
    let owner = token("42", "user");
    let path = format!("{PATH}/{}", id(&order));
    let read = app.get(&path, &[("authorization", &owner)]).await.json();
    assert_eq!(read["status"], "failed");
    assert_eq!(app.stock("MUG-WHITE").await, (400, 0));
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn its_owner_may_not_say_where_an_order_goes(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "42", Some(PAYS)).await.json();
    let path = format!("{PATH}/{}/status", id(&order));
    let owner = token("42", "user");

    let refused = app
        .patch(
            &path,
            &[("authorization", &owner)],
            json!({"status": "processing"}),
        )
        .await;

    assert_eq!(
        (refused.status, kind(&refused)),
        (StatusCode::FORBIDDEN, "forbidden".to_owned())
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn its_owner_cancels_an_order_and_gets_the_money_back(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "42", Some(PAYS)).await.json();
    let path = format!("{PATH}/{}/cancel", id(&order));
    let (owner, other) = (token("42", "user"), token("43", "user"));

    let stranger = app
        .post(&path, &[("authorization", &other)], json!({}))
        .await;
    let cancelled = app
        .post(&path, &[("authorization", &owner)], json!({}))
        .await;

    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert_eq!(
        (cancelled.status, &cancelled.json()["status"]),
        (StatusCode::OK, &json!("refunded"))
    );
    assert_eq!(app.stock("MUG-WHITE").await, (400, 0));
    let unpaid = place(&app, "42", None).await.json();
    let path = format!("{PATH}/{}/cancel", id(&unpaid));
    let cancelled = app
        .post(&path, &[("authorization", &owner)], json!({}))
        .await;
    assert_eq!(cancelled.json()["status"], "cancelled");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn lists_have_numbered_pages_of_ones_own_orders_or_all(pool: PgPool) {
    let app = shop(pool).await;
    for _ in 0..3 {
        place(&app, "42", None).await;
    }
    let newest = place(&app, "42", Some(PAYS)).await.json();
    place(&app, "43", None).await;
    let list = async |query: &str, user: &str, role: &str| {
        let bearer = token(user, role);
        app.get(&format!("{PATH}{query}"), &[("authorization", &bearer)])
            .await
    };
    let pages = |answer: &Answer| {
        let body = answer.json();
        let shown = body["data"].as_array().unwrap().len();
        (shown, body["pagination"].clone())
    };

    let own = list("?page=1&limit=3", "42", "user").await;
    assert_eq!(own.status, StatusCode::OK);
    assert_eq!(own.json()["data"][0], newest);
    let pagination = json!({"page": 1, "limit": 3, "total": 4, "total_pages": 2});
    assert_eq!(pages(&own), (3, pagination));
    let second = list("?page=2&limit=3", "42", "user").await;
    assert_eq!(pages(&second).0, 1);
    let unpaid = list("?status=PENDING", "42", "user").await;
    let pagination = json!({"page": 1, "limit": 20, "total": 3, "total_pages": 1});
    assert_eq!(pages(&unpaid), (3, pagination));
    let all = list("", "1", "admin").await;
    assert_eq!(pages(&all).1["total"], 5);
    let none = list("", "44", "user").await;
    let pagination = json!({"page": 1, "limit": 20, "total": 0, "total_pages": 0});
    assert_eq!(pages(&none), (0, pagination));
    assert_eq!(app.get(PATH, &[]).await.status, StatusCode::UNAUTHORIZED);
    for (query, status) in [
        ("?page=first", StatusCode::BAD_REQUEST),
        ("?page=-1", StatusCode::BAD_REQUEST),
        ("?status=lost", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(list(query, "42", "user").await.status, status, "{query}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guests_token_opens_their_order_and_no_other(pool: PgPool) {
    let app = shop(pool).await;
    let mine = app.post(PATH, &[], guests_mugs(None)).await.json();
    let other = app.post(PATH, &[], guests_mugs(None)).await.json();
    let token = mine["access_token"].as_str().unwrap();
    let read = async |order: &Value| {
        let path = format!("{PATH}/{}", id(order));
        app.get(&path, &[("x-order-token", token)]).await
    };

    assert_eq!(read(&mine).await.status, StatusCode::OK);
    assert_eq!(read(&mine).await.json().get("access_token"), None);
    assert_eq!(read(&other).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_service_orders_for_any_customer_and_a_customer_for_themselves(pool: PgPool) {
    let app = shop(pool).await;
    let named = |user: i64| {
        let mut order = mugs(None);
        order["user_id"] = json!(user);
        order
    };
    let customer = token("42", "user");
    let customer = [("authorization", customer.as_str())];

    let service = app.post(PATH, &[SERVICE], named(42)).await;
    let own = app.post(PATH, &customer, named(42)).await;
    let another = app.post(PATH, &customer, named(43)).await;

    assert_eq!(service.json()["user_id"], 42);
    let path = format!("{PATH}/{}", id(&service.json()));
    assert_eq!(app.get(&path, &customer).await.status, StatusCode::OK);
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.body);
    assert_eq!(another.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_repeat_is_answered_as_before(pool: PgPool) {
    let app = shop(pool).await;
    for (key, card) in [("a", None), ("b", Some(PAYS)), ("c", Some(DECLINED))] {
        let key = [("idempotency-key", key)];

        let first = app.post(PATH, &key, guests_mugs(card)).await;
        let again = app.post(PATH, &key, guests_mugs(card)).await;

        assert_eq!((again.status, again.json()), (first.status, first.json()));
        assert_eq!(again.header("idempotent-replayed"), "true");
    }
    let key = [("idempotency-key", "a")];
    let other = app.post(PATH, &key, guests_mugs(Some(PAYS))).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.stock("MUG-WHITE").await, (398, 2));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_used_is_named_as_retail_calls_it(pool: PgPool) {
    let app = shop(pool).await;
    let wrong = json!({
        "items": [{"product_id": "1", "quantity": 0}, {"quantity": 1}], "user_id": "", "payment": {"method": "shells", "token": "1"},
    });

    let answer = app.post(PATH, &[SERVICE], wrong).await;
    let unknown =
        json!({"items": [{"product_id": 999, "quantity": 1}], "shipping_address": bath()});
    let unknown = app.post(PATH, &[SERVICE], unknown).await;
    let variants = json!({"items": [{"product_id": 2, "quantity": 1}], "shipping_address": bath()});
    let variants = app.post(PATH, &[SERVICE], variants).await;
    let sold_out = json!({"items": [{"product_id": 6, "quantity": 1}], "shipping_address": bath()});
    let sold_out = app.post(PATH, &[SERVICE], sold_out).await;
    let shape = app.post(PATH, &[SERVICE], json!({"items": "all"})).await;
    let nameless =
        json!({"items": [{"product_id": "", "quantity": 1}], "shipping_address": bath()});
    let nameless = app.post(PATH, &[SERVICE], nameless).await;
    let order = app.post(PATH, &[SERVICE], mugs(None)).await.json();
    let note = json!({"status": "confirmed", "note": "n".repeat(1_001)});
    for refused in [
        app.patch(
            &format!("{PATH}/{}/status", id(&order)),
            &[SERVICE],
            note.clone(),
        )
        .await,
        app.put(
            &format!("/api/v1/orders/{}/status", id(&order)),
            &[SERVICE],
            note.clone(),
        )
        .await,
    ] {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(pointers(&refused.json()), ["/note"]);
    }
    assert_eq!(pointers(&nameless.json()), ["/items/0/product_id"]);

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        pointers(&answer.json()),
        [
            "/items/0/quantity",
            "/items/1",
            "/user_id",
            "/payment/method",
            "/shipping_address"
        ]
    );
    for answer in [unknown, variants] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(pointers(&answer.json()), ["/items/0"]);
    }
    assert_eq!(
        (sold_out.status, kind(&sold_out)),
        (StatusCode::CONFLICT, "out_of_stock".to_owned())
    );
    assert_eq!(sold_out.json()["out_of_stock"][0]["sku"], "LAMP-DESK");
    assert_eq!(shape.status, StatusCode::BAD_REQUEST);
}
