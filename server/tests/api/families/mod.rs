//! The API as other order services have it: each documented request of theirs, answered as they say.

mod access;
mod across;
mod repeats;
mod retail;
mod storefront;
mod ticketing;

use axum::http::Method;
use jsonwebtoken::{EncodingKey, Header};
use orders::Caller;
use serde_json::{Value, json};
use server::demo::{API_KEY, Demo};
use sqlx::PgPool;

use crate::test_app::{Answer, JWT_SECRET, TestApp};

const SERVICE: (&str, &str) = ("x-api-key", API_KEY);

/// The demo's goods and seats, and a program's key.
async fn shop(pool: PgPool) -> TestApp {
    let app = TestApp::empty(pool).await;
    Demo::load_catalogue(&app.engine).await.unwrap();
    let caller = Caller::system("test");
    let people = &app.engine.people;
    people
        .keep_service_key(&caller, "test", API_KEY)
        .await
        .unwrap();
    app
}

/// A bearer token of another system's user.
fn token(user: &str, role: &str) -> String {
    let claims = json!({"sub": user, "role": role, "exp": 4_000_000_000_u32});
    let key = EncodingKey::from_secret(JWT_SECRET);
    let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
    format!("Bearer {token}")
}

impl TestApp {
    async fn patch(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.call(Method::PATCH, path, headers, Some(body)).await
    }

    /// How many are on hand and reserved.
    async fn stock(&self, sku: &str) -> (i64, i64) {
        let path = format!("/api/v1/inventory/{sku}");
        let level = self.get(&path, &[SERVICE]).await.json();
        let number = |name: &str| level[name].as_i64().unwrap();
        (number("on_hand"), number("reserved"))
    }

    /// What workers do, until nothing is due.
    async fn work(&self) {
        while self.engine.orders.advance_due(20).await.unwrap() > 0 {}
    }

    /// The invariants that do not hold.
    async fn violated(&self) -> Vec<String> {
        self.work().await;
        while self.engine.deliveries.relay().await.unwrap() > 0 {}
        let caller = Caller::system("test");
        let checked = self.engine.checks.run(&caller).await.unwrap();
        let violated = checked.into_iter().filter(|it| !it.holds());
        violated.map(|it| it.name).collect()
    }
}

/// The order's id.
fn id(order: &Value) -> &str {
    order["id"].as_str().unwrap()
}

/// The body with what differs from run to run covered: ids, moments, tokens.
fn covered(body: &Value) -> Value {
    let mut covered = body.clone();
    for name in [
        "id",
        "created_at",
        "updated_at",
        "createdAt",
        "updatedAt",
        "access_token",
    ] {
        if body[name].as_str().is_some_and(|it| it.len() > 19) {
            covered[name] = json!("…");
        }
    }
    covered
}

/// The pointers of a problem's errors.
fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|it| it["pointer"].as_str().unwrap())
        .collect()
}

/// The last word of a problem's type.
fn kind(answer: &Answer) -> String {
    let problem = answer.json();
    let kind = problem["type"].as_str().unwrap();
    kind.rsplit('/').next().unwrap().to_owned()
}
