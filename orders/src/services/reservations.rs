//! Services that hold what an order wants: the goods (inventory) and the seats (seating). Both speak the same protocol.

use derive_more::Display;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{Answer, Call, Service};
use crate::domain::{OrderId, OrderLine};

/// The services in use. A kind of thing without one is held by Waybill's own stock alone.
#[derive(Clone, Default)]
pub struct Reservations {
    /// Holds goods.
    pub inventory: Option<Service>,
    /// Holds seats.
    pub seating: Option<Service>,
}

/// What a service holds.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, sqlx::Type)]
#[display(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ServiceKind {
    /// Goods.
    Inventory,
    /// Seats.
    Seating,
}

/// Something that a service does not have.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// What.
    pub sku: String,
    /// How many there are.
    #[serde(default)]
    pub available: u32,
}

/// What a service says of a reservation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reserved {
    /// It holds everything.
    Held,
    /// It holds nothing, since these are short.
    Short(Vec<Missing>),
    /// It may hold it or not.
    Unknown,
    /// It has not heard of it from this call.
    Unavailable,
}

/// What a service says of a step on a reservation that it holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Settled {
    /// It is done.
    Done,
    /// It knows no such reservation.
    NotFound,
    /// It may be done or not.
    Unknown,
}

/// What a service says of parts of a reservation that come back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TakenBack {
    /// It has them.
    Done,
    /// It does not take them: it knows no such reservation, or less was sold.
    Refused,
    /// It may have them or not.
    Unknown,
}

#[derive(Deserialize)]
struct Holding {
    status: Status,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Status {
    Held,
    Confirmed,
}

impl Reservations {
    /// Whether any service is in use.
    #[must_use]
    pub fn any(&self) -> bool {
        self.inventory.is_some() || self.seating.is_some()
    }

    /// The service that holds this kind, if it is in use.
    #[must_use]
    pub fn service(&self, kind: ServiceKind) -> Option<&Service> {
        match kind {
            ServiceKind::Inventory => self.inventory.as_ref(),
            ServiceKind::Seating => self.seating.as_ref(),
        }
    }

    /// The services in use that these lines need.
    #[must_use]
    pub fn needed(&self, lines: &[OrderLine]) -> Vec<ServiceKind> {
        ServiceKind::ALL
            .into_iter()
            .filter(|kind| self.service(*kind).is_some() && lines.iter().any(|it| kind.holds(it)))
            .collect()
    }
}

impl ServiceKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Inventory, Self::Seating];

    /// Whether this service holds what the line wants.
    #[must_use]
    pub fn holds(self, line: &OrderLine) -> bool {
        (self == Self::Seating) == line.seat.is_some()
    }
}

impl Service {
    /// Holds all of it or nothing. The same key again is the same reservation.
    pub async fn reserve(
        &self,
        key: Uuid,
        order: OrderId,
        lines: &[&OrderLine],
        request_id: &str,
    ) -> Reserved {
        let items: Vec<Value> = lines.iter().map(|it| item(it, it.quantity)).collect();
        let call = Call {
            operation: "reserve",
            method: Method::POST,
            path: "/reservations".to_owned(),
            key,
            body: Some(json!({ "id": key, "order_id": order, "items": items })),
            request_id,
        };
        match self.call(&call).await.json::<Holding>() {
            Answer::Answered(_) => Reserved::Held,
            Answer::Refused {
                status: 400 | 409 | 410 | 422,
                body,
            } => Reserved::Short(missing(&body, lines)),
            // The address or the credentials are wrong: that says nothing of the goods.
            Answer::Refused { status, .. } => {
                tracing::error!(status, "A service refuses to be asked for reservations");
                Reserved::Unavailable
            }
            Answer::Unknown => Reserved::Unknown,
            Answer::Unavailable => Reserved::Unavailable,
        }
    }

    /// Takes for good what is held.
    pub async fn confirm(&self, key: Uuid, request_id: &str) -> Settled {
        let call = Call {
            operation: "confirm",
            method: Method::PUT,
            path: format!("/reservations/{key}/confirm"),
            key,
            body: None,
            request_id,
        };
        match self.call(&call).await.json::<Holding>() {
            Answer::Answered(it) if it.status == Status::Confirmed => Settled::Done,
            Answer::Refused {
                status: 404 | 409 | 410,
                ..
            } => Settled::NotFound,
            Answer::Answered(_)
            | Answer::Refused { .. }
            | Answer::Unknown
            | Answer::Unavailable => Settled::Unknown,
        }
    }

    /// Gives back what is held, or was taken for good. Whatever is not there has been given back.
    pub async fn release(&self, key: Uuid, request_id: &str) -> Settled {
        let call = Call {
            operation: "release",
            method: Method::DELETE,
            path: format!("/reservations/{key}"),
            key,
            body: None,
            request_id,
        };
        match self.call(&call).await {
            Answer::Answered(_) => Settled::Done,
            Answer::Refused {
                status: 404 | 410, ..
            } => Settled::NotFound,
            Answer::Refused { .. } | Answer::Unknown | Answer::Unavailable => Settled::Unknown,
        }
    }

    /// Gives back parts of what was taken for good. The same key again is the same return.
    pub async fn take_back(
        &self,
        key: Uuid,
        reservation: Uuid,
        lines: &[(&OrderLine, u32)],
        request_id: &str,
    ) -> TakenBack {
        let items: Vec<Value> = lines.iter().map(|(it, many)| item(it, *many)).collect();
        let call = Call {
            operation: "take_back",
            method: Method::POST,
            path: format!("/reservations/{reservation}/returns"),
            key,
            body: Some(json!({ "id": key, "items": items })),
            request_id,
        };
        match self.call(&call).await.json::<Value>() {
            Answer::Answered(it) if it["status"] == "returned" => TakenBack::Done,
            Answer::Refused {
                status: 400 | 404 | 409 | 410 | 422,
                ..
            } => TakenBack::Refused,
            Answer::Answered(_)
            | Answer::Refused { .. }
            | Answer::Unknown
            | Answer::Unavailable => TakenBack::Unknown,
        }
    }
}

fn item(line: &OrderLine, quantity: u32) -> Value {
    match &line.seat {
        Some(seat) => json!({
            "sku": line.sku, "quantity": quantity,
            "event": line.product, "seat_id": seat.seat_id, "seat_code": seat.seat_code,
        }),
        None => json!({ "sku": line.sku, "quantity": quantity }),
    }
}

/// What the service says is short; everything, if it does not say.
fn missing(body: &Value, lines: &[&OrderLine]) -> Vec<Missing> {
    let named: Vec<Missing> = serde_json::from_value(body["short"].clone()).unwrap_or_default();
    let known: Vec<_> = named
        .into_iter()
        .filter(|it| lines.iter().any(|line| line.sku == it.sku))
        .collect();
    if known.is_empty() {
        let everything = lines.iter().map(|it| Missing {
            sku: it.sku.clone(),
            available: 0,
        });
        return everything.collect();
    }
    known
}
