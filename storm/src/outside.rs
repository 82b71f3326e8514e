//! What is outside: a process that plays the services and hears the events, its weather, and a bank that tells of
//! payments late, several times at once and in the wrong order.

use std::{path::Path, sync::Arc, time::Duration};

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::{Value, json};
use test_services::{Behaviour, Books, Callback, TestServices};
use tokio::time::{Instant, sleep, timeout};

use crate::{Error, client::Client};

/// What signs the bank's callbacks.
pub(crate) const CALLBACK_SECRET: &str = "the bank signs with this while the storm rages";

const CAPTURED: &str = "captured";
const DECLINED: &str = "declined";
const RUNNING: &str = "running";

/// What can go wrong on the way to it.
const OPERATIONS: [&str; 8] = [
    "reserve",
    "confirm",
    "release",
    "take_back",
    "charge",
    "ask",
    "refund",
    "hear",
];

/// How long the bank tries to tell something that it insists on.
const INSISTENCE: Duration = Duration::from_secs(60);

/// The process that plays everything outside.
#[derive(Clone)]
pub(crate) struct Outside(Arc<TestServices>);

impl Outside {
    pub(crate) fn start(executable: &Path) -> Result<Self, Error> {
        Ok(Self(Arc::new(TestServices::start(executable)?)))
    }

    /// Where all services are.
    pub(crate) fn url(&self) -> &str {
        self.0.url()
    }

    /// What the services know.
    pub(crate) async fn books(&self) -> Books {
        self.0.books().await
    }

    /// Lets calls fail until `end`: not done, done but not answered, answered too late or with nonsense.
    pub(crate) async fn weather(self, mut rng: StdRng, end: Instant) {
        while Instant::now() < end {
            sleep(Duration::from_millis(rng.random_range(50..250))).await;
            let behaviour = match rng.random_range(0..4) {
                0 => Behaviour::Down,
                1 => Behaviour::Lost,
                2 => Behaviour::Broken,
                _ => Behaviour::Slow(rng.random_range(100..4_000)),
            };
            let operation = OPERATIONS.choose(&mut rng).copied().unwrap_or("charge");
            self.0
                .behave(operation, behaviour, rng.random_range(1..3))
                .await;
        }
        for operation in OPERATIONS {
            self.0.behave(operation, Behaviour::Fine, 0).await;
        }
    }

    /// Tells of payments until `end`, those that are decided already too.
    pub(crate) async fn bank(self, client: Arc<Client>, mut rng: StdRng, end: Instant) {
        while Instant::now() < end {
            sleep(Duration::from_millis(rng.random_range(10..100))).await;
            if let Some(key) = client.some_payment(&mut rng) {
                self.tell(&client, &mut rng, &key).await;
            }
            if rng.random_ratio(1, 2)
                && let Some(order) = client.some_collected(&mut rng)
            {
                self.tell_by_order(&client, &mut rng, &order).await;
            }
        }
    }

    /// Tells what is not told yet, until it is heard.
    pub(crate) async fn tell_the_rest(&self, client: &Client) {
        for (key, charge) in self.books().await.charges {
            if charge.status == RUNNING {
                self.0.decide(&key, CAPTURED).await;
                self.insist(client, &key, CAPTURED, charge.amount_minor)
                    .await;
            }
        }
    }

    async fn tell(&self, client: &Client, rng: &mut StdRng, key: &str) {
        let word = if rng.random_ratio(3, 4) {
            CAPTURED
        } else {
            DECLINED
        };
        let Some(charge) = self.0.decide(key, word).await else {
            return;
        };
        // As when a card is declined, and taken at the second swipe: the last word is the bank's, and it insists on that.
        if charge.status == CAPTURED && rng.random_ratio(1, 8) {
            self.send(client, key, DECLINED, charge.amount_minor, 1)
                .await;
            self.insist(client, key, CAPTURED, charge.amount_minor)
                .await;
        } else {
            let times = rng.random_range(1..4);
            self.send(client, key, &charge.status, charge.amount_minor, times)
                .await;
        }
    }

    /// Tells what became of an order's charge, by the order: under our key or under its own name, several times at once,
    /// and now and then that it failed before it went well.
    async fn tell_by_order(&self, client: &Client, rng: &mut StdRng, order: &str) {
        let charges = self.books().await.charges;
        let of_order =
            |(key, it): (String, test_services::Charge)| (it.order_id == order).then_some(key);
        let Some(key) = charges.into_iter().find_map(of_order) else {
            return;
        };
        let word = if rng.random_ratio(3, 4) {
            CAPTURED
        } else {
            DECLINED
        };
        let Some(charge) = self.0.decide(&key, word).await else {
            return;
        };
        let is_captured = charge.status == CAPTURED;
        let mut words = vec![if is_captured { "SUCCESS" } else { "FAILED" }];
        if is_captured && rng.random_ratio(1, 8) {
            words.insert(0, "FAILED");
        }
        for word in words {
            let name = if rng.random_ratio(1, 2) {
                key.clone()
            } else {
                charge.id.clone()
            };
            let body = json!({"order_id": order, "payment_id": name, "status": word});
            let times = rng.random_range(1..4);
            self.call(client, "/v1/payments/callback", body, times)
                .await;
        }
    }

    async fn insist(&self, client: &Client, key: &str, status: &str, amount_minor: i64) {
        let heard = async {
            while !self.send(client, key, status, amount_minor, 1).await {
                sleep(Duration::from_millis(100)).await;
            }
        };
        if timeout(INSISTENCE, heard).await.is_err() {
            let failure = format!("nobody would hear that payment {key} was {status}");
            client.note(|it| it.failures.push(failure));
        }
    }

    /// Whether some server heard it.
    async fn send(
        &self,
        client: &Client,
        key: &str,
        status: &str,
        amount_minor: i64,
        times: usize,
    ) -> bool {
        let body = json!({
            "payment_id": key, "charge_id": format!("ch_{key}"), "status": status, "amount_minor": amount_minor,
        });
        self.call(client, "/api/v1/payments/service/callback", body, times)
            .await
    }

    /// Whether some server took it.
    async fn call(&self, client: &Client, path: &str, body: Value, times: usize) -> bool {
        let Some(address) = client.address() else {
            return false;
        };
        let what = body.to_string();
        let callback = Callback {
            url: format!("{address}{path}"),
            secret: CALLBACK_SECRET.to_owned(),
            body,
            times,
        };
        let statuses = self.0.call_back(&callback).await;
        client.note(|it| it.callbacks += statuses.len());
        // A server that was killed over it, or cannot do it now, is 0 or 503.
        let unexpected = statuses.iter().find(|it| ![0, 200, 503].contains(*it));
        if let Some(answer) = unexpected {
            let failure = format!("the bank was answered {answer} to {what}");
            client.note(|it| it.failures.push(failure));
        }
        statuses.contains(&200)
    }

    /// Has every event told to this process.
    pub(crate) async fn subscribe(&self, client: &Client) -> Result<(), Error> {
        let webhook = json!({ "url": format!("{}/events", self.url()) });
        let answer = client
            .insist(Method::POST, "/api/v1/webhooks", "webhook", Some(&webhook))
            .await;
        match answer.status {
            201 => Ok(()),
            status => Err(format!("no webhook: {status} {}", answer.body).into()),
        }
    }
}
