use std::sync::Arc;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use hmac::{Hmac, KeyInit, Mac};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::PgPool;

use super::{SERVICE, covered, id, kind, pointers, shop, token};
use crate::test_app::{Answer, CALLBACK_SECRET, PAYS, TestApp};

const PATH: &str = "/v1/orders";
const CALLBACK: &str = "/v1/payments/callback";

fn seats(seats: Value) -> Value {
    json!({"user_id": "101", "event_id": 101, "seats": seats})
}

async fn place(app: &TestApp, key: &str, body: Value) -> Answer {
    app.post(PATH, &[SERVICE, ("idempotency-key", key)], body)
        .await
}

async fn tell(app: &TestApp, order: &Value, payment: &str, status: &str) -> Answer {
    let told = json!({"order_id": order["id"], "payment_id": payment, "status": status});
    app.post(CALLBACK, &[SERVICE], told).await
}

async fn read(app: &TestApp, order: &Value) -> Value {
    let path = format!("{PATH}/{}", id(order));
    app.get(&path, &[SERVICE]).await.json()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn seats_are_ordered_and_read_with_tax_in_cents(pool: PgPool) {
    let app = shop(pool).await;

    let placed = place(&app, "abc123", seats(json!([1, 2, 3]))).await;

    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.body);
    let order = placed.json();
    let path = format!("{PATH}/{}", id(&order));
    assert_eq!(placed.header("location"), path);
    let price = order["items"][0]["seat_price_cents"].as_i64().unwrap();
    assert_eq!(
        covered(&order),
        json!({
            "id": "…", "user_id": 101, "event_id": 101, "status": "PENDING",
            "total_cents": price * 3 + price * 3 / 10, "tax_cents": price * 3 / 10,
            "items": [
                {"seat_id": 1, "seat_code": "A1", "seat_price_cents": price},
                {"seat_id": 2, "seat_code": "A2", "seat_price_cents": price},
                {"seat_id": 3, "seat_code": "A3", "seat_price_cents": price},
            ],
            "tickets": [], "created_at": "…", "updated_at": "…",
        })
    );
    let found = app.get(&path, &[SERVICE]).await;
    assert_eq!((found.status, found.json()), (StatusCode::OK, order));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_key_is_the_same_order_as_it_is_now_and_for_ever(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "abc123", seats(json!([1, 2]))).await.json();
    tell(&app, &order, "p1", "SUCCESS").await;

    let again = place(&app, "abc123", seats(json!([1, 2]))).await;
    let other = place(&app, "abc123", seats(json!([1, 2, 3]))).await;
    let without = app.post(PATH, &[SERVICE], seats(json!([4]))).await;
    let empty = place(&app, " ", seats(json!([4]))).await;

    assert_eq!(
        (again.status, &again.json()["id"]),
        (StatusCode::OK, &order["id"])
    );
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["status"], "CONFIRMED");
    assert_eq!(again.json()["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(
        (other.status, kind(&other)),
        (StatusCode::UNPROCESSABLE_ENTITY, "key_reused".to_owned())
    );
    assert_eq!(without.status, StatusCode::BAD_REQUEST);
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    let orders = &app.engine.orders;
    sqlx::query("update idempotency_keys set created_at = created_at - interval '400 days'")
        .execute(&app.engine.database().pool)
        .await
        .unwrap();
    assert_eq!(orders.forget_old_keys().await.unwrap(), 0);
    let years_later = place(&app, "abc123", seats(json!([1, 2]))).await;
    assert_eq!(years_later.status, StatusCode::OK);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_key_belongs_to_who_sent_it(pool: PgPool) {
    let app = shop(pool).await;
    let ada = token("101", "user");
    let bob = token("102", "user");
    let order = json!({"event_id": 101, "seats": [1]});

    let first = app
        .post(
            PATH,
            &[("authorization", &ada), ("idempotency-key", "abc")],
            order.clone(),
        )
        .await;
    let second = app
        .post(
            PATH,
            &[("authorization", &bob), ("idempotency-key", "abc")],
            order,
        )
        .await;

    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    assert_eq!(first.json()["user_id"], 101);
    assert_eq!(second.status, StatusCode::CONFLICT);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_key_of_an_order_that_was_deleted_sells_nothing_again(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "abc123", seats(json!([1]))).await.json();
    let path = format!("/orders/{}", id(&order));
    let deleted = app.call(Method::DELETE, &path, &[SERVICE], None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);

    let again = place(&app, "abc123", seats(json!([1]))).await;

    assert_eq!(again.status, StatusCode::NOT_FOUND, "{}", again.body);
    let next = place(&app, "abc124", seats(json!([1]))).await;
    assert_eq!(next.status, StatusCode::CREATED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_customer_orders_seats_for_themselves_only(pool: PgPool) {
    let app = shop(pool).await;
    let ada = token("101", "user");
    let headers = [("authorization", ada.as_str()), ("idempotency-key", "abc")];
    let named = |user: &str| json!({"user_id": user, "event_id": 101, "seats": [1]});

    let another = app.post(PATH, &headers, named("102")).await;
    let own = app.post(PATH, &headers, named("101")).await;

    assert_eq!(another.status, StatusCode::FORBIDDEN, "{}", another.body);
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.body);
}

/// 10 % of three seats at 10.05 are 3.015: 3.02 once, 3.03 by the seat. Of three at 10.04 they are 3.012: 3.01 once, 3.00
/// by the seat.
#[sqlx::test(migrator = "MIGRATOR")]
async fn tax_is_rounded_half_up_once_for_an_order(pool: PgPool) {
    let app = shop(pool).await;
    let seat = |id: i32, price: i64| json!({"seat_id": id, "seat_code": format!("A{id}"), "price_minor": price});
    let event = json!({
        "ref": "202", "title": "Odd prices", "kind": "event", "starts_at": "2027-01-01T20:00:00Z", "venue": "Hall",
        "seats": [seat(1, 1005), seat(2, 1005), seat(3, 1005), seat(4, 1004), seat(5, 1004), seat(6, 1004)],
    });
    let created = app.post("/api/v1/products", &[SERVICE], event).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);

    for (key, wanted, tax, total) in [("up", [1, 2, 3], 302, 3317), ("down", [4, 5, 6], 301, 3313)]
    {
        let order = json!({"user_id": 1, "event_id": 202, "seats": wanted});
        let order = place(&app, key, order).await.json();
        assert_eq!(
            (&order["tax_cents"], &order["total_cents"]),
            (&json!(tax), &json!(total))
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_taken_seat_is_named_and_no_other_is_held(pool: PgPool) {
    let app = shop(pool).await;
    place(&app, "one", seats(json!([2]))).await;

    let taken = place(&app, "two", seats(json!([1, 2, 3]))).await;

    assert_eq!(
        (taken.status, kind(&taken)),
        (StatusCode::CONFLICT, "out_of_stock".to_owned())
    );
    let problem = taken.json();
    assert_eq!(problem["detail"], "Seat A2 (id 2) is taken.");
    assert_eq!(
        problem["out_of_stock"][0]["seat"],
        json!({"seat_id": 2, "seat_code": "A2"})
    );
    // The key is free again, and so are the other seats.
    let others = place(&app, "two", seats(json!([1, 3]))).await;
    assert_eq!(others.status, StatusCode::CREATED, "{}", others.body);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_twenty_buyers_of_the_same_seats_one_gets_them_and_none_holds_any(pool: PgPool) {
    let app = Arc::new(shop(pool).await);

    let buyers: Vec<_> = (0..20)
        .map(|buyer| {
            let app = app.clone();
            // Each wants the common seats, and some of their own.
            let wanted = seats(json!([10, 11, 20 + buyer]));
            tokio::spawn(async move { place(&app, &format!("buyer {buyer}"), wanted).await })
        })
        .collect();
    let mut answers = Vec::new();
    for buyer in buyers {
        answers.push(buyer.await.unwrap());
    }

    let count = |status| answers.iter().filter(|it| it.status == status).count();
    assert_eq!(
        (count(StatusCode::CREATED), count(StatusCode::CONFLICT)),
        (1, 19)
    );
    let event = app.get("/api/v1/products/101", &[]).await.json();
    let free = event["seats"].as_array().unwrap().iter();
    let taken = free.filter(|it| it["available"] == false).count();
    assert_eq!(taken, 3, "only the winner holds anything");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_twenty_requests_with_one_key_one_makes_the_order(pool: PgPool) {
    let app = Arc::new(shop(pool).await);

    let twins: Vec<_> = (0..20)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { place(&app, "abc123", seats(json!([1, 2]))).await })
        })
        .collect();
    let mut answers = Vec::new();
    for twin in twins {
        answers.push(twin.await.unwrap());
    }

    let count = |status| answers.iter().filter(|it| it.status == status).count();
    assert_eq!((count(StatusCode::CREATED), count(StatusCode::OK)), (1, 19));
    let first = answers[0].json()["id"].clone();
    assert!(answers.iter().all(|it| it.json()["id"] == first));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn success_confirms_and_issues_a_ticket_a_seat_once(pool: PgPool) {
    let app = Arc::new(shop(pool).await);
    let order = place(&app, "abc123", seats(json!([1, 2, 3]))).await.json();

    let told: Vec<_> = (0..6)
        .map(|_| {
            let (app, order) = (app.clone(), order.clone());
            tokio::spawn(async move { tell(&app, &order, "p1", "SUCCESS").await })
        })
        .collect();
    for told in told {
        let told = told.await.unwrap();
        assert_eq!(told.status, StatusCode::OK, "{}", told.body);
        assert_eq!(
            told.json(),
            json!({"order_id": order["id"], "payment_id": "p1", "status": "CONFIRMED"})
        );
    }

    let order = read(&app, &order).await;
    assert_eq!(order["status"], "CONFIRMED");
    let tickets = order["tickets"].as_array().unwrap();
    let seats: Vec<_> = tickets.iter().map(|it| it["seat_id"].clone()).collect();
    assert_eq!(seats, [1, 2, 3]);
    for ticket in tickets {
        let fields: Vec<_> = ticket.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["id", "issued_at", "seat_id", "ticket_code"]);
        assert_eq!(ticket["ticket_code"].as_str().unwrap().len(), 12);
    }
    assert_eq!(app.violated().await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn failed_fails_the_order_and_frees_its_seats(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "one", seats(json!([1, 2]))).await.json();

    for _ in 0..2 {
        assert_eq!(
            tell(&app, &order, "p1", "FAILED").await.json()["status"],
            "FAILED"
        );
    }

    assert_eq!(read(&app, &order).await["status"], "FAILED");
    let next = place(&app, "two", seats(json!([1, 2]))).await;
    assert_eq!(next.status, StatusCode::CREATED);
    // Money that comes now is new money, and goes back: the seats are somebody else's.
    assert_eq!(
        tell(&app, &order, "p1", "SUCCESS").await.status,
        StatusCode::OK
    );
    assert_eq!(app.violated().await, Vec::<String>::new());
    let order = read(&app, &order).await;
    assert_eq!(
        (&order["status"], &order["tickets"]),
        (&json!("REFUNDED"), &json!([]))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn facts_in_another_order_and_second_captures_lose_no_money(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "one", seats(json!([1]))).await.json();
    tell(&app, &order, "p1", "SUCCESS").await;

    let ignored = tell(&app, &order, "p1", "FAILED").await;
    let second = tell(&app, &order, "p2", "SUCCESS").await;

    assert_eq!(ignored.json()["status"], "CONFIRMED");
    assert_eq!(second.json()["status"], "CONFIRMED");
    assert_eq!(app.violated().await, Vec::<String>::new());
    let path = format!("/api/v1/orders/{}", id(&order));
    let canonical = app.get(&path, &[SERVICE]).await.json();
    assert_eq!(
        (&canonical["status"], &canonical["refunded_minor"]),
        (&json!("confirmed"), &order["total_cents"])
    );
    let cancelled = place(&app, "two", seats(json!([5]))).await.json();
    let cancel = format!("/api/orders/{}/cancel", id(&cancelled));
    app.post(&cancel, &[SERVICE], json!({})).await;
    assert_eq!(read(&app, &cancelled).await["status"], "CANCELLED");
    tell(&app, &cancelled, "p3", "SUCCESS").await;
    assert_eq!(app.violated().await, Vec::<String>::new());
    assert_eq!(read(&app, &cancelled).await["status"], "REFUNDED");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_a_signature_or_a_key_tells_of_payments(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "one", seats(json!([1]))).await.json();
    let told = json!({"order_id": order["id"], "payment_id": 7, "status": "success"});
    let body = told.to_string();
    let signature = |secret: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(body.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    };
    let signed = |signature: String| {
        Request::post(CALLBACK)
            .header("content-type", "application/json")
            .header("x-signature", signature)
            .body(Body::from(body.clone()))
            .unwrap()
    };
    let (admin, buyer) = (token("1", "admin"), token("101", "user"));

    for bearer in [&admin, &buyer] {
        let answer = app
            .post(CALLBACK, &[("authorization", bearer)], told.clone())
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let nobody = app.post(CALLBACK, &[], told.clone()).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let forged = app.ask(signed(signature(b"another secret"))).await;
    assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
    assert_eq!(read(&app, &order).await["status"], "PENDING");
    let right = app.ask(signed(signature(CALLBACK_SECRET))).await;
    assert_eq!(right.status, StatusCode::OK, "{}", right.body);
    assert_eq!(right.json()["payment_id"], "7");
    assert_eq!(read(&app, &order).await["status"], "CONFIRMED");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_that_makes_no_sense_is_refused(pool: PgPool) {
    let app = shop(pool).await;
    let order = place(&app, "one", seats(json!([1]))).await.json();
    let another = place(&app, "two", seats(json!([2]))).await.json();
    tell(&app, &another, "p1", "SUCCESS").await;
    let with = |name: &str, value: Value| {
        let mut told = json!({"order_id": order["id"], "payment_id": "p2", "status": "SUCCESS"});
        told[name] = value;
        told
    };
    let nobodys = json!("7f7ddc5b-2099-44a1-9f52-3089eb15c1d9");

    for (told, status) in [
        (with("order_id", nobodys), 404),
        (with("order_id", json!("7")), 400),
        (with("status", json!("PERHAPS")), 422),
        (with("payment_id", json!("")), 422),
        (with("payment_id", json!("p1")), 422),
        (json!({}), 400),
    ] {
        let answer = app.post(CALLBACK, &[SERVICE], told.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{told}: {}", answer.body);
    }
    assert_eq!(read(&app, &order).await["status"], "PENDING");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_used_is_named_as_a_seller_calls_it(pool: PgPool) {
    let app = shop(pool).await;
    for (key, body, expected) in [
        ("a", json!({}), vec!["/user_id", "/event_id", "/seats"]),
        (
            "b",
            seats(json!([1, "two", 1])),
            vec!["/seats/1", "/seats/2"],
        ),
        ("b2", seats(json!(["x", "y"])), vec!["/seats/0", "/seats/1"]),
        (
            "b3",
            json!({"user_id": 1, "event_id": "", "seats": [1, 2]}),
            vec!["/event_id"],
        ),
        ("c", seats(json!([1, 61])), vec!["/seats/1"]),
        (
            "d",
            json!({"user_id": "", "event_id": 999, "seats": [1]}),
            vec!["/user_id"],
        ),
        (
            "e",
            json!({"user_id": 1, "event_id": 999, "seats": [1]}),
            vec!["/seats/0"],
        ),
        (
            "f",
            json!({"user_id": 1, "event_id": 1, "seats": [1]}),
            vec!["/seats/0"],
        ),
    ] {
        let answer = place(&app, key, body.clone()).await;

        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(pointers(&answer.json()), expected, "{body}");
    }
    let shape = place(
        &app,
        "g",
        json!({"user_id": 1, "event_id": 101, "seats": 1}),
    )
    .await;
    assert_eq!(shape.status, StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn goods_read_as_items_without_a_seat(pool: PgPool) {
    let app = shop(pool).await;
    let order = json!({
        "items": [{"product": "1", "quantity": 2}, {"product": "101", "seat_id": 4}],
        "customer": {"email": "ada@example.com", "name": "Ada"}, "payment": {"token": PAYS},
    });
    let order = app.post("/api/v1/orders", &[], order).await.json();

    let read = read(&app, &order).await;

    assert_eq!(
        read["items"][0],
        json!({"seat_id": null, "seat_code": null, "seat_price_cents": 3600})
    );
    assert_eq!(read["items"][1]["seat_id"], 4);
    assert_eq!(
        (&read["user_id"], &read["event_id"]),
        (&Value::Null, &json!(101))
    );
    assert_eq!(read["status"], "CONFIRMED");
}
