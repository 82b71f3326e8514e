//! Somebody who is told of events, and answers as a test wants it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use orders::{
    EventType, NewWebhook, WebhookWithSecret,
    services::webhooks::{Reach, Webhooks},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};

use crate::shop::{Shop, staff};

/// A receiver of webhooks, at an address of its own.
pub(crate) struct Receiver {
    pub(crate) url: String,
    inner: Inner,
}

#[derive(Clone, Default)]
struct Inner {
    arrived: Arc<watch::Sender<Vec<Arrived>>>,
    script: Arc<Mutex<VecDeque<Reply>>>,
    released: Arc<watch::Sender<bool>>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// How a request is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Status(u16),
    Redirect(String),
    /// Not before the receiver is released.
    Late(u16),
}

impl Arrived {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

impl Receiver {
    /// One that answers 200, unless told otherwise.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let inner = Inner::default();
        let app = Router::new().fallback(receive).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, inner }
    }

    /// Answers the next requests like this, one after the other.
    pub(crate) fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.script().extend(replies);
    }

    /// Gives the late answers.
    pub(crate) fn release(&self) {
        self.inner.released.send_replace(true);
    }

    /// What has arrived so far.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.inner.arrived.borrow().clone()
    }

    /// Waits until so many requests have arrived.
    pub(crate) async fn wait_for(&self, count: usize) {
        let mut arrived = self.inner.arrived.subscribe();
        arrived.wait_for(|it| it.len() >= count).await.unwrap();
    }
}

impl Inner {
    fn script(&self) -> MutexGuard<'_, VecDeque<Reply>> {
        self.script.lock().unwrap()
    }
}

async fn receive(State(inner): State<Inner>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let reply = inner.script().pop_front().unwrap_or(Reply::Status(200));
    inner
        .arrived
        .send_modify(|it| it.push(Arrived { headers, body }));
    let status = match reply {
        Reply::Redirect(to) => {
            return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response();
        }
        Reply::Status(status) => status,
        Reply::Late(status) => {
            let mut released = inner.released.subscribe();
            released.wait_for(|it| *it).await.unwrap();
            status
        }
    };
    StatusCode::from_u16(status).unwrap().into_response()
}

/// A sender that may reach tests.
pub(crate) fn sender(shop: &Shop) -> Webhooks {
    let clock = shop.engine.database().clock.clone();
    Webhooks::patient_for(clock, "test", Reach::Everywhere, Duration::from_secs(5)).unwrap()
}

/// Makes a webhook at `url`.
pub(crate) async fn tell(shop: &Shop, url: &str, event_types: Vec<EventType>) -> WebhookWithSecret {
    let new = NewWebhook {
        url: url.to_owned(),
        event_types,
    };
    let deliveries = &shop.engine.deliveries;
    deliveries.create_webhook(&staff(), &new).await.unwrap()
}
