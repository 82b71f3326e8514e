//! News for whoever waits: pages, streams, workers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast};

use crate::domain::{EventType, OrderId};

/// Says that something happened to an order. Whoever wants to know what, reads the order through their own door.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Nudge {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// To which order.
    pub order_id: OrderId,
    /// The event's place in the order's sequence.
    pub sequence: i32,
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum News {
    /// Something happened to an order.
    Order(Nudge),
    /// Something may have happened that was not heard: look again.
    Missed,
}

/// Where this process hears of news. What is missed can be read again, so a slow listener loses nothing.
#[derive(Clone)]
pub struct Feed {
    news: broadcast::Sender<News>,
    changed: Arc<Notify>,
    due: Arc<Notify>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            news: broadcast::Sender::new(1_024),
            changed: Arc::default(),
            due: Arc::default(),
        }
    }
}

impl Feed {
    /// News from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Passes news on to everybody in this process.
    pub(crate) fn publish(&self, news: News) {
        // Nobody listening is fine.
        let _ = self.news.send(news);
    }

    /// Tells the relay of this process that a change was committed.
    pub(crate) fn committed(&self) {
        self.changed.notify_one();
    }

    /// The same, when the change left something to do: tells the workers too.
    pub(crate) fn committed_and_due(&self) {
        self.committed();
        self.due.notify_one();
    }

    /// Waits until a change was committed in this process.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Waits until an order may have become due in this process.
    pub async fn due(&self) {
        self.due.notified().await;
    }
}
