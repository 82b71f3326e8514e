//! What is due on an order: derived from its rows, decided without touching anything.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    pay::COLLECTED,
    remote_returns::{self, RemoteReturn},
    reserve::{self, Holding, HoldingState},
};
use crate::{
    domain::{Order, OrderCommand, OrderId, OrderState, PaymentId, PaymentState, RefundId},
    engine::OrderError,
};

/// After so many tries without an end of it, a person has to look. Trying goes on.
pub(super) const PATIENCE: i32 = 12;

/// What is due on an order.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Ask a service to hold what the order wants, perhaps again.
    Reserve(Holding),
    /// Tell a service that what it holds is sold.
    ConfirmHolding(Holding),
    /// Tell a service to take back what it holds, or held.
    Release(Holding),
    /// A service does not have what the order wants.
    RunShort,
    /// The money came first; now everything is held too.
    ConfirmPaid,
    /// Send the charge to the provider, perhaps again.
    Charge(OpenPayment),
    /// Ask the provider what became of it.
    Ask(OpenPayment),
    /// Write down that money has to go back.
    OpenRefund { amount_minor: i64 },
    /// Ask the provider to send money back.
    SendRefund(OpenRefund),
    /// Tell a service that goods which it held are back.
    TellReturn(RemoteReturn),
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
    pub(super) method: String,
    pub(super) token: Option<String>,
    pub(super) amount_minor: i64,
    pub(super) asked: i32,
    pub(super) ask_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct OpenRefund {
    pub(super) id: RefundId,
    pub(super) payment_id: PaymentId,
    /// What the provider calls the payment.
    pub(super) payment_ref: Option<String>,
    /// How much that payment took.
    pub(super) payment_minor: i64,
    pub(super) amount_minor: i64,
    pub(super) tries: i32,
    pub(super) try_at: Option<DateTime<Utc>>,
}

/// Everything that decides the next step.
pub(super) struct Situation {
    pub(super) order: Order,
    /// The request that changed the order last.
    pub(super) request_id: String,
    /// The fencing number of whoever works on it now.
    pub(super) fence: i64,
    pub(super) payment: Option<OpenPayment>,
    pub(super) refunds: Vec<OpenRefund>,
    /// What services outside hold, or are asked to; none without such services.
    pub(super) holdings: Vec<Holding>,
    /// What is to go back to them besides.
    pub(super) returns: Vec<RemoteReturn>,
    /// Whether the order's money is no matter of ours.
    pub(super) is_settled_elsewhere: bool,
}

impl Situation {
    pub(super) fn next_step(&self, now: DateTime<Utc>) -> Step {
        let due = |at: Option<DateTime<Utc>>| at.is_none_or(|at| at <= now);
        if self.is_paid_in_full() && self.holds_everything() {
            return Step::ConfirmPaid;
        }
        if let Some(payment) = self.sendable_payment()
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
        if self.is_short() {
            return Step::RunShort;
        }
        let steps = self.holdings.iter().filter(|it| due(it.try_at));
        if let Some(step) = steps.filter_map(|it| self.step_of(it)).next() {
            return step;
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
        if let Some(back) = self.tellable_returns().find(|it| due(it.try_at)) {
            return Step::TellReturn(back.clone());
        }
        // A payment that still waits for its goods has not been sent: it may be given up. One that its service collects
        // waits for the buyer, whose time is over then; should the money come after all, it goes back.
        let is_collected = |it: &OpenPayment| it.method == COLLECTED;
        let waits = self.sendable_payment().is_none_or(is_collected);
        let expires_at = self
            .order
            .expires_at
            .filter(|_| self.order.status.is_unpaid() && waits);
        if expires_at.is_some_and(|at| at <= now) {
            return Step::Expire;
        }
        let asks = self.sendable_payment().and_then(|it| it.ask_at);
        let tries = self.refunds.iter().filter_map(|it| it.try_at);
        let calls = self
            .holdings
            .iter()
            .filter(|it| self.step_of(it).is_some())
            .filter_map(|it| it.try_at);
        let tells = self.tellable_returns().filter_map(|it| it.try_at);
        Step::Rest(
            asks.into_iter()
                .chain(tries)
                .chain(calls)
                .chain(tells)
                .chain(expires_at)
                .min(),
        )
    }

    /// The open payment, unless it has to wait until everything is held.
    fn sendable_payment(&self) -> Option<&OpenPayment> {
        let waits = self.holdings.iter().any(|it| it.state.is_awaited());
        let is_unsent = |it: &&OpenPayment| it.state == PaymentState::Started && waits;
        self.payment.as_ref().filter(|it| !is_unsent(it))
    }

    /// Whether a service refused what an order wants that is still to be paid or confirmed.
    fn is_short(&self) -> bool {
        let refused = |it: &Holding| it.state == HoldingState::Refused;
        self.order.status.is_unpaid() && self.holdings.iter().any(refused)
    }

    fn step_of(&self, holding: &Holding) -> Option<Step> {
        match holding.state {
            HoldingState::Wanted | HoldingState::Unknown => Some(Step::Reserve(holding.clone())),
            HoldingState::Held if !self.order.status.is_unpaid() => {
                Some(Step::ConfirmHolding(holding.clone()))
            }
            HoldingState::Releasing => Some(Step::Release(holding.clone())),
            HoldingState::Held | HoldingState::Confirmed | HoldingState::Refused => None,
        }
    }

    /// What goes back only once the service knows that it was sold.
    fn tellable_returns(&self) -> impl Iterator<Item = &RemoteReturn> {
        let confirmed = |it: &Holding| it.state == HoldingState::Confirmed;
        self.returns.iter().filter(move |back| {
            let mut holdings = self.holdings.iter();
            holdings.any(|it| it.id == back.reservation_id && confirmed(it))
        })
    }

    /// Whether the money for an order that is not confirmed is there, or need not be, and its goods may be there too.
    fn is_paid_in_full(&self) -> bool {
        let order = &self.order;
        let mut live = self.holdings.iter().filter(|it| it.state.is_live());
        let is_paid = order.captured_minor() > 0 && order.refundable_minor() >= order.total_minor;
        let is_settled = self.is_settled_elsewhere && order.status == OrderState::Pending;
        order.status.is_unpaid() && (is_paid || is_settled) && live.next().is_some()
    }

    fn holds_everything(&self) -> bool {
        !self.holdings.iter().any(|it| it.state.is_awaited())
    }

    /// What was captured beyond what the order may keep: all of it when the order does not stand, and a second capture
    /// when it does. An order whose money came first keeps it while its goods are asked for. What a provider refused to
    /// send back is not asked for again: a person looks at it.
    pub(super) fn owed_back(&self) -> i64 {
        let order = &self.order;
        let stands = !order.status.is_stopped() && !order.status.is_unpaid();
        let keeps = stands || self.is_paid_in_full();
        let kept = if keeps { order.total_minor } else { 0 };
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
    let row = sqlx::query!(
        r#"select last_request_id, lease_fence, is_settled_elsewhere, payments.id as "payment_id?: PaymentId",
            payments.state as "state?: PaymentState", method as "method?", token, amount_minor as "amount_minor?",
            asked as "asked?", ask_at, exists (
                select 1 from remote_reservations where order_id = $1 and state <> 'released'
            ) as "is_held_outside!"
        from orders
        left join payments on order_id = orders.id and payments.state in ('started', 'running', 'unknown')
        where orders.id = $1"#,
        order.id as OrderId,
    )
    .fetch_one(&mut *conn)
    .await?;
    let refunds = sqlx::query_as!(
        OpenRefund,
        r#"select refunds.id as "id: RefundId", payment_id as "payment_id: PaymentId",
            payments.provider_ref as payment_ref, payments.amount_minor as payment_minor, refunds.amount_minor, tries,
            try_at
        from refunds join payments on payments.id = payment_id
        where refunds.order_id = $1 and refunds.state = 'pending' order by refunds.id"#,
        order.id as OrderId,
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut holdings, mut returns) = (Vec::new(), Vec::new());
    if row.is_held_outside {
        holdings = reserve::holdings(conn, order.id).await?;
        returns = remote_returns::pending(conn, order.id).await?;
    }
    let payment = row
        .payment_id
        .zip(row.state)
        .map(|(id, state)| OpenPayment {
            id,
            state,
            method: row.method.unwrap_or_default(),
            token: row.token,
            amount_minor: row.amount_minor.unwrap_or_default(),
            asked: row.asked.unwrap_or_default(),
            ask_at: row.ask_at,
        });
    Ok(Situation {
        order,
        request_id: row.last_request_id,
        fence: row.lease_fence,
        payment,
        refunds,
        holdings,
        returns,
        is_settled_elsewhere: row.is_settled_elsewhere,
    })
}

/// The time before the next try: doubled each time, at most five minutes, with jitter so that nothing comes in waves.
pub(super) fn pause(tries: i32) -> chrono::Duration {
    let seconds = 2_i64
        .saturating_pow(u32::try_from(tries).unwrap_or(0))
        .min(300);
    chrono::Duration::milliseconds(seconds * rand::random_range(800..1_200))
}
