//! What every handler can ask for.

use std::{ops::Deref, sync::Arc, time::Instant};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use orders::{Engine, engine::Database};
use tokio::sync::{Mutex, watch};

use crate::{TrustedProxies, metrics::Metrics};

/// What every handler can ask for, [`Parts`]. Cheap to clone: every layer does it for every request.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The state of one server.
pub struct Parts {
    /// What happens to orders.
    pub engine: Engine,
    /// Where the browser's files are.
    pub leptos_options: LeptosOptions,
    /// What was configured.
    pub settings: Settings,
    /// Whether the server is still taking requests.
    pub lifecycle: Lifecycle,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the database answers.
    pub pulse: Pulse,
}

impl From<Parts> for AppState {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Leptos asks for its own.
impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

/// Whether the database answers: asked once for all who ask at the same time, so that asking about health takes no more
/// than one connection from those who buy.
#[derive(Clone, Default)]
pub struct Pulse(Arc<Mutex<Option<Beat>>>);

/// An answer, and when it was asked for.
#[derive(Clone, Copy)]
struct Beat {
    began: Instant,
    is_well: bool,
}

impl Pulse {
    /// Whether `database` answers now.
    pub async fn is_well(&self, database: &Database) -> bool {
        let asked = Instant::now();
        let mut last = self.0.lock().await;
        if let Some(beat) = last.filter(|it| it.began >= asked) {
            return beat.is_well;
        }
        let began = Instant::now();
        let is_well = database.ping().await.is_ok();
        *last = Some(Beat { began, is_well });
        is_well
    }
}

/// What handlers need of the configuration.
pub struct Settings {
    /// Signs and checks bearer tokens (HS256).
    pub jwt_secret: Vec<u8>,
    /// Checks what payment providers send us; without it, no such signature is right.
    pub payment_callback_secret: Option<Vec<u8>>,
    /// How browsers reach us, when that is not where we listen.
    pub public_url: Option<String>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: TrustedProxies,
    /// The other sites whose pages may call the API.
    pub cors_origins: Vec<String>,
}

impl Settings {
    /// Whether browsers reach us over HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        let url = self.public_url.as_ref();
        url.is_some_and(|it| it.starts_with("https://"))
    }

    /// Nothing but what is needed: a secret.
    #[must_use]
    pub fn new(jwt_secret: &[u8]) -> Self {
        Self {
            jwt_secret: jwt_secret.to_vec(),
            payment_callback_secret: None,
            public_url: None,
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
