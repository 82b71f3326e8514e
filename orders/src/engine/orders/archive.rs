//! Taking an order out of every list.

use serde_json::json;

use super::{
    Orders,
    advance::take_lease,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, OrderCommand, OrderId},
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Archives an order: it is found no more, its history and whatever still happens to its money live on. One that
    /// can be cancelled is cancelled first.
    ///
    /// # Errors
    /// [`crate::Refusal::NotFound`], [`crate::Refusal::Forbidden`] for anybody but admins and services.
    pub async fn archive(&self, caller: &Caller, id: OrderId) -> Result<(), OrderError> {
        self.find(caller, id).await?;
        caller.must_act_for_others()?;
        let fence = retry_conflicts(|| self.archive_once(caller, id)).await?;
        self.database.feed.committed_and_due();
        self.advance_for_request(id, fence).await
    }

    async fn archive_once(&self, caller: &Caller, id: OrderId) -> Result<i64, OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut record = self.begin(&mut tx, caller, id).await?;
        if record.order.allows(OrderCommand::Cancel) {
            self.apply(
                &mut tx,
                caller,
                &mut record.order,
                OrderCommand::Cancel,
                None,
            )
            .await?;
        }
        let change = Change {
            to: record.order.status,
            name: "archived",
            reason: None,
            events: Vec::new(),
            // What counts orders counts it no more.
            detail: json!({ "change": "archived" }),
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, &mut record.order, change).await?;
        sqlx::query!(
            "update orders set archived_at = $2 where id = $1",
            id as OrderId,
            now
        )
        .execute(&mut *tx)
        .await?;
        let fence = take_lease(&mut tx, id, now).await?;
        commit!(tx, "archive");
        Ok(fence)
    }
}
