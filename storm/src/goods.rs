//! What there is to buy.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Error, client::Client};

/// The product that everybody wants.
pub(crate) const HOT: &str = "HOT";
/// How many of it there are.
pub(crate) const HOT_UNITS: usize = 100;
/// How many want one.
pub(crate) const HOT_BUYERS: usize = 500;
/// How many other products there are, `GOODS-0` and so on.
pub(crate) const GOODS: usize = 12;
/// An event.
pub(crate) const EVENT: &str = "NIGHT";
/// How many seats it has, from 1.
pub(crate) const SEATS: usize = 60;

/// Puts everything out for sale.
pub(crate) async fn put_out(client: &Client) -> Result<(), Error> {
    let seats: Vec<_> = (1..=SEATS)
        .map(|seat| json!({"seat_id": seat, "seat_code": format!("A{seat}"), "price_minor": 3_000}))
        .collect();
    let event = json!({"ref": EVENT, "title": "A night", "kind": "event", "seats": seats});
    create(client, EVENT, event).await?;
    create(client, HOT, goods(HOT, 2_500, HOT_UNITS)).await?;
    for index in 0..GOODS {
        let sku = format!("GOODS-{index}");
        // Some run out, some do not.
        let on_hand = if index % 3 == 0 { 40 } else { 1_000_000 };
        create(client, &sku, goods(&sku, 1_000 + index, on_hand)).await?;
    }
    Ok(())
}

fn goods(sku: &str, price_minor: usize, on_hand: usize) -> Value {
    let variant = json!({"sku": sku, "price_minor": price_minor, "on_hand": on_hand});
    json!({"ref": sku, "title": sku, "kind": "goods", "variants": [variant]})
}

async fn create(client: &Client, name: &str, product: Value) -> Result<(), Error> {
    let answer = client
        .insist(Method::POST, "/api/v1/products", name, Some(&product))
        .await;
    match answer.status {
        201 => Ok(()),
        status => Err(format!("{name} could not be put out: {status} {}", answer.body).into()),
    }
}
