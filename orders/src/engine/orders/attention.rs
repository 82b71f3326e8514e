//! Orders that automation gave up on, and the people who look.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    Orders,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, Order, OrderId},
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Notes why a person has to look at the order.
    pub(super) async fn ask_for_attention(&self, id: OrderId, why: &str) -> Result<(), OrderError> {
        let mut tx = self.database.pool.begin().await?;
        attention(&mut tx, id, why, self.database.clock.now()).await?;
        commit!(tx, "ask_for_attention");
        self.database.feed.committed();
        Ok(())
    }

    /// Marks an order as seen to. One that needs no attention stays as it is.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for its buyer.
    pub async fn resolve_attention(
        &self,
        caller: &Caller,
        id: OrderId,
    ) -> Result<Order, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        retry_conflicts(|| self.resolve_attention_once(caller, id)).await?;
        self.database.feed.committed();
        self.find(caller, id).await
    }

    async fn resolve_attention_once(&self, caller: &Caller, id: OrderId) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut order = self.begin(&mut tx, caller, id).await?.order;
        let about = order.needs_attention.take();
        if about.is_some() {
            sqlx::query!(
                "update orders set needs_attention = null where id = $1",
                id as OrderId
            )
            .execute(&mut *tx)
            .await?;
            let change = Change {
                to: order.status,
                name: "attention_resolved",
                // What it was about would be gone otherwise.
                reason: about.as_deref(),
                events: Vec::new(),
                detail: Value::Null,
                due: Due::AsBefore,
            };
            write::write(&mut tx, caller, now, &mut order, change).await?;
        }
        commit!(tx, "resolve_attention");
        Ok(())
    }
}

/// Notes why a person has to look at the order. Said again, it is no news.
pub(super) async fn attention(
    conn: &mut PgConnection,
    id: OrderId,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    let marked = sqlx::query!(
        "update orders set needs_attention = $2 where id = $1 and needs_attention is distinct from $2",
        id as OrderId,
        why,
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if marked == 1 {
        write::tell_update(conn, id, now).await?;
        tracing::warn!(order.id = %id, why, "An order needs attention");
    }
    Ok(())
}
