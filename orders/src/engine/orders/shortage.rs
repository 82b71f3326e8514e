//! What happens to an order that a service outside is short of.

use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use super::{
    IdempotencyKey, Orders, idempotency, read,
    step::{Step, situation},
    stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, EventType, Order, OrderCommand, OrderId, OrderState, Refusal, Shortage},
    engine::OrderError,
    services::reservations::Missing,
};

impl Orders {
    /// The request that was to place or to pay the order is refused: its key is free for another try.
    ///
    /// # Errors
    /// [`Refusal::OutOfStock`] when the order could not be paid because a service outside is short of something.
    pub(super) async fn refuse_if_short(
        &self,
        order: &Order,
        key: Option<&IdempotencyKey>,
    ) -> Result<(), OrderError> {
        let may_be = matches!(order.status, OrderState::Failed | OrderState::PaymentFailed);
        if !may_be || !self.reservations.any() {
            return Ok(());
        }
        let mut conn = self.database.pool.acquire().await?;
        let short = shortages(&mut conn, order).await?;
        if short.is_empty() {
            return Ok(());
        }
        if let Some(key) = key {
            idempotency::free(&mut conn, key, order.id).await?;
        }
        Err(Refusal::OutOfStock(short).into())
    }

    /// Undoes what was begun for an order that a service is short of: everything goes back, a payment that waited for
    /// it is not sent. An order that was never held ends as failed; one that was may be tried again.
    pub(super) async fn run_short(&self, id: OrderId) -> Result<(), OrderError> {
        let caller = Caller::system("advance");
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let order = read::lock(&mut tx, id).await?.order;
        let mut short = situation(&mut tx, order).await?;
        if short.next_step(now) != Step::RunShort {
            return Ok(());
        }
        let order = &mut short.order;
        let is_first = order.payments.len() <= 1 && order.captured_minor() == 0;
        stock::give_back(&mut tx, id, now).await?;
        let withdrawn = order.status.after(OrderCommand::FailPayment, order.goods());
        let change = |to, name, events| Change {
            to,
            name,
            reason: Some("out of stock"),
            events,
            detail: Value::Null,
            due: Due::Now,
        };
        if let Ok(to) = withdrawn {
            let events = vec![EventType::PaymentFailed];
            let withdrawal = change(to, "payment_withdrawn", events);
            write::write(&mut tx, &caller, now, order, withdrawal).await?;
        }
        if is_first {
            let to = order.status.after(OrderCommand::Fail, order.goods())?;
            let failure = change(to, "failed", Vec::new());
            write::write(&mut tx, &caller, now, order, failure).await?;
        } else if withdrawn.is_err() {
            let release = change(order.status, "reservation_refused", Vec::new());
            write::write(&mut tx, &caller, now, order, release).await?;
        }
        commit!(tx, "run_short");
        self.database.feed.committed_and_due();
        Ok(())
    }
}

/// What a service was short of when the order was to be held last.
async fn shortages(conn: &mut PgConnection, order: &Order) -> Result<Vec<Shortage>, OrderError> {
    let short = sqlx::query_scalar!(
        r#"select short as "short!: Json<Vec<Missing>>" from remote_reservations
        where order_id = $1 and short is not null"#,
        order.id as OrderId,
    )
    .fetch_all(conn)
    .await?;
    let shortage = |missing: Missing| {
        let line = order.items.iter().find(|it| it.sku == missing.sku);
        line.map(|line| Shortage {
            sku: missing.sku,
            title: line.title.clone(),
            requested: line.quantity,
            available: missing.available,
            seat: line.seat.clone(),
        })
    };
    Ok(short
        .into_iter()
        .flat_map(|it| it.0)
        .filter_map(shortage)
        .collect())
}
