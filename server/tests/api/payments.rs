use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use hmac::{Hmac, KeyInit, Mac};
use orders::engine::MIGRATOR;
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::PgPool;

use crate::test_app::{CALLBACK_SECRET, DELAYED, KEY, TestApp, guest_order};

const PATH: &str = "/api/v1/payments/sandbox/callback";

fn signature(secret: &[u8], body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn signed(path: &str, body: &Value, signature: &str) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/json")
        .header("x-signature", signature)
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// An order whose payment runs, and the provider's word that it has the money.
async fn running(app: &TestApp) -> (String, Value) {
    let order = app
        .post("/api/v1/orders", &[], guest_order(1, Some(DELAYED)))
        .await
        .json();
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    let payment = order["payments"][0]["id"].clone();
    let fact = json!({"payment_id": payment, "charge_id": "ch_1", "status": "SUCCESS"});
    (path, fact)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_what_the_provider_signed_is_believed(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (path, fact) = running(&app).await;
    let body = fact.to_string();
    let right = signature(CALLBACK_SECRET, &body);

    for wrong in [
        String::new(),
        "sha256=".to_owned(),
        signature(b"another secret", &body),
        signature(CALLBACK_SECRET, "another body"),
        right.trim_start_matches("sha256=").to_owned(),
        right[..right.len() - 2].to_owned(),
    ] {
        let answer = app.ask(signed(PATH, &fact, &wrong)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let unsigned = app.post(PATH, &[], fact.clone()).await;
    assert_eq!(unsigned.status, StatusCode::UNAUTHORIZED);
    let read = || async { app.get(&path, &[("x-api-key", KEY)]).await.json() };
    assert_eq!(read().await["status"], "payment_pending");

    let answer = app.ask(signed(PATH, &fact, &right)).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(read().await["status"], "confirmed");
    let history = app
        .get(&format!("{path}/history"), &[("x-api-key", KEY)])
        .await
        .json();
    let last = history["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["change"], &last["actor"]),
        (&json!("payment_captured"), &json!("system"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_callback_that_makes_no_sense_is_refused(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let (_, fact) = running(&app).await;
    let with = |name: &str, value: Value| {
        let mut fact = fact.clone();
        fact[name] = value;
        fact
    };
    let key = [("x-api-key", KEY)];
    let stranger = json!("01936b6e-1111-7222-8333-444455556666");

    for (path, fact, status) in [
        (PATH, with("payment_id", stranger), 404),
        ("/api/v1/payments/another/callback", fact.clone(), 404),
        (PATH, with("payment_id", json!("7")), 400),
        (PATH, with("status", json!("PERHAPS")), 422),
        (PATH, with("charge_id", json!("")), 422),
        (PATH, with("amount_minor", json!(-1)), 422),
        (PATH, with("amount_minor", json!("12.50")), 400),
    ] {
        let answer = app.post(path, &key, fact).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    assert_eq!(app.post(PATH, &key, fact).await.status, StatusCode::OK);
}
