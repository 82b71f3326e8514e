use axum::http::{Method, StatusCode};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::test_app::{KEY, TestApp};

const SERVICE: [(&str, &str); 1] = [("x-api-key", KEY)];

async fn create(app: &TestApp, url: &str) -> Value {
    let body = json!({"url": url, "event_types": ["order.shipped", "order.created"]});
    let answer = app.post("/api/v1/webhooks", &SERVICE, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let webhook = answer.json();
    let location = format!("/api/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), location);
    webhook
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_webhook_shows_its_secret_once(pool: PgPool) {
    let app = TestApp::start(pool).await;

    let made = create(&app, "https://shop.example/hook").await;

    let (id, secret) = (
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    assert!(
        secret.starts_with("whsec_") && secret.len() == 50,
        "{secret}"
    );
    let path = format!("/api/v1/webhooks/{id}");
    let shown = app.get(&path, &SERVICE).await.json();
    assert_eq!(
        shown,
        json!({
            "id": id, "url": "https://shop.example/hook", "event_types": ["order.created", "order.shipped"],
            "waiting": 0, "set_aside": 0, "created_at": made["created_at"],
        })
    );
    let list = app.get("/api/v1/webhooks", &SERVICE).await;
    assert!(!list.body.contains("secret"));
    assert_eq!(list.json(), json!({"data": [shown], "next": null}));
    let path = format!("{path}/rotate-secret");
    let rotated = app.post(&path, &SERVICE, json!({})).await.json();
    assert_eq!(rotated["id"], made["id"]);
    assert_ne!(rotated["secret"], made["secret"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_webhook_that_cannot_be_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    create(&app, "https://shop.example/hook").await;
    let refused = async |body: Value| {
        let answer = app.post("/api/v1/webhooks", &SERVICE, body).await;
        let problem = answer.json();
        (
            answer.status.as_u16(),
            problem["errors"][0]["pointer"].clone(),
        )
    };

    assert_eq!(refused(json!({})).await, (422, json!("/url")));
    assert_eq!(
        refused(json!({"url": "ftp://shop.example"})).await,
        (422, json!("/url"))
    );
    assert_eq!(
        refused(json!({"url": "https://[oops"})).await,
        (422, json!("/url"))
    );
    let unknown = json!({"url": "https://shop.example", "event_types": ["order.lost"]});
    assert_eq!(refused(unknown).await, (400, json!("/event_types/0")));
    let twin = json!({"url": "https://shop.example/hook"});
    assert_eq!(refused(twin).await, (409, Value::Null));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn deliveries_are_read_page_by_page_and_sent_again(pool: PgPool) {
    let app = TestApp::start(pool.clone()).await;
    let webhook = create(&app, "https://shop.example/hook").await["id"].clone();
    let webhook = webhook.as_str().unwrap();
    for _ in 0..3 {
        app.paid_order().await;
    }
    app.engine.deliveries.relay().await.unwrap();
    let read = async |query: &str| {
        let answer = app
            .get(&format!("/api/v1/deliveries?{query}"), &SERVICE)
            .await;
        (answer.status.as_u16(), answer.json())
    };

    let (status, first) = read(&format!("webhook={webhook}&state=waiting&limit=2")).await;
    assert_eq!((status, first["data"].as_array().unwrap().len()), (200, 2));
    let (_, rest) = read(&format!("limit=2&after={}", first["next"])).await;
    assert_eq!(
        (rest["data"].as_array().unwrap().len(), &rest["next"]),
        (1, &Value::Null)
    );
    assert_eq!(rest["data"][0]["type"], "order.created");
    let lost = read("state=lost").await;
    assert_eq!(lost.0, 400);
    sqlx::raw_sql("update deliveries set state = 'set_aside', next_at = null, ended_at = now(), attempts = 18")
        .execute(&pool)
        .await
        .unwrap();
    let path = format!("/api/v1/deliveries/{}/resend", rest["data"][0]["id"]);
    let resent = app.post(&path, &SERVICE, json!({})).await.json();
    assert_eq!(
        (&resent["state"], &resent["attempts"]),
        (&json!("waiting"), &json!(0))
    );
    let path = format!("/api/v1/webhooks/{webhook}/resend");
    let resent = app.post(&path, &SERVICE, json!({})).await.json();
    assert_eq!(resent, json!({"resent": 2}));
    let missing = app
        .post("/api/v1/deliveries/0/resend", &SERVICE, json!({}))
        .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_webhook_is_disabled_enabled_and_deleted(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let made = create(&app, "https://shop.example/hook").await;
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    let put = async |verb: &str| {
        let answer = app
            .post(&format!("{path}/{verb}"), &SERVICE, json!({}))
            .await;
        answer.json()["disabled_because"].clone()
    };

    assert_eq!(put("disable").await, "asked");
    assert_eq!(put("enable").await, Value::Null);
    for status in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        let answer = app.call(Method::DELETE, &path, &SERVICE, None).await;
        assert_eq!(answer.status, status);
    }
}
