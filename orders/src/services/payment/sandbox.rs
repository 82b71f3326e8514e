//! A provider for trying things out. It keeps books of its own, so it remembers like a company outside would.

use chrono::Duration;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Charge, ChargeAnswer, RefundAnswer, Refunding};
use crate::engine::Clock;

/// The card that is always captured.
pub(super) const CAPTURED: &str = "4242424242424242";
/// The card that takes its time.
pub(super) const DELAYED: &str = "4000000000000259";

/// Takes test cards; everything but the two that work is declined.
#[derive(Clone)]
pub struct Sandbox {
    pool: PgPool,
    clock: Clock,
    delay: Duration,
}

impl Sandbox {
    /// A sandbox with its books in `pool`. The delayed card is captured after three seconds.
    #[must_use]
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self {
            pool,
            clock,
            delay: Duration::seconds(3),
        }
    }

    pub(super) async fn charge(&self, charge: &Charge<'_>) -> Result<ChargeAnswer, sqlx::Error> {
        let (outcome, delay) = match charge.token {
            Some(CAPTURED) => ("captured", Duration::zero()),
            Some(DELAYED) => ("captured", self.delay),
            _ => ("declined", Duration::zero()),
        };
        sqlx::query!(
            "insert into sandbox_charges (key, amount_minor, outcome, settles_at) values ($1, $2, $3, $4)
             on conflict do nothing",
            charge.key,
            charge.amount_minor,
            outcome,
            self.clock.now() + delay,
        )
        .execute(&self.pool)
        .await?;
        self.ask(charge.key).await
    }

    pub(super) async fn ask(&self, key: Uuid) -> Result<ChargeAnswer, sqlx::Error> {
        let charge = sqlx::query!(
            "select outcome, settles_at, amount_minor from sandbox_charges where key = $1",
            key
        )
        .fetch_optional(&self.pool)
        .await?;
        let provider_ref = own_ref(key);
        Ok(match charge {
            None => ChargeAnswer::NotFound,
            Some(charge) if charge.settles_at > self.clock.now() => ChargeAnswer::Running,
            Some(charge) if charge.outcome == "captured" => ChargeAnswer::Captured {
                provider_ref,
                amount_minor: charge.amount_minor,
            },
            Some(_) => ChargeAnswer::Declined { provider_ref },
        })
    }

    pub(super) async fn refund(&self, refund: &Refunding<'_>) -> Result<RefundAnswer, sqlx::Error> {
        let is_own = |name: &str| name == own_ref(refund.charge);
        if refund.charge_ref.is_some_and(|name| !is_own(name)) {
            self.take_over(refund).await?;
        }
        // Like a real provider, it gives back no more than it took.
        let sent = sqlx::query!(
            "insert into sandbox_refunds (key, charge, amount_minor)
             select $1, key, $3::bigint from sandbox_charges
             where key = $2 and outcome = 'captured' and amount_minor >= $3::bigint
                + (select coalesce(sum(amount_minor), 0) from sandbox_refunds where charge = $2 and key <> $1)
             on conflict (key) do update set key = excluded.key
             returning key",
            refund.key,
            refund.charge,
            refund.amount_minor,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(match sent {
            Some(_) => RefundAnswer::Sent {
                provider_ref: own_ref(refund.key),
            },
            None => RefundAnswer::Refused,
        })
    }

    /// Enters a charge that somebody told of who plays the payment service in its place.
    async fn take_over(&self, refund: &Refunding<'_>) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into sandbox_charges (key, amount_minor, outcome, settles_at) values ($1, $2, 'captured', $3)
             on conflict do nothing",
            refund.charge,
            refund.charged_minor,
            self.clock.now(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// What the sandbox calls a charge or refund of its own.
fn own_ref(key: Uuid) -> String {
    format!("sandbox_{key}")
}
