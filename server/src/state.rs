//! What every handler can ask for.

use std::{sync::Arc, time::Instant};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use orders::Engine;
use tokio::sync::watch;

use crate::{TrustedProxies, metrics::Metrics};

/// The state of one server.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// What happens to orders.
    pub engine: Engine,
    /// Where the browser's files are.
    pub leptos_options: LeptosOptions,
    /// What was configured.
    pub settings: Arc<Settings>,
    /// Whether the server is still taking requests.
    pub lifecycle: Lifecycle,
    /// What is counted.
    pub metrics: Metrics,
}

/// What handlers need of the configuration.
pub struct Settings {
    /// Signs and checks bearer tokens (HS256).
    pub jwt_secret: Vec<u8>,
    /// Checks what payment providers send us; without it, no such signature is right.
    pub payment_callback_secret: Option<Vec<u8>>,
    /// Whether browsers reach us over HTTPS.
    pub is_https: bool,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: TrustedProxies,
    /// The other sites whose pages may call the API.
    pub cors_origins: Vec<String>,
}

impl Settings {
    /// Nothing but what is needed: a secret.
    #[must_use]
    pub fn new(jwt_secret: &[u8]) -> Self {
        Self {
            jwt_secret: jwt_secret.to_vec(),
            payment_callback_secret: None,
            is_https: false,
            trusted_proxies: TrustedProxies::default(),
            cors_origins: Vec::new(),
        }
    }
}

/// Whether the server is still taking requests, and since when.
#[derive(Clone)]
pub struct Lifecycle {
    started: Instant,
    draining: watch::Sender<bool>,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            draining: watch::Sender::new(false),
        }
    }
}

impl Lifecycle {
    /// Seconds since the start.
    #[must_use]
    pub fn uptime_seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    /// Stops taking requests; streams end.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether it stopped taking requests.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Waits until it stops taking requests.
    pub async fn drained(&self) {
        // An error means that the lifecycle is gone, and the server with it.
        let _ = self
            .draining
            .subscribe()
            .wait_for(|draining| *draining)
            .await;
    }
}
