use std::time::Duration;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::time::timeout;

use crate::test_app::{KEY, TestApp};

/// Long for a machine that is busy; the tests wait for what happens, not for this.
const PATIENCE: Duration = Duration::from_secs(10);

/// The `data` of the next event that has some.
async fn next_event(body: &mut Body) -> Option<Value> {
    loop {
        let frame = timeout(PATIENCE, body.frame())
            .await
            .expect("an event came")?
            .unwrap();
        let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
        let data = text
            .lines()
            .find_map(|line| line.strip_prefix("data: "))
            .map(str::to_owned);
        if let Some(json) = data.and_then(|it| serde_json::from_str(&it).ok()) {
            return Some(json);
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_watched_order_shows_itself_now_and_at_every_change(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (relay, listener) = (app.engine.deliveries.clone(), app.engine.deliveries.clone());
    tokio::spawn(async move { relay.run().await });
    tokio::spawn(async move { listener.listen().await });
    let order = app.paid_order().await;
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    let request = Request::get(format!("{path}/live")).header("x-api-key", KEY);
    let mut stream = app
        .send(request.body(Body::empty()).unwrap())
        .await
        .into_body();

    assert_eq!(
        next_event(&mut stream).await.unwrap()["status"],
        "confirmed"
    );
    app.put(
        &format!("{path}/status"),
        &[("x-api-key", KEY)],
        json!({"status": "processing"}),
    )
    .await;
    assert_eq!(
        next_event(&mut stream).await.unwrap()["status"],
        "processing"
    );

    app.lifecycle.drain();
    assert_eq!(
        next_event(&mut stream).await,
        None,
        "the stream ends when the server stops"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_buyer_hears_that_something_changed_and_reads_no_note_of_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (relay, listener) = (app.engine.deliveries.clone(), app.engine.deliveries.clone());
    tokio::spawn(async move { relay.run().await });
    tokio::spawn(async move { listener.listen().await });
    let order = app.paid_order().await;
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    let token = order["access_token"].as_str().unwrap();
    let feed = format!("/feed?order={}", order["id"].as_str().unwrap());
    let request = Request::get(feed).header("x-order-token", token);
    let mut stream = app
        .send(request.body(Body::empty()).unwrap())
        .await
        .into_body();

    app.post(
        &format!("{path}/notes"),
        &[("x-api-key", KEY)],
        json!({"text": "Looks like fraud."}),
    )
    .await;

    loop {
        let heard = next_event(&mut stream).await.unwrap();
        assert!(!heard.to_string().contains("fraud"));
        // Its payment may still be on its way.
        if heard["type"] == "order.updated" {
            break;
        }
    }
    let seen = app.get(&path, &[("x-order-token", token)]).await;
    assert_eq!(seen.json()["id"], order["id"]);
    assert!(!seen.body.contains("fraud"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_those_who_work_here_watch_all_orders(pool: PgPool) {
    let app = TestApp::start(pool).await;

    assert_eq!(app.get("/feed", &[]).await.status, 401);
    let bearer = app.bearer("ada@test.example").await;
    assert_eq!(
        app.get("/feed", &[("authorization", &bearer)]).await.status,
        403
    );
}
