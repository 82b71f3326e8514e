//! What people do: buy, pay, change their minds, press the button twice; and what staff do with their orders.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    client::Client,
    goods::{EVENT, GOODS, HOT, HOT_BUYERS, SEATS},
};

const PAYS: &str = "4242424242424242";
const DECLINED: &str = "4000000000000002";
const DELAYED: &str = "4000000000000259";

/// One person's doings until `end`.
pub(crate) async fn live(client: Arc<Client>, mut rng: StdRng, end: Instant) {
    let mut known: Vec<String> = Vec::new();
    while Instant::now() < end {
        match rng.random_range(0..10) {
            0..4 => known.extend(buy(&client, &mut rng).await),
            4 => known.extend(buy_seats(&client, &mut rng).await),
            5 => known.extend(press_twice(&client, &mut rng).await),
            6 => look(&client, known.choose(&mut rng)).await,
            _ => {
                if let Some(id) = known.choose(&mut rng).cloned() {
                    change(&client, &mut rng, &id).await;
                }
            }
        }
    }
}

/// Everybody wants the one product at once, and insists on an answer.
pub(crate) async fn rush(client: Arc<Client>, duration: Duration) {
    // A third of the time calm, so that the rush meets servers that are being killed.
    sleep(duration / 6).await;
    let mut buyers = JoinSet::new();
    for buyer in 0..HOT_BUYERS {
        let client = client.clone();
        buyers.spawn(async move {
            // All at once would only wait for each other at the door.
            sleep(duration / 2 * u32::try_from(buyer / 50).unwrap_or(0) / 10).await;
            let order = order(json!([{"sku": HOT, "quantity": 1}]), Some(PAYS));
            let key = format!("rush-{buyer}");
            let answer = client
                .insist(Method::POST, "/api/v1/orders", &key, Some(&order))
                .await;
            match answer.status {
                201 => {
                    client.placed(&answer.body);
                    client.note(|it| it.hot_sold += 1);
                }
                409 => client.note(|it| it.hot_refused += 1),
                status => {
                    let failure =
                        format!("a buyer in the rush was answered {status}: {}", answer.body);
                    client.note(|it| it.failures.push(failure));
                }
            }
        });
    }
    while buyers.join_next().await.is_some() {}
}

/// Buys something, insisting on an answer. The order, if there is one.
async fn buy(client: &Client, rng: &mut StdRng) -> Option<String> {
    let order = order(wish(rng), card(rng));
    let key = format!("buy-{}", client.ticket());
    let answer = client
        .insist(Method::POST, "/api/v1/orders", &key, Some(&order))
        .await;
    bought(client, answer.status, &answer.body)
}

/// Orders seats as a ticket seller does, whose payment service collects the money and tells by order.
async fn buy_seats(client: &Client, rng: &mut StdRng) -> Option<String> {
    let first = rng.random_range(1..SEATS);
    let order = json!({
        "user_id": rng.random_range(1..100), "event_id": EVENT, "seats": [first, first + 1],
    });
    let key = format!("seats-{}", client.ticket());
    let answer = client
        .insist(Method::POST, "/v1/orders", &key, Some(&order))
        .await;
    let id = bought(client, answer.status, &answer.body)?;
    client.collects(&id);
    Some(id)
}

/// The same order, sent twice at once: it is one.
async fn press_twice(client: &Client, rng: &mut StdRng) -> Option<String> {
    let order = order(wish(rng), card(rng));
    let key = format!("twice-{}", client.ticket());
    let (one, two) = tokio::join!(
        client.insist(Method::POST, "/api/v1/orders", &key, Some(&order)),
        client.insist(Method::POST, "/api/v1/orders", &key, Some(&order)),
    );
    let (first, second) = (
        bought(client, one.status, &one.body),
        bought(client, two.status, &two.body),
    );
    if let (Some(first), Some(second)) = (&first, &second)
        && first != second
    {
        let failure = format!("one key made the orders {first} and {second}");
        client.note(|it| it.failures.push(failure));
    }
    first
}

/// The order that an answer speaks of: placed, or declined.
fn bought(client: &Client, status: u16, body: &Value) -> Option<String> {
    match status {
        // A ticket seller's repeat is answered with the order as it is now.
        200 | 201 => {
            client.placed(body);
            client.note(|it| it.orders += 1);
            body["id"].as_str().map(str::to_owned)
        }
        402 => body["order_id"].as_str().map(str::to_owned),
        409 => None,
        _ => {
            let failure = format!("an order was answered {status}: {body}");
            client.note(|it| it.failures.push(failure));
            None
        }
    }
}

async fn look(client: &Client, id: Option<&String>) {
    let path = match id {
        Some(id) => format!("/api/v1/orders/{id}"),
        None => "/api/v1/orders".to_owned(),
    };
    client.ask(Method::GET, &path, None, None).await;
}

/// Does something to an order that may be anywhere in its life: most of it is refused.
async fn change(client: &Client, rng: &mut StdRng, id: &str) {
    let order = format!("/api/v1/orders/{id}");
    let status = |status: &str| {
        (
            Method::PUT,
            format!("{order}/status"),
            json!({"status": status}),
        )
    };
    let (method, path, body) = match rng.random_range(0..11) {
        0 => {
            let card = [PAYS, DECLINED, DELAYED]
                .choose(rng)
                .copied()
                .unwrap_or(PAYS);
            (
                Method::POST,
                format!("{order}/payment"),
                json!({"method": "card", "token": card}),
            )
        }
        1 => (
            Method::POST,
            format!("{order}/cancel"),
            json!({"reason": "storm"}),
        ),
        2 => status("refunded"),
        3 => status("processing"),
        4 => (
            Method::POST,
            format!("{order}/shipments"),
            json!({"carrier": "DHL", "tracking_number": "1"}),
        ),
        5 => status("shipped"),
        6 => status("delivered"),
        7 => status("completed"),
        8 => (
            Method::POST,
            format!("{order}/refunds"),
            json!({"amount_minor": rng.random_range(1..2_000)}),
        ),
        9 => (
            Method::POST,
            format!("{order}/refunds"),
            json!({"restock": true}),
        ),
        _ => status("failed"),
    };
    let key = format!("change-{}", client.ticket());
    client.ask(method, &path, Some(&key), Some(&body)).await;
}

/// One to three things, or seats that others want too.
fn wish(rng: &mut StdRng) -> Value {
    if rng.random_ratio(1, 4) {
        let first = rng.random_range(1..SEATS);
        let seats = [first, first + 1].map(|it| json!({"product": EVENT, "seat_id": it}));
        return Value::Array(seats.to_vec());
    }
    let items = (0..rng.random_range(1..=3)).map(|_| {
        let sku = format!("GOODS-{}", rng.random_range(0..GOODS));
        json!({"sku": sku, "quantity": rng.random_range(1..=2)})
    });
    Value::Array(items.collect())
}

fn card(rng: &mut StdRng) -> Option<&'static str> {
    [None, Some(PAYS), Some(PAYS), Some(DECLINED), Some(DELAYED)]
        .choose(rng)
        .copied()
        .flatten()
}

fn order(items: Value, card: Option<&str>) -> Value {
    let mut order = json!({
        "items": items,
        "customer": {"email": "storm@example.com", "name": "Storm"},
        "shipping_address": {"street": "1 Post Lane", "city": "Bath", "country": "GB", "postal_code": "BA1 1AA"},
    });
    if let Some(card) = card {
        order["payment"] = json!({"method": "card", "token": card});
    }
    order
}
