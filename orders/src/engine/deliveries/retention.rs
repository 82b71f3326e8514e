//! How long events and their deliveries are kept once everybody has been told.

use chrono::{DateTime, Utc};

use super::Deliveries;
use crate::engine::OrderError;

/// How long an event is kept after it was told, and a delivery after it was taken.
const DAYS: i64 = 7;
/// How many are forgotten at once: deletes that are over quickly keep out of everybody's way.
const BATCH: i64 = 1_000;

/// Events told, and deliveries taken, before this moment may be forgotten. A delivery holds its event itself, so one that
/// waits, or was set aside, outlives it.
pub(in crate::engine) fn forgotten_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - chrono::Duration::days(DAYS)
}

impl Deliveries {
    /// Forgets the events that were told long ago, oldest first, so that what is left of an order has no gaps.
    /// Returns how many there were.
    ///
    /// # Errors
    /// The database failed; what is left is forgotten the next time.
    pub async fn forget_told(&self) -> Result<u64, OrderError> {
        let before = forgotten_before(self.database.clock.now());
        let mut forgotten = 0;
        loop {
            // Only ever the front of the table: nothing is searched through when nothing is old enough.
            let batch = sqlx::query!(
                "delete from outbox where id in (select id from outbox order by id limit $2) and relayed_at < $1",
                before,
                BATCH,
            )
            .execute(&self.database.pool)
            .await?
            .rows_affected();
            forgotten += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }
    /// Forgets the deliveries that were taken long ago. What was set aside stays until somebody sends it again, or
    /// deletes its webhook. Returns how many there were.
    ///
    /// # Errors
    /// The database failed; what is left is forgotten the next time.
    pub async fn forget_delivered(&self) -> Result<u64, OrderError> {
        let before = forgotten_before(self.database.clock.now());
        let mut forgotten = 0;
        loop {
            let batch = sqlx::query!(
                "delete from deliveries where id in (
                    select id from deliveries where state = 'delivered' and ended_at < $1 limit $2 for update skip locked
                )",
                before,
                BATCH,
            )
            .execute(&self.database.pool)
            .await?
            .rows_affected();
            forgotten += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }

    /// Forgets the mails that nobody has sent for as long, as where there is no mail server any more: they are no news.
    ///
    /// # Errors
    /// The database failed; what is left is forgotten the next time.
    pub async fn forget_unsent_mails(&self) -> Result<(), OrderError> {
        sqlx::query!(
            "delete from deliveries where target = 'mail' and state = 'waiting' and next_at < $1",
            forgotten_before(self.database.clock.now()),
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }
}
