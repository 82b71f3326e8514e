//! What is due on an order: derived from its rows, decided without touching anything.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    domain::{Order, OrderCommand, OrderId, PaymentId, PaymentState, RefundId},
    engine::OrderError,
};

/// After so many tries without an end of it, a person has to look. Trying goes on.
pub(super) const PATIENCE: i32 = 12;

/// What is due on an order.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Send the charge to the provider, perhaps again.
    Charge(OpenPayment),
    /// Ask the provider what became of it.
    Ask(OpenPayment),
    /// Write down that money has to go back.
    OpenRefund { amount_minor: i64 },
    /// Ask the provider to send money back.
    SendRefund(OpenRefund),
    /// Note that all the money is back.
    CloseRefunded,
    /// Nobody paid in time.
    Expire,
    /// Nothing until then; `None` for nothing at all.
    Rest(Option<DateTime<Utc>>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct OpenPayment {
    pub(super) id: PaymentId,
    pub(super) state: PaymentState,
    pub(super) token: Option<String>,
    pub(super) amount_minor: i64,
    pub(super) asked: i32,
    pub(super) ask_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct OpenRefund {
    pub(super) id: RefundId,
    pub(super) payment_id: PaymentId,
    pub(super) amount_minor: i64,
    pub(super) tries: i32,
    pub(super) try_at: Option<DateTime<Utc>>,
}

/// Everything that decides the next step.
pub(super) struct Situation {
    pub(super) order: Order,
    pub(super) payment: Option<OpenPayment>,
    pub(super) refunds: Vec<OpenRefund>,
}

impl Situation {
    pub(super) fn next_step(&self, now: DateTime<Utc>) -> Step {
        let due = |at: Option<DateTime<Utc>>| at.is_none_or(|at| at <= now);
        if let Some(payment) = &self.payment
            && due(payment.ask_at)
        {
            return match payment.state {
                PaymentState::Started => Step::Charge(payment.clone()),
                PaymentState::Running
                | PaymentState::Unknown
                | PaymentState::Captured
                | PaymentState::Declined => Step::Ask(payment.clone()),
            };
        }
        if self.owed_back() > 0 {
            return Step::OpenRefund {
                amount_minor: self.owed_back(),
            };
        }
        if let Some(refund) = self.refunds.iter().find(|it| due(it.try_at)) {
            return Step::SendRefund(refund.clone());
        }
        let captured = self.order.captured_minor();
        if captured > 0
            && captured == self.order.refunded_minor
            && self.order.allows(OrderCommand::Refund)
        {
            return Step::CloseRefunded;
        }
        let expires_at = self
            .order
            .expires_at
            .filter(|_| self.order.status.is_unpaid() && !self.order.payment_runs());
        if expires_at.is_some_and(|at| at <= now) {
            return Step::Expire;
        }
        let asks = self.payment.iter().filter_map(|it| it.ask_at);
        let tries = self.refunds.iter().filter_map(|it| it.try_at);
        Step::Rest(asks.chain(tries).chain(expires_at).min())
    }

    /// What was captured beyond what the order may keep: all of it when the order does not stand, and a second capture
    /// when it does. What the provider refused to send is not tried again by itself: a person has to look.
    pub(super) fn owed_back(&self) -> i64 {
        let order = &self.order;
        let stands = !order.status.is_stopped() && !order.status.is_unpaid();
        let kept = if stands { order.total_minor } else { 0 };
        // What somebody gave back of an order that stands says nothing of a second capture.
        let given = order.refunds.iter().filter(|it| it.is_surplus || !stands);
        let given: i64 = given.map(|it| it.amount_minor).sum();
        (order.captured_minor() - kept - given).min(order.refundable_minor())
    }
}

/// Reads what decides the next step of `order`.
pub(super) async fn situation(
    conn: &mut PgConnection,
    order: Order,
) -> Result<Situation, OrderError> {
    let payment = sqlx::query_as!(
        OpenPayment,
        r#"select id as "id: PaymentId", state as "state: PaymentState", token, amount_minor, asked, ask_at
        from payments where order_id = $1 and state in ('started', 'running', 'unknown')"#,
        order.id as OrderId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let refunds = sqlx::query_as!(
        OpenRefund,
        r#"select id as "id: RefundId", payment_id as "payment_id: PaymentId", amount_minor, tries, try_at
        from refunds where order_id = $1 and state = 'pending' order by id"#,
        order.id as OrderId,
    )
    .fetch_all(conn)
    .await?;
    Ok(Situation {
        order,
        payment,
        refunds,
    })
}

/// The time before the next try: doubled each time, at most five minutes, with jitter so that nothing comes in waves.
pub(super) fn pause(tries: i32) -> chrono::Duration {
    let seconds = 2_i64
        .saturating_pow(u32::try_from(tries).unwrap_or(0))
        .min(300);
    chrono::Duration::milliseconds(seconds * rand::random_range(800..1_200))
}
