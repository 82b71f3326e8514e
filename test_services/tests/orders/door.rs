//! The shop's server, listening.

use std::net::SocketAddr;

use leptos::config::LeptosOptions;
use serde_json::Value;
use server::{AppState, Lifecycle, Parts, Pulse, Settings, metrics::Metrics, router};
use test_services::Callback;
use tokio::net::TcpListener;

use crate::shop::{Shop, system};

const SECRET: &str = "what the payment service signs with";
const KEY: &str = "a program's key";

/// A server of the shop's.
pub(crate) struct Door<'a> {
    pub(crate) shop: &'a Shop,
    address: SocketAddr,
}

impl<'a> Door<'a> {
    pub(crate) async fn open(shop: &'a Shop) -> Self {
        let people = &shop.engine.people;
        people
            .keep_service_key(&system(), "test", KEY)
            .await
            .unwrap();
        let state = AppState::from(Parts {
            engine: shop.engine.clone(),
            leptos_options: LeptosOptions::builder().output_name("waybill").build(),
            settings: Settings {
                payment_callback_secret: Some(SECRET.as_bytes().to_vec()),
                ..Settings::new(b"a secret that only this test knows")
            },
            lifecycle: Lifecycle::default(),
            metrics: Metrics::default(),
            pulse: Pulse::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router(state)).await });
        Self { shop, address }
    }

    /// Lets the payment service say so to `path`, `times` times at once.
    pub(crate) async fn hear(&self, path: &str, body: Value, times: usize) -> Vec<u16> {
        let callback = Callback {
            url: format!("http://{}{path}", self.address),
            secret: SECRET.to_owned(),
            body,
            times,
        };
        self.shop.services.call_back(&callback).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the tests' own, not the product's"
    )]
    /// A program's request: its status, whether it says that it was answered before, and its body.
    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> (u16, bool, Value) {
        let sent = reqwest::Client::new()
            .post(format!("http://{}{path}", self.address))
            .header("x-api-key", KEY)
            .header("idempotency-key", key)
            .json(&body)
            .send();
        let answer = sent.await.unwrap();
        let status = answer.status().as_u16();
        let is_repeat = answer.headers().contains_key("idempotent-replayed");
        (status, is_repeat, answer.json().await.unwrap())
    }
}
