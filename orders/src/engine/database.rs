//! What every handle stands on: connections, the clock, the server's secrets, the feed.

use std::{sync::Arc, time::Duration};

use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{Clock, Feed, Observer, OrderError, observer::Nobody};

/// Postgres, with what belongs to it. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    /// Connections.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// Wakes whoever waits for news.
    pub feed: Feed,
    pub(super) observer: Arc<dyn Observer>,
    pub(crate) secrets: Arc<Secrets>,
}

/// What only the server knows.
pub struct Secrets {
    /// The key of guests' order tokens.
    pub order_tokens: [u8; 32],
}

/// How long a connection may rest before it is asked whether it still stands.
const IDLE: Duration = Duration::from_secs(5);

impl Database {
    /// A database on open connections.
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock, secrets: Secrets) -> Self {
        Self {
            pool,
            clock,
            feed: Feed::default(),
            observer: Arc::new(Nobody),
            secrets: Arc::new(secrets),
        }
    }

    /// The same, with `observer` told of what happens to orders.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// Connects, with at most `connections` at once.
    ///
    /// # Errors
    /// Postgres cannot be reached.
    pub async fn connect(
        options: PgConnectOptions,
        connections: u32,
    ) -> Result<PgPool, OrderError> {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            // Asking each time whether a connection still stands is a round trip for every use of it.
            .test_before_acquire(false)
            .before_acquire(|conn, used| {
                Box::pin(async move {
                    if used.idle_for > IDLE {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options.application_name("waybill"))
            .await?;
        Ok(pool)
    }

    /// Brings the schema up to date. Any number of servers may do this at once: one does it, the others wait.
    ///
    /// # Errors
    /// A migration fails, or the database has been migrated by something else.
    pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
        super::MIGRATOR.run(pool).await
    }

    /// Whether Postgres answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), OrderError> {
        sqlx::query!("select 1 as one")
            .fetch_one(&self.pool)
            .await?;
        Ok(())
    }
}

/// Tries `attempt` again, a few times, when another transaction got in its way.
pub(crate) async fn retry_conflicts<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, OrderError>
where
    F: Future<Output = Result<T, OrderError>>,
{
    for _ in 0..4 {
        match attempt().await {
            Err(error) if error.is_conflict() => {
                tracing::debug!("Another transaction was in the way; trying again");
                let pause = rand::random_range(2..20);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            result => return result,
        }
    }
    attempt().await
}
