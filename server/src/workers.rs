//! What goes on without a request: relaying events, telling webhooks, writing to customers, advancing orders, forgetting what has expired.

use std::{future::Future, time::Duration};

use orders::{
    Engine,
    services::{mail::Mails, webhooks::Webhooks},
};
use tokio::{task::JoinSet, time::timeout};

/// How long the orders that are due may have to wait for a worker.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How many orders a worker takes at once.
const BATCH: i64 = 20;
/// How long between two audits.
const AUDIT_EVERY: Duration = Duration::from_secs(120);
/// How many payments, and orders, an audit looks at.
const AUDIT_BATCH: i64 = 200;

/// The workers of this process.
pub(crate) struct Workers(JoinSet<()>);

impl Workers {
    /// Stops them where they are: every step is safe to lose.
    pub(crate) async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

/// Starts them.
pub(crate) fn start(engine: &Engine, webhooks: Webhooks, mails: Option<Mails>) -> Workers {
    let mut workers = JoinSet::new();
    let deliveries = engine.deliveries.clone();
    workers.spawn(async move { deliveries.run().await });
    let deliveries = engine.deliveries.clone();
    workers.spawn(async move { deliveries.listen().await });
    let deliveries = engine.deliveries.clone();
    workers.spawn(async move { deliveries.send_webhooks(&webhooks).await });
    if let Some(mails) = mails {
        let (deliveries, people, links) = (
            engine.deliveries.clone(),
            engine.people.clone(),
            mails.clone(),
        );
        workers.spawn(async move { deliveries.send_mails(&mails).await });
        workers.spawn(async move { people.send_password_mails(&links).await });
    }
    workers.spawn(advance(engine.clone()));
    workers.spawn(audit(engine.clone()));
    let people = engine.people.clone();
    workers.spawn(every(Duration::from_secs(3_600), move || {
        let people = people.clone();
        async move {
            people.delete_expired_sessions().await?;
            people.forget_old_resets().await
        }
    }));
    let deliveries = engine.deliveries.clone();
    workers.spawn(every(Duration::from_secs(3_600), move || {
        let deliveries = deliveries.clone();
        async move {
            deliveries.forget_told().await?;
            deliveries.forget_unsent_mails().await?;
            deliveries.forget_delivered().await
        }
    }));
    let limits = engine.limits.clone();
    workers.spawn(every(Duration::from_secs(600), move || {
        let limits = limits.clone();
        async move { limits.forget_whole().await }
    }));
    let orders = engine.orders.clone();
    workers.spawn(every(Duration::from_secs(3_600), move || {
        let orders = orders.clone();
        async move { orders.forget_old_keys().await }
    }));
    Workers(workers)
}

/// Advances orders as they become due: a payment to ask about, a refund to send, a reservation that expires.
async fn advance(engine: Engine) {
    let feed = engine.database().feed.clone();
    loop {
        match engine.orders.advance_due(BATCH).await {
            Ok(0) => {
                // Whichever comes first; a timeout is the next look.
                let _ = timeout(LOOK_EVERY, feed.due()).await;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(?error, "Could not look for due orders; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Audits payments and orders. Not at once: after a standstill the workers go on first.
async fn audit(engine: Engine) {
    loop {
        tokio::time::sleep(AUDIT_EVERY).await;
        match engine.orders.reconcile(AUDIT_BATCH).await {
            Ok(found) if found.needs_somebody() => {
                tracing::warn!(?found, "The audit found something amiss");
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(?error, "An audit failed; it comes again"),
        }
    }
}

async fn every<F, T>(pause: Duration, mut work: impl FnMut() -> F)
where
    F: Future<Output = Result<T, orders::OrderError>>,
{
    loop {
        if let Err(error) = work().await {
            tracing::warn!(?error, "A chore failed; it comes again");
        }
        tokio::time::sleep(pause).await;
    }
}
