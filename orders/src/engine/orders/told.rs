//! What the payment service tells of an order, in names of its own: of a charge that we asked it for, or of one that only
//! it knows of.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    Orders,
    pay::COLLECTED,
    read,
    record::{self, ProviderFact},
};
use crate::{
    domain::{Caller, Fact, Order, OrderId, PaymentId, Refusal},
    engine::{OrderError, database::retry_conflicts, error::OnConstraint},
    services::payment::{ChargeAnswer, SERVICE},
};

/// What became of a payment for an order.
#[derive(Clone, Debug)]
pub struct ToldPayment {
    /// Which order it was for.
    pub order: OrderId,
    /// What the payment service calls the payment: our id of it, or its own.
    pub payment: String,
    /// What became of it.
    pub fact: Fact,
}

impl Orders {
    /// Records what the payment service tells of its own accord. The same payment and fact any number of times has one
    /// effect; facts may come in any order. A payment that we did not ask for is one more: money is never lost. Returns
    /// the order as it is then.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] without such an order, [`Refusal::Invalid`] for a payment of another order.
    pub async fn record_told(
        &self,
        caller: &Caller,
        told: &ToldPayment,
    ) -> Result<Order, OrderError> {
        if let Some(fact) = self.ask_for_name(caller, told).await? {
            self.record(caller, told.order, &fact).await?;
            let mut conn = self.database.pool.acquire().await?;
            return Ok(read::document(&mut conn, told.order).await?.order);
        }
        let order = retry_conflicts(|| self.record_told_once(caller, told)).await?;
        self.database.feed.committed_and_due();
        Ok(order)
    }

    /// What the provider calls a payment that was told under our own id of it, as far as it says so: told under that name
    /// later, it must not be taken for other money.
    async fn ask_for_name(
        &self,
        caller: &Caller,
        told: &ToldPayment,
    ) -> Result<Option<ProviderFact>, OrderError> {
        let Ok(payment) = told.payment.parse::<PaymentId>() else {
            return Ok(None);
        };
        let is_open = sqlx::query_scalar!(
            r#"select exists (
                select 1 from payments
                where id = $1 and order_id = $2 and provider = $3 and state in ('started', 'running', 'unknown')
            ) as "is_open!""#,
            payment as PaymentId,
            told.order as OrderId,
            self.provider.name(),
        )
        .fetch_one(&self.database.pool)
        .await?;
        if !is_open || told.fact == Fact::Declined {
            return Ok(None);
        }
        failpoint!("ask::before_call");
        let answer = self.provider.ask(payment.0, &caller.request_id).await;
        failpoint!("ask::after_call");
        Ok(match answer {
            ChargeAnswer::Captured {
                provider_ref,
                amount_minor,
            } => Some(ProviderFact {
                payment,
                provider_ref,
                fact: Fact::Captured,
                amount_minor: Some(amount_minor),
            }),
            ChargeAnswer::Declined { .. }
            | ChargeAnswer::Running
            | ChargeAnswer::NotFound
            | ChargeAnswer::Unknown => None,
        })
    }

    async fn record_told_once(
        &self,
        caller: &Caller,
        told: &ToldPayment,
    ) -> Result<Order, OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        // Archived or not: late money is money.
        let mut order = read::lock(&mut tx, told.order).await?.order;
        match known(&mut tx, &order, told).await? {
            // Named by our own id, it is the money that we know of.
            Some(payment)
                if is_captured(&order, payment) && payment.to_string() == told.payment => {}
            Some(payment) => {
                let fact = ProviderFact {
                    payment,
                    provider_ref: told.payment.clone(),
                    fact: told.fact,
                    amount_minor: None,
                };
                self.record_on(&mut tx, caller, &mut order, &fact).await?;
            }
            None => self.add(&mut tx, caller, &mut order, told, now).await?,
        }
        commit!(tx, "record_told");
        Ok(order)
    }

    /// Writes down a payment that nobody here began. A refusal matters only to an order that waits for this money.
    async fn add(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        order: &mut Order,
        told: &ToldPayment,
        now: DateTime<Utc>,
    ) -> Result<(), OrderError> {
        let waits = order.status.is_unpaid() && !order.payment_runs();
        if told.fact == Fact::Declined && !waits {
            return Ok(());
        }
        let payment = PaymentId(self.database.clock.new_id());
        insert(conn, order, payment, told, now).await?;
        match told.fact {
            Fact::Captured => {
                let taken = order.total_minor;
                self.captured(conn, caller, order, payment, taken).await
            }
            Fact::Declined => record::declined(conn, caller, now, order, payment).await,
        }
    }
}

fn is_captured(order: &Order, payment: PaymentId) -> bool {
    let mut payments = order.payments.iter();
    payments.any(|it| it.id == payment && it.status.is_captured())
}

/// The payment that is meant: by our id, by the service's name for it, or the one that the service is at work on, whose
/// name it has not told yet.
async fn known(
    conn: &mut PgConnection,
    order: &Order,
    told: &ToldPayment,
) -> Result<Option<PaymentId>, OrderError> {
    let named = sqlx::query!(
        r#"select payment_id as "payment_id: PaymentId", order_id as "order_id: OrderId" from payment_facts
        where provider = $1 and provider_ref = $2"#,
        SERVICE,
        told.payment,
    )
    .fetch_all(conn)
    .await?;
    if named.iter().any(|it| it.order_id != order.id) {
        return Err(Refusal::field("/payment_id", "is the payment of another order").into());
    }
    let ours = (order.payments.iter()).find(|it| it.id.to_string() == told.payment);
    let running = (order.payments.iter())
        .find(|it| it.provider == SERVICE && it.status.is_open())
        .filter(|_| named.is_empty());
    let by_name = named.first().map(|it| it.payment_id);
    Ok(ours.map(|it| it.id).or(by_name).or(running.map(|it| it.id)))
}

/// Writes the payment, decided, with the fact that decided it.
async fn insert(
    conn: &mut PgConnection,
    order: &Order,
    payment: PaymentId,
    told: &ToldPayment,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "with payment as (
            insert into payments (
                id, order_id, attempt, provider, method, amount_minor, state, provider_ref, is_final, created_at,
                updated_at
            ) values ($1, $2, $3, $4, $5, $6, $7, $8, true, $9, $9)
        )
        insert into payment_facts (provider, provider_ref, fact, payment_id, order_id, amount_minor, at)
        values ($4, $8, $7, $1, $2, $6, $9)",
        payment as PaymentId,
        order.id as OrderId,
        i32::try_from(order.payments.len()).unwrap_or(i32::MAX).saturating_add(1),
        SERVICE,
        COLLECTED,
        order.total_minor,
        told.fact.as_str(),
        told.payment,
        now,
    )
    .execute(conn)
    .await
    .on_constraint("payment_facts_pkey", || {
        Refusal::field("/payment_id", "is the payment of another order")
    })?;
    Ok(())
}
