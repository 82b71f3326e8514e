//! Recording what a provider said. Browser, callback and worker all come through here, so one fact has one effect.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    Orders, read, stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, EventType, Fact, Order, OrderCommand, OrderId, OrderState, PaymentId, Refusal,
    },
    engine::{Clock, OrderError, database::retry_conflicts},
};

impl Orders {
    /// Records that the provider captured or declined a payment. Said again, or said after the opposite was settled,
    /// it has no further effect: declined after captured is ignored, captured after declined is new money.
    ///
    /// # Errors
    /// The payment does not exist.
    pub(super) async fn record(
        &self,
        caller: &Caller,
        order: OrderId,
        payment: PaymentId,
        provider_ref: &str,
        fact: Fact,
    ) -> Result<(), OrderError> {
        retry_conflicts(|| self.record_once(caller, order, payment, provider_ref, fact)).await?;
        self.database.feed.committed_and_due();
        Ok(())
    }

    async fn record_once(
        &self,
        caller: &Caller,
        order: OrderId,
        payment: PaymentId,
        provider_ref: &str,
        fact: Fact,
    ) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut order = read::lock(&mut tx, order).await?.order;
        let is_news = sqlx::query!(
            "insert into payment_facts (provider, provider_ref, fact, payment_id, order_id, amount_minor, at)
             select provider, $2, $3, id, order_id, amount_minor, $4 from payments where id = $1
             on conflict do nothing",
            payment as PaymentId,
            provider_ref,
            fact.as_str(),
            now,
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if is_news == 0 {
            return Ok(());
        }
        match fact {
            Fact::Captured => {
                settle(&mut tx, payment, provider_ref, fact, now).await?;
                captured(
                    &mut tx,
                    caller,
                    now,
                    &mut order,
                    payment,
                    &self.database.clock,
                )
                .await?;
            }
            Fact::Declined => {
                let paid = order
                    .payments
                    .iter()
                    .any(|it| it.id == payment && it.status.is_captured());
                if !paid {
                    settle(&mut tx, payment, provider_ref, fact, now).await?;
                    declined(&mut tx, caller, now, &mut order, payment).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Marks the payment as decided and forgets its token.
async fn settle(
    conn: &mut PgConnection,
    payment: PaymentId,
    provider_ref: &str,
    fact: Fact,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update payments set state = $2, provider_ref = $3, token = null, ask_at = null, updated_at = $4 where id = $1",
        payment as PaymentId,
        fact.as_str(),
        provider_ref,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The money is there: the order is confirmed if it can be. If it cannot, `advance` gives the money back.
async fn captured(
    conn: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
    order: &mut Order,
    payment: PaymentId,
    clock: &Clock,
) -> Result<(), OrderError> {
    let already_paid = order.captured_minor() > 0;
    let to = match order.status.after(OrderCommand::Confirm, order.goods()) {
        Ok(to) if !already_paid => match stock::hold_again(conn, order.id).await {
            Ok(()) => to,
            Err(OrderError::Refused(Refusal::OutOfStock(_))) => order.status,
            Err(error) => return Err(error),
        },
        Ok(_) | Err(_) => order.status,
    };
    if to == OrderState::Confirmed && order.status != to {
        confirm(conn, order, now, clock).await?;
    }
    let change = Change {
        to,
        name: "payment_captured",
        reason: None,
        events: vec![EventType::PaymentSuccessful],
        detail: json!({ "payment_id": payment }),
        due: Due::Now,
    };
    write::write(conn, caller, now, order, change).await
}

/// The money will not come: the stock goes back until the buyer tries again.
async fn declined(
    conn: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
    order: &mut Order,
    payment: PaymentId,
) -> Result<(), OrderError> {
    let another_runs = order
        .payments
        .iter()
        .any(|it| it.id != payment && it.status.is_open());
    let to = match order.status.after(OrderCommand::FailPayment, order.goods()) {
        Ok(to) if !another_runs => {
            stock::give_back(conn, order.id, now).await?;
            to
        }
        Ok(_) | Err(_) => order.status,
    };
    let change = Change {
        to,
        name: "payment_declined",
        reason: None,
        events: vec![EventType::PaymentFailed],
        detail: json!({ "payment_id": payment }),
        due: Due::Now,
    };
    write::write(conn, caller, now, order, change).await
}

/// What comes with a confirmation: the stock is taken for good, every seat gets its ticket.
pub(super) async fn confirm(
    conn: &mut PgConnection,
    order: &Order,
    now: DateTime<Utc>,
    clock: &Clock,
) -> Result<(), OrderError> {
    stock::take(conn, order.id).await?;
    for line in &order.items {
        let Some(seat) = &line.seat else { continue };
        sqlx::query!(
            "insert into tickets (id, order_id, line, sku, seat_id, ticket_code, issued_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            clock.new_id(),
            order.id as OrderId,
            i32::try_from(line.line).unwrap_or(i32::MAX),
            line.sku,
            seat.seat_id,
            ticket_code(),
            now,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Twelve characters that nobody guesses or misreads: no I, O, 0 or 1.
fn ticket_code() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..12)
        .map(|_| char::from(LETTERS[rand::random_range(0..LETTERS.len())]))
        .collect()
}
