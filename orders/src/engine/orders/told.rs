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

impl ToldPayment {
    /// Our id of the payment, if it is named by one.
    fn own_id(&self) -> Option<PaymentId> {
        self.payment.parse().ok()
    }
}

impl Orders {
    /// Records what the payment service tells of its own accord. The same payment and fact any number of times has one
    /// effect; facts may come in any order. A payment that we did not ask for is one more: money is never lost. Returns
    /// the order as it is then.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] without such an order, [`Refusal::Invalid`] for a payment of another order,
    /// [`OrderError::Busy`] while nobody can say whether this is money that we know under another name.
    pub async fn record_told(
        &self,
        caller: &Caller,
        told: &ToldPayment,
    ) -> Result<Order, OrderError> {
        if let Some(unnamed) = self.unnamed(told).await? {
            failpoint!("ask::before_call");
            let answer = self.provider.ask(unnamed.0, &caller.request_id).await;
            failpoint!("ask::after_call");
            let is_ours = told.own_id() == Some(unnamed);
            match answer {
                ChargeAnswer::Captured {
                    provider_ref,
                    amount_minor,
                } => {
                    let is_meant = is_ours || told.payment == provider_ref;
                    let fact = ProviderFact {
                        payment: unnamed,
                        provider_ref,
                        fact: Fact::Captured,
                        amount_minor: Some(amount_minor),
                    };
                    self.record(caller, told.order, &fact).await?;
                    if is_meant {
                        let mut conn = self.database.pool.acquire().await?;
                        return Ok(read::document(&mut conn, told.order).await?.order);
                    }
                }
                // Taken for other money, it would go back, and with it the only money that there is.
                ChargeAnswer::Declined { .. }
                | ChargeAnswer::Running
                | ChargeAnswer::NotFound
                | ChargeAnswer::Unknown
                    if !is_ours =>
                {
                    return Err(OrderError::Busy);
                }
                ChargeAnswer::Declined { .. }
                | ChargeAnswer::Running
                | ChargeAnswer::NotFound
                | ChargeAnswer::Unknown => {}
            }
        }
        let order = retry_conflicts(|| self.record_told_once(caller, told)).await?;
        self.database.feed.committed_and_due();
        Ok(order)
    }

    /// The payment whose name at the provider has to be known before `told` is recorded: one that is told under our own id
    /// of it, or one that was, now that another name comes. The same money under two names would count twice.
    async fn unnamed(&self, told: &ToldPayment) -> Result<Option<PaymentId>, OrderError> {
        if told.fact == Fact::Declined {
            return Ok(None);
        }
        Ok(sqlx::query_scalar!(
            r#"select id as "id: PaymentId" from payments
            where order_id = $1 and provider = $2 and case
                when id = $3 then state <> 'captured'
                else state = 'captured' and provider_ref = id::text
                    and not exists (select 1 from payments own where own.id = $3)
                    and not exists (
                        select 1 from payment_facts where provider_ref = $4 and payment_facts.order_id = $1
                    )
            end
            order by id = $3 desc nulls last limit 1"#,
            told.order as OrderId,
            self.provider.name(),
            told.own_id() as Option<PaymentId>,
            told.payment,
        )
        .fetch_optional(&self.database.pool)
        .await?)
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
            Some(payment) if is_captured(&order, payment) && told.own_id() == Some(payment) => {}
            Some(payment) => {
                let is_ours = told.own_id() == Some(payment);
                let provider_ref = is_ours.then(|| payment.to_string());
                let fact = ProviderFact {
                    payment,
                    provider_ref: provider_ref.unwrap_or_else(|| told.payment.clone()),
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

/// The payment that is meant: by our id, by the service's name for it, or the one that the service is, or was, at work on,
/// whose name it has not told yet.
async fn known(
    conn: &mut PgConnection,
    order: &Order,
    told: &ToldPayment,
) -> Result<Option<PaymentId>, OrderError> {
    let named = sqlx::query!(
        r#"select id as "payment_id!: PaymentId", order_id as "order_id!: OrderId" from payments where id = $3
        union all
        select payment_id, order_id from payment_facts where provider = $1 and provider_ref = $2"#,
        SERVICE,
        told.payment,
        told.own_id() as Option<PaymentId>,
    )
    .fetch_all(&mut *conn)
    .await?;
    if named.iter().any(|it| it.order_id != order.id) {
        return Err(Refusal::field("/payment_id", "is the payment of another order").into());
    }
    if let Some(payment) = named.first() {
        return Ok(Some(payment.payment_id));
    }
    Ok(sqlx::query_scalar!(
        r#"select id as "id: PaymentId" from payments
        where order_id = $1 and provider = $2 and (
            state in ('started', 'running', 'unknown')
            or method = $3 and not is_told and not exists (select 1 from payment_facts where payment_id = payments.id)
        )
        order by attempt desc limit 1"#,
        order.id as OrderId,
        SERVICE,
        COLLECTED,
    )
    .fetch_optional(conn)
    .await?)
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
                id, order_id, attempt, provider, method, amount_minor, state, provider_ref, is_final, is_told,
                created_at, updated_at
            ) values ($1, $2, $3, $4, $5, $6, $7, $8, true, true, $9, $9)
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
