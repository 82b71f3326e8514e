//! Recording what a provider said. Browser, callback and worker all come through here, so one fact has one effect.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    Orders,
    attention::attention,
    read, reserve, stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, EventType, Fact, Order, OrderCommand, OrderId, OrderState, Payment, PaymentId,
        Refusal,
    },
    engine::{Clock, OrderError, database::retry_conflicts},
};

/// What a provider says of a payment.
#[derive(Clone, Debug)]
pub struct ProviderFact {
    /// The payment: our id, which is the provider's idempotency key.
    pub payment: PaymentId,
    /// What the provider calls it.
    pub provider_ref: String,
    /// What became of it.
    pub fact: Fact,
    /// How much it took, in minor units, if it says so.
    pub amount_minor: Option<i64>,
}

impl Orders {
    /// Records what `provider` tells of its own accord. Repeats, and facts that come in another order than they
    /// happened in, are harmless. Returns the order.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when the provider has no such payment here, [`Refusal::Invalid`] for a reference that
    /// cannot be kept.
    pub async fn record_callback(
        &self,
        caller: &Caller,
        provider: &str,
        fact: &ProviderFact,
    ) -> Result<OrderId, OrderError> {
        let is_known = (1..=200).contains(&fact.provider_ref.len());
        if !is_known {
            return Err(Refusal::field("/charge_id", "must have 1 to 200 characters").into());
        }
        if fact.amount_minor.is_some_and(|it| it < 0) {
            return Err(Refusal::field("/amount_minor", "must not be negative").into());
        }
        let order = sqlx::query_scalar!(
            r#"select order_id as "order_id: OrderId" from payments where id = $1 and provider = $2"#,
            fact.payment as PaymentId,
            provider,
        )
        .fetch_optional(&self.database.pool)
        .await?
        .ok_or_else(|| Refusal::NotFound("the payment".to_owned()))?;
        self.record(caller, order, fact).await?;
        Ok(order)
    }

    /// Records that the provider captured or declined a payment. Said again, or said after the opposite was settled,
    /// it has no further effect: declined after captured is ignored, captured after declined is new money.
    ///
    /// # Errors
    /// The payment does not exist.
    pub(super) async fn record(
        &self,
        caller: &Caller,
        order: OrderId,
        fact: &ProviderFact,
    ) -> Result<(), OrderError> {
        retry_conflicts(|| self.record_once(caller, order, fact)).await?;
        self.database.feed.committed_and_due();
        Ok(())
    }

    async fn record_once(
        &self,
        caller: &Caller,
        order: OrderId,
        fact: &ProviderFact,
    ) -> Result<(), OrderError> {
        let mut tx = self.database.pool.begin().await?;
        let mut order = read::lock(&mut tx, order).await?.order;
        self.record_on(&mut tx, caller, &mut order, fact).await?;
        commit!(tx, "record");
        Ok(())
    }

    /// Records the fact on an order that the caller has locked.
    pub(super) async fn record_on(
        &self,
        tx: &mut PgConnection,
        caller: &Caller,
        order: &mut Order,
        fact: &ProviderFact,
    ) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let is_news = sqlx::query!(
            "insert into payment_facts (provider, provider_ref, fact, payment_id, order_id, amount_minor, at)
             select provider, $2, $3, id, order_id, coalesce($4, amount_minor), $5 from payments
             where id = $1 on conflict do nothing",
            fact.payment as PaymentId,
            fact.provider_ref,
            fact.fact.as_str(),
            fact.amount_minor,
            now,
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        let payment = order.payments.iter().find(|it| it.id == fact.payment);
        let Some(payment) = payment.filter(|_| is_news == 1).cloned() else {
            return Ok(());
        };
        match fact.fact {
            Fact::Captured => {
                let taken = fact.amount_minor.unwrap_or(payment.amount_minor);
                if taken != payment.amount_minor {
                    let why = format!(
                        "The payment provider took {taken} instead of {} (minor units).",
                        payment.amount_minor
                    );
                    attention(tx, order.id, &why, now).await?;
                }
                let settled = if !payment.status.is_captured() {
                    settle(tx, fact, now).await?;
                    payment.id
                } else if is_its_name(tx, fact).await? {
                    return Ok(());
                } else {
                    // The provider took the money a second time.
                    add_capture(tx, &payment, fact, now, &self.database.clock).await?
                };
                self.captured(tx, caller, order, settled, taken).await?;
            }
            Fact::Declined if payment.status.is_open() => {
                settle(tx, fact, now).await?;
                declined(tx, caller, now, order, payment.id).await?;
            }
            // Decided already; the fact is kept, and changes nothing.
            Fact::Declined => {}
        }
        Ok(())
    }

    /// The money is there: the order is confirmed if it can be, once everything is held. If it cannot be, `advance`
    /// gives the money back.
    pub(super) async fn captured(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        order: &mut Order,
        payment: PaymentId,
        taken: i64,
    ) -> Result<(), OrderError> {
        let clock = &self.database.clock;
        let now = clock.now();
        // What came before and goes back already pays nothing any more.
        let is_due = order.refundable_minor().saturating_add(taken) >= order.total_minor;
        let mut to = order.status;
        if is_due
            && let Ok(confirmed) = order.status.after(OrderCommand::Confirm, order.goods())
            && holds_again(conn, order.id).await?
            && reserve::want(conn, &self.reservations, order, clock).await?
        {
            confirm(conn, order, now, clock).await?;
            to = confirmed;
        } else if taken < order.total_minor
            && let Ok(failed) = order.status.after(OrderCommand::FailPayment, order.goods())
        {
            // Too little pays nothing: it goes back, and the buyer may try again.
            stock::give_back(conn, order.id, now).await?;
            to = failed;
        }
        let change = Change {
            to,
            name: "payment_captured",
            reason: None,
            events: vec![EventType::PaymentSuccessful],
            detail: json!({ "payment_id": payment }),
            due: Due::Now,
        };
        write::write(conn, caller, now, order, change).await?;
        if to == OrderState::PaymentFailed {
            fail_if_final(conn, caller, now, order, payment).await?;
        }
        Ok(())
    }
}

/// Where a capture was told under our own id for it, its provider's name for it brings no second one: it is noted, with
/// what was taken under it.
async fn is_its_name(conn: &mut PgConnection, fact: &ProviderFact) -> Result<bool, OrderError> {
    let named = sqlx::query!(
        "update payments set provider_ref = $2, amount_minor = coalesce($3, amount_minor)
         where id = $1 and state = 'captured' and provider_ref = id::text",
        fact.payment as PaymentId,
        fact.provider_ref,
        fact.amount_minor,
    )
    .execute(conn)
    .await?;
    Ok(named.rows_affected() == 1)
}

/// Whether what the order gave back could be had again.
async fn holds_again(conn: &mut PgConnection, order: OrderId) -> Result<bool, OrderError> {
    match stock::hold_again(conn, order).await {
        Ok(()) => Ok(true),
        Err(OrderError::Refused(Refusal::OutOfStock(_))) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Marks the payment as decided and forgets its token. Its amount is what was taken.
async fn settle(
    conn: &mut PgConnection,
    fact: &ProviderFact,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update payments set state = $2, provider_ref = $3, token = null, ask_at = null, updated_at = $4,
            amount_minor = coalesce($5, amount_minor)
         where id = $1",
        fact.payment as PaymentId,
        fact.fact.as_str(),
        fact.provider_ref,
        now,
        fact.amount_minor,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down money that came beside a payment, as a payment of its own, so that it is counted and goes back.
async fn add_capture(
    conn: &mut PgConnection,
    payment: &Payment,
    fact: &ProviderFact,
    now: DateTime<Utc>,
    clock: &Clock,
) -> Result<PaymentId, OrderError> {
    let id = PaymentId(clock.new_id());
    sqlx::query!(
        "insert into payments (
            id, order_id, attempt, provider, method, amount_minor, state, provider_ref, created_at, updated_at
        )
        select $2, order_id, (select max(attempt) + 1 from payments twin where twin.order_id = payments.order_id),
            provider, method, coalesce($3, amount_minor), 'captured', $4, $5, $5
        from payments where id = $1",
        payment.id as PaymentId,
        id as PaymentId,
        fact.amount_minor,
        fact.provider_ref,
        now,
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// The money will not come: the stock goes back until the buyer tries again. Where nobody may, the order fails.
pub(super) async fn declined(
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
    write::write(conn, caller, now, order, change).await?;
    if another_runs {
        return Ok(());
    }
    fail_if_final(conn, caller, now, order, payment).await
}

/// Fails an order that still waits for its money, if the payment that did not bring it was the last that may be tried.
async fn fail_if_final(
    conn: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
    order: &mut Order,
    payment: PaymentId,
) -> Result<(), OrderError> {
    let is_final = sqlx::query_scalar!(
        "select is_final from payments where id = $1",
        payment as PaymentId,
    )
    .fetch_one(&mut *conn)
    .await?;
    if !is_final || !order.status.is_unpaid() {
        return Ok(());
    }
    let to = order.status.after(OrderCommand::Fail, order.goods())?;
    stock::give_back(conn, order.id, now).await?;
    let change = Change {
        to,
        name: "failed",
        reason: Some("the payment was declined"),
        events: Vec::new(),
        detail: Value::Null,
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
