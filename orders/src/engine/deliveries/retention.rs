//! How long events are kept once everybody has been told.

use chrono::{DateTime, Utc};

use super::Deliveries;
use crate::engine::OrderError;

/// How long an event is kept after it was told.
const DAYS: i64 = 7;
/// How many are forgotten at once: deletes that are over quickly keep out of everybody's way.
const BATCH: i64 = 1_000;

/// Events told before this moment may be forgotten.
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
}
