//! What was done to an order, by whom, when and why.

use super::{Orders, access, read};
use crate::{
    domain::{Caller, HistoryEntry, OrderId, OrderState},
    engine::OrderError,
};

impl Orders {
    /// The order's history, oldest first.
    ///
    /// # Errors
    /// The order does not exist for this caller.
    pub async fn history(
        &self,
        caller: &Caller,
        id: OrderId,
    ) -> Result<Vec<HistoryEntry>, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        access::check(
            &self.database.secrets,
            caller,
            &read::document(&mut conn, id).await?,
        )?;
        let entries = sqlx::query_as!(
            HistoryEntry,
            r#"select version, from_state as "from: OrderState", to_state as "to: OrderState", change, actor, reason,
                request_id, at
            from order_history where order_id = $1 order by version"#,
            id as OrderId,
        )
        .fetch_all(&mut *conn)
        .await?;
        Ok(entries)
    }
}
