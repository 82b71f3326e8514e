//! Orders that automation gave up on, and the people who look.

use serde_json::Value;

use super::{
    Orders,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, Order, OrderId},
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
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
        tx.commit().await?;
        Ok(())
    }
}
