//! Events on their way out: from the outbox to whoever waits for them.

mod claim;
mod list;
mod relay;
mod retention;
mod send_mails;
mod send_webhooks;
mod webhooks;

use std::time::Duration;

use sqlx::postgres::PgListener;
use uuid::Uuid;

pub(super) use retention::forgotten_before;

use self::relay::RememberedLease;
use super::{Database, Nudge, OrderError, feed::News};

/// The channel on which servers tell each other of news.
const CHANNEL: &str = "waybill_news";
/// How often the relay looks for what other servers have committed.
const POLL: Duration = Duration::from_millis(200);

/// What is committed within this time is told together: nobody sees the difference, and the database has less to do.
const GATHER: Duration = Duration::from_millis(15);
/// How often it is looked for what has become due.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What can be done with events on their way out.
#[derive(Clone)]
pub struct Deliveries {
    database: Database,
    /// Tells this process from the others.
    holder: Uuid,
    lease: RememberedLease,
    writes_mail: bool,
}

impl Deliveries {
    /// The deliveries in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            holder: Uuid::new_v4(),
            lease: RememberedLease::default(),
            writes_mail: false,
        }
    }

    /// The same, with customers written to about their orders. Somebody has to send it: [`Self::send_mails`].
    #[must_use]
    pub fn writing_mail(mut self) -> Self {
        self.writes_mail = true;
        self
    }

    /// Whether customers are written to.
    #[must_use]
    pub fn writes_mail(&self) -> bool {
        self.writes_mail
    }

    /// Relays for ever: within moments what this process commits, within 200 ms what others do.
    pub async fn run(&self) {
        loop {
            match self.relay().await {
                Ok(0) => {
                    // Whichever comes first; a timeout is the poll.
                    let _ = tokio::time::timeout(POLL, self.database.feed.changed()).await;
                    tokio::time::sleep(GATHER).await;
                }
                Ok(_) => tokio::time::sleep(GATHER).await,
                Err(error) => {
                    tracing::warn!(?error, "Could not relay; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Passes on for ever what the relay tells, to everybody in this process.
    pub async fn listen(&self) {
        loop {
            if let Err(error) = self.listen_until_lost().await {
                tracing::warn!(?error, "Lost the connection that brings news; trying again");
            }
            // What came meanwhile is not known: everybody looks again.
            self.database.feed.publish(News::Missed);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn listen_until_lost(&self) -> Result<(), OrderError> {
        let mut listener = PgListener::connect_with(&self.database.pool).await?;
        listener.listen(CHANNEL).await?;
        while let Some(notification) = listener.try_recv().await? {
            for nudge in
                serde_json::from_str::<Vec<Nudge>>(notification.payload()).unwrap_or_default()
            {
                self.database.feed.publish(News::Order(nudge));
            }
        }
        Ok(())
    }
}
