//! The relay: the one process that passes the outbox on, in the order of each order's events.

use super::{CHANNEL, Deliveries};
use crate::{
    domain::{EventType, OrderId},
    engine::{Nudge, OrderError},
};

/// A notification holds 8,000 bytes; a nudge takes some 110.
const BATCH: i64 = 60;

impl Deliveries {
    /// Tells every server of the events that are waiting, if no other process is at it. Returns how many there were.
    ///
    /// # Errors
    /// The database failed; nothing is marked as told then.
    pub async fn relay(&self) -> Result<usize, OrderError> {
        // A look is cheaper than a lease, and mostly there is nothing.
        let waiting = sqlx::query_scalar!(
            r#"select exists (select 1 from outbox where relayed_at is null) as "waiting!""#
        )
        .fetch_one(&self.database.pool)
        .await?;
        if !waiting {
            return Ok(0);
        }
        let Some(fence) = self.take_lease().await? else {
            return Ok(0);
        };
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut nudges = sqlx::query_as!(
            Nudge,
            r#"update outbox set relayed_at = $1
            where id in (select id from outbox where relayed_at is null order by id limit $2)
                and exists (select 1 from leases where name = 'relay' and fence = $3)
            returning order_id as "order_id: OrderId", sequence, type as "event_type: EventType""#,
            now,
            BATCH,
            fence,
        )
        .fetch_all(&mut *tx)
        .await?;
        nudges.sort_by_key(|it| (it.order_id, it.sequence));
        let payload = serde_json::to_string(&nudges).unwrap_or_default();
        sqlx::query!(
            r#"select pg_notify($1, $2) as "sent: ()""#,
            CHANNEL,
            payload
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(nudges.len())
    }

    /// The right to relay for a few seconds, as a number that grows with every change of hands.
    async fn take_lease(&self) -> Result<Option<i64>, OrderError> {
        let now = self.database.clock.now();
        let fence = sqlx::query_scalar!(
            "insert into leases (name, holder, held_until) values ('relay', $1, $2)
             on conflict (name) do update set holder = $1, held_until = $2,
                fence = leases.fence + (leases.holder <> $1)::integer
             where leases.holder = $1 or leases.held_until < $3
             returning fence",
            self.holder,
            now + chrono::Duration::seconds(10),
            now,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(fence)
    }
}
