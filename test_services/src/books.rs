//! What the services know and how they decide.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Everything that the services remember.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Books {
    /// Reservations by key; those given back are gone.
    pub reservations: BTreeMap<String, Reservation>,
    /// Keys of what came back of confirmed reservations.
    pub returns: BTreeSet<String>,
    /// Charges by key.
    pub charges: BTreeMap<String, Charge>,
    /// Refunds by key: the charge and the amount.
    pub refunds: BTreeMap<String, (String, i64)>,
    /// How many are left; what is not listed never runs out.
    pub stock: BTreeMap<String, i64>,
    /// Events that a webhook told, by order: their sequences.
    pub told: BTreeMap<String, BTreeSet<i64>>,
    /// Slow calls that are still to be done.
    pub unfinished: usize,
    /// Every call, in its order.
    pub seen: Vec<Seen>,
    /// How the next calls of an operation go.
    pub behaviours: HashMap<String, VecDeque<Behaviour>>,
}

/// What is held for an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reservation {
    /// For which order.
    pub order_id: String,
    /// SKUs and how many of them.
    pub items: Vec<Item>,
    /// How far it is.
    pub state: HeldState,
}

/// Something that is held.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    sku: String,
    quantity: i64,
}

/// How far a reservation is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldState {
    /// Held.
    Held,
    /// Taken for good.
    Confirmed,
}

/// Money that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Charge {
    /// What the service calls it.
    pub id: String,
    /// For which order.
    pub order_id: String,
    /// How much was taken.
    pub amount_minor: i64,
    /// `captured`, `declined` or `running`.
    pub status: String,
}

/// One call, as it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// Which operation.
    pub operation: String,
    /// Its `Idempotency-Key`.
    pub key: String,
    /// Its `x-request-id`.
    pub request_id: String,
    /// Its `traceparent`.
    pub traceparent: String,
}

/// How one call goes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// As it should.
    Fine,
    /// Not done, and the service says that it is down.
    Down,
    /// Done, but the answer gets lost on the way.
    Lost,
    /// Done after so many milliseconds, even if nobody waits any more.
    Slow(u64),
    /// Done, and answered with nonsense.
    Broken,
    /// Done, and answered with more than anybody should read.
    Endless,
    /// Not done, but the service says so.
    Lying,
    /// A charge that takes one less than it should.
    Short,
    /// A charge that is declined, whatever it is.
    Declining,
}

/// An answer: status and body.
pub(crate) type Answer = (u16, Value);

impl Books {
    pub(crate) fn reserve(&mut self, key: &str, order_id: &str, items: Vec<Item>) -> Answer {
        if self.reservations.contains_key(key) {
            return (200, json!({ "status": "held" }));
        }
        let short: Vec<_> = items
            .iter()
            .filter_map(|it| {
                let left = self.stock.get(&it.sku).copied()?;
                (left < it.quantity).then(|| json!({ "sku": it.sku, "available": left }))
            })
            .collect();
        if !short.is_empty() {
            return (409, json!({ "short": short }));
        }
        self.move_stock(&items, -1);
        let reservation = Reservation {
            order_id: order_id.to_owned(),
            items,
            state: HeldState::Held,
        };
        self.reservations.insert(key.to_owned(), reservation);
        (201, json!({ "status": "held" }))
    }

    pub(crate) fn confirm(&mut self, key: &str) -> Answer {
        match self.reservations.get_mut(key) {
            Some(reservation) => {
                reservation.state = HeldState::Confirmed;
                (200, json!({ "status": "confirmed" }))
            }
            None => (404, Value::Null),
        }
    }

    /// Keeps no memory of what was released: a call that comes late holds it anew.
    pub(crate) fn release(&mut self, key: &str) -> Answer {
        match self.reservations.remove(key) {
            Some(reservation) => {
                self.move_stock(&reservation.items, 1);
                (200, Value::Null)
            }
            None => (404, Value::Null),
        }
    }

    /// Parts of what was sold come back; a release gives back the rest.
    pub(crate) fn take_back(&mut self, key: &str, reservation: &str, items: &[Item]) -> Answer {
        if self.returns.contains(key) {
            return (200, json!({ "status": "returned" }));
        }
        let sold = self.reservations.get_mut(reservation);
        let Some(sold) = sold.filter(|it| it.state == HeldState::Confirmed) else {
            return (404, Value::Null);
        };
        let left = |item: &Item| sold.items.iter().position(|it| it.sku == item.sku);
        let Some(places) = items.iter().map(left).collect::<Option<Vec<_>>>() else {
            return (409, Value::Null);
        };
        for (place, item) in places.into_iter().zip(items) {
            if sold.items[place].quantity < item.quantity {
                return (409, Value::Null);
            }
            sold.items[place].quantity -= item.quantity;
        }
        self.move_stock(items, 1);
        self.returns.insert(key.to_owned());
        (200, json!({ "status": "returned" }))
    }

    fn move_stock(&mut self, items: &[Item], by: i64) {
        for item in items {
            if let Some(left) = self.stock.get_mut(&item.sku) {
                *left += by * item.quantity;
            }
        }
    }

    pub(crate) fn charge(
        &mut self,
        key: &str,
        order_id: &str,
        amount_minor: i64,
        token: Option<&str>,
    ) -> Answer {
        if !self.charges.contains_key(key) {
            let status = match token {
                Some("4242424242424242") => "captured",
                // Without a card it collects the money in its own way, and tells.
                Some("4000000000000259") | None => "running",
                Some(_) => "declined",
            };
            let charge = Charge {
                id: format!("ch_{key}"),
                order_id: order_id.to_owned(),
                amount_minor,
                status: status.to_owned(),
            };
            self.charges.insert(key.to_owned(), charge);
        }
        self.ask(key)
    }

    pub(crate) fn ask(&self, key: &str) -> Answer {
        self.charges.get(key).map_or((404, Value::Null), |it| {
            let body = json!({ "id": it.id, "status": it.status, "amount_minor": it.amount_minor });
            (200, body)
        })
    }

    /// Takes money for an order that nobody here was asked for: only the service has a name for it.
    pub(crate) fn take(&mut self, id: &str, order_id: &str, amount_minor: i64) {
        let charge = Charge {
            id: id.to_owned(),
            order_id: order_id.to_owned(),
            amount_minor,
            status: "captured".to_owned(),
        };
        self.charges.insert(id.to_owned(), charge);
    }

    /// The key under which the charge is kept that is meant: by the service's own name for it, or else by the key it
    /// was asked for with.
    fn meant<'a>(&'a self, key: &'a str, id: Option<&str>) -> &'a str {
        let mut charges = self.charges.iter();
        let named = charges.find(|(_, it)| Some(it.id.as_str()) == id);
        named.map_or(key, |(key, _)| key)
    }

    pub(crate) fn refund(
        &mut self,
        key: &str,
        charge: &str,
        charge_id: Option<&str>,
        amount_minor: i64,
    ) -> Answer {
        let charge = &self.meant(charge, charge_id).to_owned();
        let sent = (200, json!({ "id": format!("re_{key}"), "status": "sent" }));
        if self.refunds.contains_key(key) {
            return sent;
        }
        let taken = self
            .charges
            .get(charge)
            .filter(|it| it.status == "captured")
            .map_or(0, |it| it.amount_minor);
        if taken - self.refunded(charge) < amount_minor {
            return (409, Value::Null);
        }
        self.refunds
            .insert(key.to_owned(), (charge.to_owned(), amount_minor));
        sent
    }

    /// Decides a charge that is still running. What became of it; `None` if nobody has asked for it.
    pub(crate) fn decide(&mut self, key: &str, status: &str) -> Option<Charge> {
        let charge = self.charges.get_mut(key)?;
        if charge.status == "running" {
            charge.status = status.to_owned();
        }
        Some(charge.clone())
    }

    /// Hears of an event.
    pub(crate) fn hear(&mut self, order_id: &str, sequence: i64) -> Answer {
        let told = self.told.entry(order_id.to_owned()).or_default();
        told.insert(sequence);
        (200, Value::Null)
    }

    /// How much of a charge went back.
    #[must_use]
    pub fn refunded(&self, charge: &str) -> i64 {
        let of_charge = self.refunds.values().filter(|(it, _)| it == charge);
        of_charge.map(|(_, amount)| amount).sum()
    }

    /// What the services keep of an order's money.
    #[must_use]
    pub fn kept(&self, order_id: &str) -> i64 {
        let captured =
            |it: &(&String, &Charge)| it.1.order_id == order_id && it.1.status == "captured";
        let charges = self.charges.iter().filter(captured);
        charges
            .map(|(key, it)| it.amount_minor - self.refunded(key))
            .sum()
    }

    /// What the services hold for an order.
    #[must_use]
    pub fn held(&self, order_id: &str) -> Vec<HeldState> {
        let of_order = self
            .reservations
            .values()
            .filter(|it| it.order_id == order_id);
        of_order.map(|it| it.state).collect()
    }

    /// How many of `sku` the services hold for an order.
    #[must_use]
    pub fn quantity(&self, order_id: &str, sku: &str) -> i64 {
        let of_order = self
            .reservations
            .values()
            .filter(|it| it.order_id == order_id);
        let items = of_order.flat_map(|it| &it.items);
        items.filter(|it| it.sku == sku).map(|it| it.quantity).sum()
    }

    /// How often an operation was called.
    #[must_use]
    pub fn calls(&self, operation: &str) -> usize {
        self.seen
            .iter()
            .filter(|it| it.operation == operation)
            .count()
    }

    /// How the next call of this operation goes.
    pub(crate) fn next_behaviour(&mut self, operation: &str) -> Behaviour {
        let queue = self.behaviours.get_mut(operation);
        queue
            .and_then(VecDeque::pop_front)
            .unwrap_or(Behaviour::Fine)
    }
}
