//! Beginning a payment: the intent is committed before the provider hears of it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    Orders,
    advance::take_lease,
    reserve, stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, NewPayment, Order, OrderCommand, OrderId, PaymentId, Refusal},
    engine::{Clock, OrderError, database::retry_conflicts},
    services::payment::Provider,
};

/// How somebody means to pay.
pub(super) enum Intent<'a> {
    /// By a card; after a refusal there may be another.
    Card(&'a NewPayment),
    /// By a card, and by no other: refused, the order fails.
    OnlyCard(&'a NewPayment),
    /// As they agree with the payment service, which collects it: refused, the order fails.
    Collected,
}

/// What a payment that its service collects goes by.
pub(super) const COLLECTED: &str = "collected";

impl Intent<'_> {
    fn method(&self) -> &str {
        match self {
            Self::Card(payment) | Self::OnlyCard(payment) => &payment.method,
            Self::Collected => COLLECTED,
        }
    }

    fn token(&self) -> Option<&str> {
        match self {
            Self::Card(payment) | Self::OnlyCard(payment) => Some(&payment.token),
            Self::Collected => None,
        }
    }

    fn is_final(&self) -> bool {
        match self {
            Self::Card(_) => false,
            Self::OnlyCard(_) | Self::Collected => true,
        }
    }
}

impl Orders {
    /// Pays an order. Returns with the outcome, or with the order as it is when the provider takes its time.
    ///
    /// # Errors
    /// [`Refusal::PaymentRunning`] while another payment is undecided, [`Refusal::OutOfStock`] when a declined order's
    /// stock is gone meanwhile, [`Refusal::NotAllowed`], [`Refusal::PaymentUnavailable`].
    pub async fn pay(
        &self,
        caller: &Caller,
        id: OrderId,
        payment: &NewPayment,
    ) -> Result<Order, OrderError> {
        if !self.provider.takes_cards() {
            return Err(Refusal::PaymentUnavailable.into());
        }
        let fence = retry_conflicts(|| self.pay_once(caller, id, payment)).await?;
        self.database.feed.committed_and_due();
        self.advance_for_request(id, fence).await?;
        let order = self.find(caller, id).await?;
        self.refuse_if_short(&order, self.conditions.key.as_ref())
            .await?;
        Ok(order)
    }

    async fn pay_once(
        &self,
        caller: &Caller,
        id: OrderId,
        payment: &NewPayment,
    ) -> Result<i64, OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut record = self.begin(&mut tx, caller, id).await?;
        let clock = &self.database.clock;
        begin(
            &mut tx,
            &self.provider,
            caller,
            now,
            &mut record.order,
            &Intent::Card(payment),
            clock,
        )
        .await?;
        reserve::want(&mut tx, &self.reservations, &record.order, clock).await?;
        let fence = take_lease(&mut tx, id, now).await?;
        commit!(tx, "pay");
        Ok(fence)
    }
}

/// Writes the intent to pay on an order that the caller has locked.
pub(super) async fn begin(
    conn: &mut PgConnection,
    provider: &Provider,
    caller: &Caller,
    now: DateTime<Utc>,
    order: &mut Order,
    intent: &Intent<'_>,
    clock: &Clock,
) -> Result<(), OrderError> {
    if order.payment_runs() {
        return Err(Refusal::PaymentRunning.into());
    }
    let to = order
        .status
        .after(OrderCommand::StartPayment, order.goods())?;
    if order.expires_at.is_some_and(|at| at <= now) {
        return Err(Refusal::NotFound("the order's reservation".to_owned()).into());
    }
    // A declined payment gave the stock back.
    stock::hold_again(conn, order.id).await?;
    sqlx::query!(
        "insert into payments (
            id, order_id, attempt, provider, method, token, amount_minor, state, created_at, updated_at, is_final
        ) values ($1, $2, $3, $4, $5, $6, $7, 'started', $8, $8, $9)",
        PaymentId(clock.new_id()) as PaymentId,
        order.id as OrderId,
        i32::try_from(order.payments.len()).unwrap_or(i32::MAX).saturating_add(1),
        provider.name(),
        intent.method(),
        intent.token(),
        order.total_minor,
        now,
        intent.is_final(),
    )
    .execute(&mut *conn)
    .await?;
    let change = Change {
        to,
        name: "payment_started",
        reason: None,
        events: Vec::new(),
        detail: Value::Null,
        due: Due::Now,
    };
    write::write(conn, caller, now, order, change).await
}

/// Gives up on money that its service was to collect for an order that is stopped: nobody has to pay it any more, and
/// nobody asks for it. Should it come after all, it is new money.
pub(super) async fn give_up_collecting(
    conn: &mut PgConnection,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update payments set state = 'declined', ask_at = null, updated_at = $2
         where order_id = $1 and method = $3 and state in ('started', 'running', 'unknown')",
        order as OrderId,
        now,
        COLLECTED,
    )
    .execute(conn)
    .await?;
    Ok(())
}
