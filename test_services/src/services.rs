//! The services' side of the protocol.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Shared,
    books::{Answer, Behaviour, Books, Item, Seen},
};

#[derive(Deserialize)]
pub(crate) struct NewReservation {
    id: String,
    order_id: String,
    items: Vec<Item>,
}

pub(crate) async fn reserve(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(new): Json<NewReservation>,
) -> Response {
    let lie = (200, json!({ "status": "held" }));
    play(shared, "reserve", &headers, lie, move |books, _| {
        books.reserve(&new.id, &new.order_id, new.items)
    })
    .await
}

pub(crate) async fn confirm(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Path(key): Path<String>,
) -> Response {
    let lie = (200, json!({ "status": "confirmed" }));
    play(shared, "confirm", &headers, lie, move |books, _| {
        books.confirm(&key)
    })
    .await
}

pub(crate) async fn release(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Path(key): Path<String>,
) -> Response {
    play(
        shared,
        "release",
        &headers,
        (200, Value::Null),
        move |books, _| books.release(&key),
    )
    .await
}

#[derive(Deserialize)]
pub(crate) struct NewReturn {
    id: String,
    items: Vec<Item>,
}

pub(crate) async fn take_back(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Path(reservation): Path<String>,
    Json(new): Json<NewReturn>,
) -> Response {
    let lie = (200, json!({ "status": "returned" }));
    play(shared, "take_back", &headers, lie, move |books, _| {
        books.take_back(&new.id, &reservation, &new.items)
    })
    .await
}

#[derive(Deserialize)]
pub(crate) struct NewCharge {
    id: String,
    order_id: String,
    amount_minor: i64,
    token: Option<String>,
}

pub(crate) async fn charge(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(new): Json<NewCharge>,
) -> Response {
    let lie = (
        200,
        json!({ "id": format!("ch_{}", new.id), "status": "captured", "amount_minor": new.amount_minor }),
    );
    play(shared, "charge", &headers, lie, move |books, behaviour| {
        let less = i64::from(matches!(behaviour, Behaviour::Short));
        let token = match behaviour {
            Behaviour::Declining => Some("a card that nobody takes"),
            _ => new.token.as_deref(),
        };
        books.charge(&new.id, &new.order_id, new.amount_minor - less, token)
    })
    .await
}

pub(crate) async fn ask(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Path(key): Path<String>,
) -> Response {
    play(
        shared,
        "ask",
        &headers,
        (404, Value::Null),
        move |books, _| books.ask(&key),
    )
    .await
}

#[derive(Deserialize)]
pub(crate) struct NewRefund {
    id: String,
    charge: String,
    charge_id: Option<String>,
    amount_minor: i64,
}

pub(crate) async fn refund(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(new): Json<NewRefund>,
) -> Response {
    let lie = (
        200,
        json!({ "id": format!("re_{}", new.id), "status": "sent" }),
    );
    play(shared, "refund", &headers, lie, move |books, _| {
        books.refund(
            &new.id,
            &new.charge,
            new.charge_id.as_deref(),
            new.amount_minor,
        )
    })
    .await
}

#[derive(Deserialize)]
pub(crate) struct Told {
    subject: String,
    data: Sequenced,
}

#[derive(Deserialize)]
struct Sequenced {
    sequence: i64,
}

/// A webhook's event.
pub(crate) async fn hear(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(told): Json<Told>,
) -> Response {
    let lie = (200, Value::Null);
    play(shared, "hear", &headers, lie, move |books, _| {
        books.hear(&told.subject, told.data.sequence)
    })
    .await
}

/// Plays one call as it was told to go.
async fn play(
    shared: Shared,
    operation: &str,
    headers: &HeaderMap,
    lie: Answer,
    work: impl FnOnce(&mut Books, Behaviour) -> Answer + Send + 'static,
) -> Response {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|it| it.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let behaviour = {
        let mut books = shared.books();
        books.seen.push(Seen {
            operation: operation.to_owned(),
            key: header("idempotency-key"),
            request_id: header("x-request-id"),
            traceparent: header("traceparent"),
        });
        books.next_behaviour(operation)
    };
    let down = StatusCode::SERVICE_UNAVAILABLE.into_response();
    match behaviour {
        Behaviour::Down => down,
        Behaviour::Lying => respond(lie),
        Behaviour::Lost => {
            work(&mut shared.books(), behaviour);
            down
        }
        Behaviour::Broken => {
            work(&mut shared.books(), behaviour);
            "<html>".into_response()
        }
        Behaviour::Endless => {
            work(&mut shared.books(), behaviour);
            Body::from(vec![b' '; 1024 * 1024]).into_response()
        }
        Behaviour::Slow(milliseconds) => {
            shared.books().unfinished += 1;
            // A task of its own: it goes on when the caller has hung up.
            let later = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                let mut books = shared.books();
                books.unfinished -= 1;
                work(&mut books, behaviour)
            });
            later.await.map_or(down, respond)
        }
        Behaviour::Fine | Behaviour::Short | Behaviour::Declining => {
            respond(work(&mut shared.books(), behaviour))
        }
    }
}

fn respond((status, body): Answer) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}
