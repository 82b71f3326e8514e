//! What a request makes its change depend on: that it was not done before, and that nobody was faster.

use sqlx::PgConnection;

use super::{
    IdempotencyKey, Orders, access, idempotency,
    read::{self, OrderRecord},
};
use crate::{
    domain::{Caller, Order, OrderId, Refusal},
    engine::OrderError,
};

/// What a request makes its change depend on.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// The change is made once under this key, however often it is asked for.
    pub key: Option<IdempotencyKey>,
    /// The change is made to this version of the order only.
    pub version: Option<i32>,
}

impl Orders {
    /// The same, for one request: the change that it asks for is made under `conditions`.
    ///
    /// It fails with [`Refusal::KeyInFlight`] when its key came before (see [`Orders::repeat`]), [`Refusal::KeyReused`]
    /// when that was another request, and [`Refusal::Stale`] when somebody changed the order meanwhile.
    #[must_use]
    pub fn under(&self, conditions: Conditions) -> Self {
        Self {
            conditions,
            ..self.clone()
        }
    }

    /// Begins a change of an order that the caller may see: takes the request's key, then the order's lock. Everything
    /// that depends on the order's state comes after, so that a repeated request is known before it is refused.
    pub(super) async fn begin(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        id: OrderId,
    ) -> Result<OrderRecord, OrderError> {
        if let Some(key) = &self.conditions.key {
            let now = self.database.clock.now();
            if !idempotency::claim(conn, key, id, now).await? {
                return Err(Refusal::KeyInFlight.into());
            }
        }
        let record = read::lock(conn, id).await?;
        access::check(&self.database.secrets, caller, &record)?;
        let seen = self.conditions.version;
        if seen.is_some_and(|seen| seen != record.order.version) {
            return Err(stale(conn, &record.order).await?.into());
        }
        Ok(record)
    }
}

/// Who changed the order since, and when.
async fn stale(conn: &mut PgConnection, order: &Order) -> Result<Refusal, OrderError> {
    let last = sqlx::query!(
        "select last_actor, updated_at from orders where id = $1",
        order.id as OrderId,
    )
    .fetch_one(conn)
    .await?;
    Ok(Refusal::Stale {
        version: order.version,
        changed_by: last.last_actor,
        changed_at: last.updated_at,
    })
}
