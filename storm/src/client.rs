//! Talking to whichever server is up, and keeping count of what they answer.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::Value;

use crate::{Error, Report, fleet::Addresses};

/// How long a request may take before its server counts as gone.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_millis(100);

/// An answer that says something.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Everybody's way to the servers.
pub(crate) struct Client {
    http: reqwest::Client,
    addresses: Addresses,
    key: String,
    turn: AtomicU64,
    report: Mutex<Report>,
    /// The orders that were answered `201`.
    placed: Mutex<Vec<String>>,
    /// The payments that answers spoke of, again and again; the newest last.
    payments: Mutex<Vec<String>>,
    /// The orders whose money the payment service collects; the newest last.
    collected: Mutex<Vec<String>>,
}

impl Client {
    #[expect(
        clippy::disallowed_methods,
        reason = "buyers and staff call the shop; nothing here calls a service"
    )]
    pub(crate) fn new(addresses: Addresses, key: String) -> Result<Self, Error> {
        // An error means that somebody chose before us.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: reqwest::Client::builder().timeout(PATIENCE).build()?,
            addresses,
            key,
            turn: AtomicU64::new(0),
            report: Mutex::default(),
            placed: Mutex::default(),
            payments: Mutex::default(),
            collected: Mutex::default(),
        })
    }

    /// A number that comes once.
    pub(crate) fn ticket(&self) -> u64 {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    /// Sends a request once. `None` when the server was killed over it, or cannot do it now.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let Some(address) = self.address() else {
            tokio::time::sleep(PAUSE).await;
            return None;
        };
        let mut request = self
            .http
            .request(method.clone(), format!("{address}{path}"))
            .header("x-api-key", &self.key);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let text = response.text().await?;
            Ok::<_, reqwest::Error>((status, text))
        };
        match answer.await {
            Err(_) => {
                self.note(|it| it.cut_off += 1);
                tokio::time::sleep(PAUSE).await;
                None
            }
            Ok((503, _)) => {
                self.note(|it| it.unavailable += 1);
                tokio::time::sleep(PAUSE).await;
                None
            }
            // The killed server's request counts as under way for a while: its twin is told to come again.
            Ok((409, text)) if text.contains("/problems/key_in_flight\"") => {
                self.note(|it| it.in_flight += 1);
                tokio::time::sleep(PAUSE).await;
                None
            }
            Ok((status, text)) => {
                if status >= 500 {
                    let failure = format!("{method} {path} was answered {status}: {text}");
                    self.note(|it| it.failures.push(failure));
                }
                self.note(|it| match status {
                    409 => it.conflicts += 1,
                    400..500 => it.refusals += 1,
                    _ => it.answers += 1,
                });
                let body = serde_json::from_str(&text).unwrap_or_default();
                self.hear_of_payments(&body);
                Some(Answer { status, body })
            }
        }
    }

    /// Sends a request until somebody answers; `key` makes that harmless.
    pub(crate) async fn insist(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> Answer {
        loop {
            if let Some(answer) = self.ask(method.clone(), path, Some(key), body).await {
                return answer;
            }
        }
    }

    /// Remembers that an order was answered `201`: from now on it must exist.
    pub(crate) fn placed(&self, order: &Value) {
        if let Some(id) = order["id"].as_str() {
            self.placed
                .lock()
                .expect("nobody panics with it")
                .push(id.to_owned());
        }
    }

    pub(crate) fn orders(&self) -> Vec<String> {
        self.placed.lock().expect("nobody panics with it").clone()
    }

    /// A payment that some order has: mostly one of the newest.
    pub(crate) fn some_payment(&self, rng: &mut StdRng) -> Option<String> {
        some_of(&self.payments, rng)
    }

    /// Remembers that the payment service collects the order's money.
    pub(crate) fn collects(&self, order: &str) {
        self.collected
            .lock()
            .expect("nobody panics with it")
            .push(order.to_owned());
    }

    /// An order whose money is collected: mostly one of the newest.
    pub(crate) fn some_collected(&self, rng: &mut StdRng) -> Option<String> {
        some_of(&self.collected, rng)
    }

    fn hear_of_payments(&self, order: &Value) {
        let payments = order["payments"].as_array().into_iter().flatten();
        let keys = payments.filter_map(|it| it["id"].as_str().map(str::to_owned));
        self.payments
            .lock()
            .expect("nobody panics with it")
            .extend(keys);
    }

    pub(crate) fn note(&self, note: impl FnOnce(&mut Report)) {
        note(&mut self.report.lock().expect("nobody panics with it"));
    }

    pub(crate) fn report(&self) -> Report {
        self.report.lock().expect("nobody panics with it").clone()
    }

    /// One of the servers that are up, each in its turn.
    pub(crate) fn address(&self) -> Option<String> {
        let addresses = self.addresses.read().expect("nobody panics with it");
        let up: Vec<_> = addresses.iter().flatten().collect();
        let turn = usize::try_from(self.ticket()).unwrap_or(0);
        (!up.is_empty()).then(|| up[turn % up.len()].clone())
    }
}

fn some_of(all: &Mutex<Vec<String>>, rng: &mut StdRng) -> Option<String> {
    let all = all.lock().expect("nobody panics with it");
    let newest = all.len().saturating_sub(30);
    let among = if rng.random_ratio(4, 5) {
        &all[newest..]
    } else {
        &all[..]
    };
    among.choose(rng).cloned()
}
