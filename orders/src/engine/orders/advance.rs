//! The one mechanism of retry, expiry, crash recovery and payment resolution: look at what an order's rows say, do the
//! one next step that is due, record it, look again. A request runs it at once, a worker when `due_at` has come.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::task::JoinSet;

use super::{
    Orders,
    attention::attention,
    pay::COLLECTED,
    read,
    record::ProviderFact,
    step::{OpenPayment, PATIENCE, Situation, Step, pause, situation},
};
use crate::{
    domain::{Caller, Fact, OrderCommand, OrderId, PaymentId},
    engine::OrderError,
    services::payment::{Charge, ChargeAnswer},
};

/// How long a worker may be silent before another takes its order over.
const LEASE_SECONDS: i64 = 30;
/// No order needs so many steps at once. One that seems to is left alone until its lease ends.
const MOST_STEPS: usize = 100;

impl Orders {
    /// Does everything that is due on an order, under the lease that was taken with the change. The request waits, but
    /// not for ever, and the work goes on if the request goes away.
    pub(super) async fn advance_for_request(
        &self,
        id: OrderId,
        fence: i64,
    ) -> Result<(), OrderError> {
        let orders = self.clone();
        let work = tokio::spawn(async move { orders.advance_under(id, fence).await });
        match tokio::time::timeout(self.answer_within, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(died)) => Err(OrderError::Task(died.to_string())),
            Err(_) => Ok(()),
        }
    }

    /// Advances the orders that are due, at most `limit`. Returns how many there were.
    ///
    /// # Errors
    /// The database failed.
    pub async fn advance_due(&self, limit: i64) -> Result<usize, OrderError> {
        let now = self.database.clock.now();
        let claimed = sqlx::query!(
            r#"update orders set lease_until = $2, lease_fence = lease_fence + 1
            where id in (
                select id from orders where due_at <= $1 and (lease_until is null or lease_until < $1)
                order by due_at limit $3 for update skip locked
            )
            returning id as "id: OrderId", lease_fence"#,
            now,
            now + chrono::Duration::seconds(LEASE_SECONDS),
            limit,
        )
        .fetch_all(&self.database.pool)
        .await?;
        let count = claimed.len();
        // All at once: one that waits for a slow service keeps no other waiting. They end when this does.
        let mut work = JoinSet::new();
        for order in claimed {
            let orders = self.clone();
            work.spawn(async move {
                if let Err(error) = orders.advance_under(order.id, order.lease_fence).await {
                    tracing::warn!(order.id = %order.id, ?error, "Could not advance the order; it is tried again");
                }
            });
        }
        while work.join_next().await.is_some() {}
        Ok(count)
    }

    async fn advance_under(&self, id: OrderId, fence: i64) -> Result<(), OrderError> {
        for _ in 0..MOST_STEPS {
            let situation = self.look(id).await?;
            if situation.fence != fence {
                // Somebody else works on it.
                return Ok(());
            }
            match situation.next_step(self.database.clock.now()) {
                Step::Reserve(holding) => self.reserve(&situation, fence, &holding).await?,
                Step::ConfirmHolding(holding) => {
                    self.confirm_holding(&situation, fence, &holding).await?
                }
                Step::Release(holding) => self.release(&situation, fence, &holding).await?,
                Step::RunShort => self.run_short(id).await?,
                Step::ConfirmPaid => self.confirm_paid(id).await?,
                Step::Charge(payment) => self.charge(&situation, fence, &payment).await?,
                Step::Ask(payment) => {
                    let request_id = &situation.request_id;
                    failpoint!("ask::before_call");
                    let answer = self.provider.ask(payment.id.0, request_id).await;
                    failpoint!("ask::after_call");
                    self.note(id, fence, &payment, answer).await?;
                }
                Step::OpenRefund { amount_minor } => {
                    self.open_owed_refund(id, amount_minor).await?
                }
                Step::SendRefund(refund) => {
                    self.send_refund(id, fence, &refund, &situation.request_id)
                        .await?
                }
                Step::TellReturn(it) => self.tell_return(&situation, fence, &it).await?,
                Step::CloseRefunded => self.apply_if_still_due(id, OrderCommand::Refund).await?,
                Step::Expire => self.apply_if_still_due(id, OrderCommand::Cancel).await?,
                Step::Rest(until) => {
                    if self.rest(id, fence, situation.order.version, until).await? {
                        return Ok(());
                    }
                }
            }
        }
        self.ask_for_attention(id, "The order does not come to rest.")
            .await
    }

    pub(super) async fn look(&self, id: OrderId) -> Result<Situation, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let order = read::document(&mut conn, id).await?.order;
        situation(&mut conn, order).await
    }

    async fn charge(
        &self,
        situation: &Situation,
        fence: i64,
        payment: &OpenPayment,
    ) -> Result<(), OrderError> {
        let order = &situation.order;
        let charge = Charge {
            key: payment.id.0,
            order: order.id,
            amount_minor: payment.amount_minor,
            currency: order.currency,
            method: &payment.method,
            token: payment.token.as_deref(),
            request_id: &situation.request_id,
        };
        failpoint!("charge::before_call");
        let answer = self.provider.charge(&charge).await;
        failpoint!("charge::after_call");
        self.note(order.id, fence, payment, answer).await
    }

    /// Writes down what the provider said of a payment.
    async fn note(
        &self,
        id: OrderId,
        fence: i64,
        payment: &OpenPayment,
        answer: ChargeAnswer,
    ) -> Result<(), OrderError> {
        // A buyer who takes their time is no provider that says nothing.
        let waits_for_buyer = payment.method == COLLECTED && answer == ChargeAnswer::Running;
        let state = match answer {
            ChargeAnswer::Captured {
                provider_ref,
                amount_minor,
            } => {
                let fact = ProviderFact {
                    payment: payment.id,
                    provider_ref,
                    fact: Fact::Captured,
                    amount_minor: Some(amount_minor),
                };
                return self.record(&Caller::system("advance"), id, &fact).await;
            }
            ChargeAnswer::Declined { provider_ref } => {
                let fact = ProviderFact {
                    payment: payment.id,
                    provider_ref,
                    fact: Fact::Declined,
                    amount_minor: None,
                };
                return self.record(&Caller::system("advance"), id, &fact).await;
            }
            ChargeAnswer::Running => "running",
            // It may not have arrived yet: the same key is sent again.
            ChargeAnswer::NotFound => "started",
            ChargeAnswer::Unknown => "unknown",
        };
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        // Before anything else, since it locks the order.
        if payment.asked == PATIENCE && !waits_for_buyer {
            let why = "The payment provider has not said what became of a payment.";
            attention(&mut tx, id, why, now).await?;
        }
        sqlx::query!(
            "update payments set state = $2, asked = asked + 1, ask_at = $3, updated_at = $4
             where id = $1 and state in ('started', 'running', 'unknown')
                and exists (select 1 from orders where id = order_id and lease_fence = $5)",
            payment.id as PaymentId,
            state,
            now + pause(payment.asked),
            now,
            fence,
        )
        .execute(&mut *tx)
        .await?;
        commit!(tx, "note_payment");
        Ok(())
    }

    /// Applies `command` if the order, looked at again under its lock, still wants it.
    async fn apply_if_still_due(
        &self,
        id: OrderId,
        command: OrderCommand,
    ) -> Result<(), OrderError> {
        let caller = Caller::system("advance");
        let mut tx = self.database.pool.begin().await?;
        let order = read::lock(&mut tx, id).await?.order;
        let mut situation = situation(&mut tx, order).await?;
        let reason = match (situation.next_step(self.database.clock.now()), command) {
            (Step::Expire, OrderCommand::Cancel) => "not paid in time",
            (Step::CloseRefunded, OrderCommand::Refund) => "all the money is back",
            _ => return Ok(()),
        };
        self.apply(
            &mut tx,
            &caller,
            &mut situation.order,
            command,
            Some(reason),
        )
        .await?;
        commit!(tx, "settle");
        self.database.feed.committed_and_due();
        Ok(())
    }

    /// Lets go of the order until `until`. False when it changed meanwhile, so that it has to be looked at again.
    async fn rest(
        &self,
        id: OrderId,
        fence: i64,
        version: i32,
        until: Option<DateTime<Utc>>,
    ) -> Result<bool, OrderError> {
        failpoint!("rest::before");
        let rested = sqlx::query!(
            "update orders set lease_until = null, due_at = $4 where id = $1 and lease_fence = $2 and version = $3",
            id as OrderId,
            fence,
            version,
            until,
        )
        .execute(&self.database.pool)
        .await?
        .rows_affected();
        if rested == 1 {
            return Ok(true);
        }
        let lost = sqlx::query_scalar!(
            "select lease_fence from orders where id = $1",
            id as OrderId
        )
        .fetch_optional(&self.database.pool)
        .await?
        .is_none_or(|current| current != fence);
        Ok(lost)
    }
}

/// Takes the lease in the transaction that makes the work, so that no worker sees the one without the other. Whoever
/// had it before finds their fencing number outdated.
pub(super) async fn take_lease(
    conn: &mut PgConnection,
    id: OrderId,
    now: DateTime<Utc>,
) -> Result<i64, OrderError> {
    let fence = sqlx::query_scalar!(
        "update orders set lease_until = $2, lease_fence = lease_fence + 1, due_at = $3 where id = $1
         returning lease_fence",
        id as OrderId,
        now + chrono::Duration::seconds(LEASE_SECONDS),
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(fence)
}
