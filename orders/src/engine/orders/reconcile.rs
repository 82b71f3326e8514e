//! The audit: what payments say against what their providers say, and orders against their deadlines. It moves no
//! money and changes no order. What `advance` can settle it hands to `advance`, the rest to people.

use chrono::{DateTime, Duration, Utc};

use super::{Orders, record::ProviderFact};
use crate::{
    domain::{Caller, Fact, OrderId, PaymentId, PaymentState},
    engine::OrderError,
    services::payment::ChargeAnswer,
};

/// How long a decided payment rests before it is audited: callbacks that cross have come by then.
const REST: i64 = 2;
/// How long the workers may take over an order that is due before a person should know.
const LATE: i64 = 10;
/// How long a provider may still be at work on a payment that was given up here before nobody asks any more, in hours.
const GIVEN_UP: i64 = 24;

/// What an audit came to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reconciled {
    /// Payments that were compared with their provider's books.
    pub audited: usize,
    /// Orders that `advance` looks at now.
    pub handed_on: usize,
    /// Orders that a person has to look at.
    pub need_attention: usize,
}

impl Reconciled {
    /// Whether something was not as it should be.
    #[must_use]
    pub fn needs_somebody(&self) -> bool {
        self.handed_on + self.need_attention > 0
    }
}

struct Audited {
    id: PaymentId,
    order_id: OrderId,
    state: PaymentState,
    amount_minor: i64,
    updated_at: DateTime<Utc>,
}

enum Finding {
    Agrees,
    /// The provider gave no answer that counts: asked again another time.
    Unanswered,
    /// The provider is still at work on what was given up here: asked again, later and later.
    StillRuns,
    /// The provider has money that we took for declined.
    PaidUnnoticed {
        provider_ref: String,
        amount_minor: i64,
    },
    /// It says something that no machine should settle.
    Differs(String),
}

impl Orders {
    /// Audits at most `limit` payments and as many orders.
    ///
    /// # Errors
    /// The database failed; what is left is audited the next time.
    pub async fn reconcile(&self, limit: i64) -> Result<Reconciled, OrderError> {
        let now = self.database.clock.now();
        let mut done = Reconciled::default();
        for payment in self.unaudited(now, limit).await? {
            failpoint!("audit::before_call");
            let answer = self.provider.ask(payment.id.0, "reconcile").await;
            failpoint!("audit::after_call");
            match compare(&payment, answer) {
                Finding::Unanswered => continue,
                Finding::StillRuns if now - payment.updated_at < Duration::hours(GIVEN_UP) => {
                    self.postpone_audit(&payment, now).await?;
                    continue;
                }
                Finding::StillRuns => {}
                Finding::Agrees => {
                    done.handed_on += self.wake_if_owed(payment.order_id, now).await?
                }
                Finding::PaidUnnoticed {
                    provider_ref,
                    amount_minor,
                } => {
                    let caller = Caller::system("reconcile");
                    let fact = ProviderFact {
                        payment: payment.id,
                        provider_ref,
                        fact: Fact::Captured,
                        amount_minor: Some(amount_minor),
                    };
                    self.record(&caller, payment.order_id, &fact).await?;
                    done.handed_on += 1;
                }
                Finding::Differs(why) => {
                    self.ask_for_attention(payment.order_id, &why).await?;
                    done.need_attention += 1;
                }
            }
            self.note_audit(payment.id, now).await?;
            done.audited += 1;
        }
        done.handed_on += self.wake_forgotten(now, limit).await?;
        done.need_attention += self.report_late(now, limit).await?;
        if done.handed_on > 0 {
            self.database.feed.committed();
        }
        Ok(done)
    }

    async fn unaudited(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Audited>, OrderError> {
        Ok(sqlx::query_as!(
            Audited,
            r#"select id as "id: PaymentId", order_id as "order_id: OrderId", state as "state: PaymentState",
                amount_minor, updated_at
            from payments
            where state in ('captured', 'declined') and (audited_at is null or audited_at < updated_at)
                and updated_at < $1 and provider = $2 and (ask_at is null or ask_at <= $4)
                -- Of nothing no provider has heard.
                and amount_minor > 0
                -- What was told of and not asked for is not known by a key of ours either.
                and not is_told
                -- Money that came beside a payment is not known to its provider by a key of ours.
                and (state = 'declined' or exists (
                    select 1 from payment_facts
                    where payment_facts.provider = payments.provider
                        and payment_facts.provider_ref = payments.provider_ref and payment_id = payments.id
                ))
            order by updated_at limit $3"#,
            now - Duration::minutes(REST),
            self.provider.name(),
            limit,
            now,
        )
        .fetch_all(&self.database.pool)
        .await?)
    }

    async fn postpone_audit(
        &self,
        payment: &Audited,
        now: DateTime<Utc>,
    ) -> Result<(), OrderError> {
        sqlx::query!(
            "update payments set ask_at = $2 where id = $1",
            payment.id as PaymentId,
            now + (now - payment.updated_at),
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    async fn note_audit(&self, payment: PaymentId, now: DateTime<Utc>) -> Result<(), OrderError> {
        sqlx::query!(
            "update payments set audited_at = $2 where id = $1",
            payment as PaymentId,
            now
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Has `advance` look at an order that keeps more than its own, if nobody was going to.
    async fn wake_if_owed(&self, id: OrderId, now: DateTime<Utc>) -> Result<usize, OrderError> {
        if self.look(id).await?.owed_back() <= 0 {
            return Ok(0);
        }
        let woken = sqlx::query!(
            "update orders set due_at = $2 where id = $1 and due_at is null",
            id as OrderId,
            now
        )
        .execute(&self.database.pool)
        .await?
        .rows_affected();
        Ok(usize::from(woken == 1))
    }

    /// Has `advance` look at orders with something undecided that nobody was going to look at.
    async fn wake_forgotten(&self, now: DateTime<Utc>, limit: i64) -> Result<usize, OrderError> {
        let woken = sqlx::query!(
            "with forgotten as (
                select order_id as id from loose_ends join orders on orders.id = order_id
                where due_at is null limit $2
            )
            update orders set due_at = $1 from forgotten where orders.id = forgotten.id and due_at is null",
            now,
            limit,
        )
        .execute(&self.database.pool)
        .await?
        .rows_affected();
        Ok(usize::try_from(woken).unwrap_or(usize::MAX))
    }

    /// Tells staff of orders that the workers do not get on with.
    async fn report_late(&self, now: DateTime<Utc>, limit: i64) -> Result<usize, OrderError> {
        let late = sqlx::query_scalar!(
            r#"select id as "id: OrderId" from orders
            where due_at < $1 and (lease_until is null or lease_until < $1) and needs_attention is null
            order by due_at limit $2"#,
            now - Duration::minutes(LATE),
            limit,
        )
        .fetch_all(&self.database.pool)
        .await?;
        for order in &late {
            self.ask_for_attention(*order, "It should have gone on, and does not.")
                .await?;
        }
        Ok(late.len())
    }
}

fn compare(payment: &Audited, answer: ChargeAnswer) -> Finding {
    let is_captured = payment.state.is_captured();
    match answer {
        ChargeAnswer::Running if !is_captured => Finding::StillRuns,
        ChargeAnswer::Running | ChargeAnswer::Unknown => Finding::Unanswered,
        ChargeAnswer::Captured { amount_minor, .. } if is_captured => {
            if amount_minor == payment.amount_minor {
                Finding::Agrees
            } else {
                Finding::Differs(format!(
                    "A payment counts as {}, and its provider says {amount_minor} (minor units).",
                    payment.amount_minor
                ))
            }
        }
        ChargeAnswer::Captured {
            provider_ref,
            amount_minor,
        } => Finding::PaidUnnoticed {
            provider_ref,
            amount_minor,
        },
        ChargeAnswer::Declined { .. } | ChargeAnswer::NotFound if !is_captured => Finding::Agrees,
        ChargeAnswer::Declined { .. } => Finding::Differs(
            "A payment counts as captured, and its provider says that it was declined.".to_owned(),
        ),
        ChargeAnswer::NotFound => Finding::Differs(
            "A payment counts as captured, and its provider does not know of it.".to_owned(),
        ),
    }
}
