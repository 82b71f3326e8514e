use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{Answer, DECLINED, KEY, PAYS, TestApp, guest_order};

const SERVICE: (&str, &str) = ("x-api-key", KEY);

/// The path of an order, or of something below it.
fn path(order: &Value, rest: &str) -> String {
    format!("/api/v1/orders/{}{rest}", order["id"].as_str().unwrap())
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

/// An order whose only mug has arrived.
async fn delivered(app: &TestApp) -> Value {
    let order = app.paid_order().await;
    for status in ["processing", "shipped", "delivered"] {
        let answer = app
            .put(
                &path(&order, "/status"),
                &[SERVICE],
                json!({"status": status}),
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    order
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_command_is_done_once_and_answered_the_same(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let unpaid = app
        .post("/api/v1/orders", &[SERVICE], guest_order(1, None))
        .await
        .json();
    let (paid, sent) = (app.paid_order().await, delivered(&app).await);
    let returned = json!({"items": [{"line": 1, "quantity": 1}]});
    let parcel = json!({"carrier": "DHL", "tracking_number": "JD1"});
    for (key, path, body, status) in [
        ("1", path(&unpaid, "/payment"), json!({"token": PAYS}), 200),
        ("2", path(&unpaid, "/shipments"), parcel, 201),
        (
            "3",
            path(&paid, "/refunds"),
            json!({"amount_minor": 500}),
            201,
        ),
        ("4", path(&paid, "/notes"), json!({"text": "Called."}), 201),
        (
            "5",
            path(&paid, "/attention"),
            json!({"resolved": true}),
            200,
        ),
        ("6", path(&paid, "/cancel"), json!({}), 200),
        ("7", path(&sent, "/returns"), returned, 201),
    ] {
        let headers = [SERVICE, ("idempotency-key", key)];

        let first = app.post(&path, &headers, body.clone()).await;
        let again = app.post(&path, &headers, body.clone()).await;
        let mut other = body;
        other["version"] = json!(99);
        let other = app.post(&path, &headers, other).await;

        assert_eq!(first.status.as_u16(), status, "{path}: {}", first.body);
        assert_eq!(again.status, first.status, "{path}: {}", again.body);
        assert_eq!(again.json(), first.json(), "{path}");
        assert_eq!((replayed(&first), replayed(&again)), (false, true));
        for header in ["etag", "content-type"] {
            assert_eq!(again.header(header), first.header(header), "{path}");
        }
        assert_eq!(other.status.as_u16(), 422, "{path}");
        assert!(
            other.json()["type"]
                .as_str()
                .unwrap()
                .ends_with("key_reused")
        );
    }
    let order = app.get(&path(&paid, ""), &[SERVICE]).await.json();
    assert_eq!(order["refunded_minor"], 1_980);
    let notes = app.get(&path(&paid, "/notes"), &[SERVICE]).await.json();
    assert_eq!(notes["data"].as_array().unwrap().len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_stays_as_it_was_though_the_order_goes_on(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for (key, payment) in [("paid", Some(PAYS)), ("unpaid", None)] {
        let headers = [SERVICE, ("idempotency-key", key)];
        let body = guest_order(1, payment);
        let placed = app.post("/api/v1/orders", &headers, body.clone()).await;
        app.post(&path(&placed.json(), "/cancel"), &[SERVICE], json!({}))
            .await;

        let again = app.post("/api/v1/orders", &headers, body).await;

        assert!(replayed(&again), "{key}");
        assert_eq!(
            (again.status, again.json()),
            (StatusCode::CREATED, placed.json()),
            "{key}"
        );
        for header in ["location", "etag"] {
            assert_eq!(again.header(header), placed.header(header), "{key}");
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_order_is_declined_again_and_its_token_is_not_stored(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let headers = [("idempotency-key", "abc")];
    let body = guest_order(1, Some(DECLINED));

    let declined = app.post("/api/v1/orders", &headers, body.clone()).await;
    let again = app.post("/api/v1/orders", &headers, body).await;

    assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
    assert_eq!(
        (again.status, again.header("content-type")),
        (declined.status, "application/problem+json")
    );
    let problem = declined.json();
    assert_eq!(again.json(), problem);
    let token = problem["access_token"].as_str().unwrap();
    let id = json!({"id": problem["order_id"]});
    let order = app.get(&path(&id, ""), &[("x-order-token", token)]).await;
    assert_eq!(order.json()["status"], "payment_failed");
    let stored: String = sqlx::query_scalar("select answer::text from idempotency_keys")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(!stored.contains(token));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_server_that_died_before_it_answered_leaves_an_order_to_answer_from(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let order = app.paid_order().await;
    let headers = [SERVICE, ("idempotency-key", "abc")];
    let (path, body) = (path(&order, "/refunds"), json!({"amount_minor": 500}));
    app.post(&path, &headers, body.clone()).await;
    // As it is when the answer was never written down.
    sqlx::query("update idempotency_keys set status = null, headers = null, answer = null")
        .execute(&pool)
        .await
        .unwrap();

    // While its lease lasts the request may still run.
    sqlx::query("update orders set lease_until = now() + interval '20 seconds'")
        .execute(&pool)
        .await
        .unwrap();
    let at_once = app.post(&path, &headers, body.clone()).await;
    sqlx::query("update orders set lease_until = null")
        .execute(&pool)
        .await
        .unwrap();
    let later = app.post(&path, &headers, body.clone()).await;
    let again = app.post(&path, &headers, body).await;

    assert_eq!(at_once.status, StatusCode::CONFLICT);
    assert!(
        at_once.json()["type"]
            .as_str()
            .unwrap()
            .ends_with("key_in_flight")
    );
    assert_eq!(
        (later.status, replayed(&later)),
        (StatusCode::CREATED, true)
    );
    assert_eq!(later.json()["refunded_minor"], 500);
    assert_eq!(again.json(), later.json());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_request_may_come_again_and_succeed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let headers = [SERVICE, ("idempotency-key", "abc")];
    let body = json!({"items": [{"line": 1, "quantity": 1}]});
    let early = app
        .post(&path(&order, "/returns"), &headers, body.clone())
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    for status in ["processing", "shipped", "delivered"] {
        app.put(
            &path(&order, "/status"),
            &[SERVICE],
            json!({"status": status}),
        )
        .await;
    }

    let later = app.post(&path(&order, "/returns"), &headers, body).await;

    assert_eq!(later.status, StatusCode::CREATED, "{}", later.body);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guests_key_opens_nothing_to_another_guest(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let cancel = path(&order, "/cancel");
    let token = order["access_token"].as_str().unwrap();
    let key = ("idempotency-key", "abc");
    let mine = app
        .post(&cancel, &[("x-order-token", token), key], json!({}))
        .await;

    let stranger = app.post(&cancel, &[key], json!({})).await;

    assert_eq!(mine.status, StatusCode::OK);
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_saw_an_older_version_is_told_who_was_faster(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let read = app.get(&path(&order, ""), &[SERVICE]).await;
    let tag = read.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", order["version"]));
    let version = order["version"].as_i64().unwrap();
    let bearer = app.bearer("staff@test.example").await;
    let staff = ("authorization", bearer.as_str());
    let status = path(&order, "/status");
    let moved = app
        .put(
            &status,
            &[staff, ("if-match", &tag)],
            json!({"status": "processing"}),
        )
        .await;
    assert_eq!(moved.status, StatusCode::OK);
    assert_eq!(moved.header("etag"), format!("\"{}\"", version + 1));

    let parcel = json!({"carrier": "DHL", "tracking_number": "1"});
    for (rest, body) in [
        ("/shipments", parcel.clone()),
        ("/refunds", json!({})),
        ("/cancel", json!({})),
        ("/payment", json!({"token": PAYS})),
        ("/attention", json!({"resolved": true})),
    ] {
        let (path, mut in_body) = (path(&order, rest), body.clone());
        in_body["version"] = json!(version);

        let conflict = app.post(&path, &[SERVICE], in_body).await;
        let failed = app.post(&path, &[SERVICE, ("if-match", &tag)], body).await;

        assert_eq!(conflict.status, StatusCode::CONFLICT, "{path}");
        assert_eq!(failed.status, StatusCode::PRECONDITION_FAILED, "{path}");
        for answer in [conflict, failed] {
            let problem = answer.json();
            assert_eq!(problem["version"], version + 1);
            let by = problem["changed_by"].as_str().unwrap();
            assert!(by.starts_with("staff:"), "{by}");
            assert!(problem["changed_at"].is_string());
        }
    }
    let deleted = app
        .call(
            Method::DELETE,
            &path(&order, ""),
            &[SERVICE, ("if-match", &tag)],
            None,
        )
        .await;
    assert_eq!(deleted.status, StatusCode::PRECONDITION_FAILED);
    let shipments = path(&order, "/shipments");
    for (tag, status) in [("*", 201), ("\"nonsense\"", 412), ("W/\"4\"", 412)] {
        let answer = app
            .post(&shipments, &[SERVICE, ("if-match", tag)], parcel.clone())
            .await;
        assert_eq!(answer.status.as_u16(), status, "{tag}: {}", answer.body);
    }
    let unreadable = json!({"version": "4"});
    let unreadable = app
        .post(&path(&order, "/refunds"), &[SERVICE], unreadable)
        .await;
    assert_eq!(unreadable.status, StatusCode::BAD_REQUEST);
    let torn = json!({"status": "delivered", "version": 1});
    let torn = app.put(&status, &[SERVICE, ("if-match", "\"2\"")], torn);
    assert_eq!(torn.await.status, StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_return_goes_its_way_to_money_and_shelf(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = delivered(&app).await;
    let buyer = ("x-order-token", order["access_token"].as_str().unwrap());
    let asked = json!({"items": [{"line": 1, "quantity": 1}], "reason": "chipped"});

    let asked = app.post(&path(&order, "/returns"), &[buyer], asked).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    let found = asked.json()["returns"][0].clone();
    assert_eq!(
        (&found["status"], &found["reason"], &found["items"]),
        (
            &json!("requested"),
            &json!("chipped"),
            &json!([{"line": 1, "quantity": 1}])
        )
    );
    let below = |rest: &str| {
        let id = found["id"].as_str().unwrap();
        path(&order, &format!("/returns/{id}/{rest}"))
    };
    let accepted = app.post(&below("accept"), &[SERVICE], json!({})).await;
    assert_eq!(accepted.json()["returns"][0]["status"], "accepted");
    let refused = app.post(&below("refuse"), &[SERVICE], json!({})).await;
    assert_eq!(
        (refused.status, &refused.json()["current"]),
        (StatusCode::CONFLICT, &json!("accepted"))
    );
    let received = app
        .post(&below("receive"), &[SERVICE], json!({"restock": true}))
        .await;

    let order = received.json();
    assert_eq!(
        (&order["status"], &order["payment_status"]),
        (&json!("refunded"), &json!("refunded"))
    );
    assert_eq!(
        order["refunds"][0]["items"],
        json!([{"line": 1, "quantity": 1, "amount_minor": 1980}])
    );
    let stock = app.get("/api/v1/inventory/MUG", &[SERVICE]).await.json();
    assert_eq!(stock["on_hand"], 10);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn notes_carry_their_authors_name_and_stay_among_staff(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let order = app.paid_order().await;
    let bearer = app.bearer("staff@test.example").await;
    let notes = path(&order, "/notes");

    let note = app
        .post(
            &notes,
            &[("authorization", &bearer)],
            json!({"text": "Called."}),
        )
        .await;

    assert_eq!(note.status, StatusCode::CREATED);
    assert_eq!(note.json()["author"], "Test");
    let token = order["access_token"].as_str().unwrap();
    let buyer = [("x-order-token", token)];
    assert_eq!(
        app.get(&notes, &buyer).await.status,
        StatusCode::UNAUTHORIZED
    );
    for path in [path(&order, ""), path(&order, "/history")] {
        assert!(!app.get(&path, &buyer).await.body.contains("Called"));
    }
    let empty = app.post(&notes, &[SERVICE], json!({"text": " "})).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guests_answer_is_repeated_to_others_without_what_opens_the_order(pool: PgPool) {
    let app = TestApp::start(pool).await;
    for (key, card) in [
        ("one", None),
        ("two", Some(PAYS)),
        ("three", Some(DECLINED)),
    ] {
        let send = async |peer: &str| {
            let peer: std::net::SocketAddr = peer.parse().unwrap();
            let request = axum::http::Request::post("/api/v1/orders")
                .extension(axum::extract::ConnectInfo(peer))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .body(axum::body::Body::from(guest_order(1, card).to_string()));
            app.ask(request.unwrap()).await
        };

        let first = send("192.0.2.1:1").await;
        let repeat = send("192.0.2.1:2").await;
        let stranger = send("203.0.113.9:1").await;

        assert_eq!(repeat.header("idempotent-replayed"), "true");
        assert_eq!(repeat.json()["access_token"], first.json()["access_token"]);
        assert!(first.json()["access_token"].is_string());
        // It is no second order, and not theirs.
        assert_eq!(
            (stranger.status, repeat.status),
            (first.status, first.status)
        );
        let name = if card == Some(DECLINED) {
            "order_id"
        } else {
            "id"
        };
        assert_eq!(stranger.json()[name], first.json()[name]);
        assert!(
            !stranger.json()["access_token"].is_string(),
            "{}",
            stranger.body
        );
    }
}
