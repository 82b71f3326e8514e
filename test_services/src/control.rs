//! The commands of the tests.

use axum::{Json, extract::State, http::StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::{
    Shared,
    books::{Behaviour, Books, Charge},
    process,
};

/// How the next calls go.
#[derive(Serialize, Deserialize)]
pub struct Misbehave {
    /// `reserve`, `confirm`, `release`, `take_back`, `charge`, `ask`, `refund` or `hear`.
    pub operation: String,
    /// How.
    pub behaviour: Behaviour,
    /// How many calls.
    pub times: usize,
}

/// A callback to send.
#[derive(Serialize, Deserialize)]
pub struct Callback {
    /// Where to.
    pub url: String,
    /// What signs it.
    pub secret: String,
    /// What it says.
    pub body: Value,
    /// How often.
    pub times: usize,
}

pub(crate) async fn books(State(shared): State<Shared>) -> Json<Books> {
    Json(shared.books().clone())
}

pub(crate) async fn behave(State(shared): State<Shared>, Json(it): Json<Misbehave>) {
    let mut books = shared.books();
    let queue = books.behaviours.entry(it.operation).or_default();
    queue.clear();
    queue.extend(std::iter::repeat_n(it.behaviour, it.times));
}

pub(crate) async fn stock(State(shared): State<Shared>, Json((sku, left)): Json<(String, i64)>) {
    shared.books().stock.insert(sku, left);
}

pub(crate) async fn settle(
    State(shared): State<Shared>,
    Json((key, status)): Json<(String, String)>,
) -> StatusCode {
    match shared.books().charges.get_mut(&key) {
        Some(charge) => {
            charge.status = status;
            StatusCode::OK
        }
        None => StatusCode::NOT_FOUND,
    }
}

pub(crate) async fn take(
    State(shared): State<Shared>,
    Json((id, order_id, amount_minor)): Json<(String, String, i64)>,
) {
    shared.books().take(&id, &order_id, amount_minor);
}

pub(crate) async fn decide(
    State(shared): State<Shared>,
    Json((key, status)): Json<(String, String)>,
) -> Json<Option<Charge>> {
    Json(shared.books().decide(&key, &status))
}

/// Loses every reservation and charge.
pub(crate) async fn forget(State(shared): State<Shared>) {
    let mut books = shared.books();
    books.reservations.clear();
    books.charges.clear();
}

/// Sends a callback, all repeats at once, and says how each was answered.
pub(crate) async fn call_back(Json(it): Json<Callback>) -> Json<Vec<u16>> {
    let body = it.body.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(it.secret.as_bytes())
        .expect("an HMAC takes keys of any length");
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let client = process::client();
    let sends: Vec<_> = (0..it.times)
        .map(|_| {
            let request = client
                .post(&it.url)
                .header("content-type", "application/json")
                .header("x-signature", &signature)
                .body(body.clone());
            tokio::spawn(request.send())
        })
        .collect();
    let mut statuses = Vec::new();
    for send in sends {
        let answer = send.await.ok().and_then(Result::ok);
        statuses.push(answer.map_or(0, |it| it.status().as_u16()));
    }
    Json(statuses)
}
