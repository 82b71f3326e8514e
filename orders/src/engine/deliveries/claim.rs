//! Whose turn it is to send, and what came of it. A claim is committed before anything is sent, and lasts for a while: a
//! sender that dies meanwhile is followed by another one.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::Deliveries;
use crate::{
    domain::{DeliveryId, DeliveryState, DisabledBecause, Event, EventType, OrderId, WebhookId},
    engine::OrderError,
    services::webhooks::{Message, Sent},
};

/// How long a sender has, before it is taken for dead: far longer than an answer may take.
const LEASE: Duration = Duration::seconds(60);
/// So many attempts, and it is set aside: after about three days.
const ATTEMPTS: i32 = 18;
/// The pause after the first attempt; it doubles with every further one.
const FIRST_PAUSE: Duration = Duration::seconds(10);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::hours(12);

/// A delivery whose turn it is.
pub(super) struct Claimed {
    id: DeliveryId,
    webhook: WebhookId,
    claim: Uuid,
    attempts: i32,
    pub(super) message: Message,
}

/// What becomes of a delivery after an attempt.
struct Outcome {
    state: DeliveryState,
    next_at: Option<DateTime<Utc>>,
    status: Option<u16>,
    error: Option<String>,
}

impl Deliveries {
    /// Claims up to `limit` deliveries to a webhook that are due, those that wait longest.
    pub(super) async fn claim(
        &self,
        webhook: WebhookId,
        source: &str,
        limit: i64,
    ) -> Result<Vec<Claimed>, OrderError> {
        let now = self.database.clock.now();
        let claim = Uuid::new_v4();
        let mut tx = self.database.pool.begin().await?;
        let rows = sqlx::query!(
            r#"with due as materialized (
                select id from deliveries where endpoint_id = $1 and state = 'waiting' and next_at <= $2
                order by next_at, id limit $3 for update skip locked
            )
            update deliveries it set claim = $4, next_at = $5, attempts = attempts + 1
            from due, webhook_endpoints endpoint
            where it.id = due.id and endpoint.id = $1 and disabled_because is null
            returning it.id as "id: DeliveryId", attempts, event_id, type as "event_type: EventType",
                order_id as "order_id: OrderId", data, at, url, secret,
                case when old_secret_until > $2 then old_secret end as old_secret"#,
            webhook as WebhookId,
            now,
            limit,
            claim,
            now + LEASE,
        )
        .fetch_all(&mut *tx)
        .await?;
        commit!(tx, "claim_deliveries");
        let claimed = rows.into_iter().map(|row| Claimed {
            id: row.id,
            webhook,
            claim,
            attempts: row.attempts,
            message: Message {
                url: row.url,
                secrets: std::iter::once(row.secret).chain(row.old_secret).collect(),
                event: Event {
                    specversion: "1.0".to_owned(),
                    id: row.event_id,
                    source: source.to_owned(),
                    event_type: row.event_type,
                    subject: row.order_id,
                    time: row.at,
                    datacontenttype: "application/json".to_owned(),
                    data: row.data,
                },
            },
        });
        Ok(claimed.collect())
    }

    /// Writes down what came of sending, unless the claim was taken over meanwhile.
    pub(super) async fn record(&self, claimed: &Claimed, sent: Sent) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        // The webhook before its deliveries, as when it is deleted.
        if matches!(sent, Sent::Gone { .. }) {
            sqlx::query!(
                "update webhook_endpoints set disabled_because = $2 where id = $1 and disabled_because is null",
                claimed.webhook as WebhookId,
                DisabledBecause::Gone as DisabledBecause,
            )
            .execute(&mut *tx)
            .await?;
        }
        let outcome = outcome(claimed.attempts, sent, now);
        sqlx::query!(
            "update deliveries set state = $3, next_at = $4, claim = null, last_status = $5,
                last_error = coalesce($6, last_error), ended_at = case when $3 <> 'waiting' then $7::timestamptz end
            where id = $1 and claim = $2",
            claimed.id as DeliveryId,
            claimed.claim,
            outcome.state as DeliveryState,
            outcome.next_at,
            outcome.status.and_then(|it| i16::try_from(it).ok()),
            outcome.error,
            now,
        )
        .execute(&mut *tx)
        .await?;
        commit!(tx, "record_delivery");
        Ok(())
    }
}

fn outcome(attempts: i32, sent: Sent, now: DateTime<Utc>) -> Outcome {
    match sent {
        Sent::Delivered { status } => Outcome {
            state: DeliveryState::Delivered,
            next_at: None,
            status: Some(status),
            error: None,
        },
        Sent::Gone { status } => Outcome {
            state: DeliveryState::SetAside,
            next_at: None,
            status: Some(status),
            error: Some("answered 410 Gone: it wants nothing any more".to_owned()),
        },
        Sent::Failed { status, why } => {
            let next_at =
                (attempts < ATTEMPTS).then(|| now + pause(attempts, rand::random_range(0.8..1.2)));
            Outcome {
                state: match next_at {
                    Some(_) => DeliveryState::Waiting,
                    None => DeliveryState::SetAside,
                },
                next_at,
                status,
                error: Some(why),
            }
        }
    }
}

/// The pause after so many attempts. `jitter` is about 1: what failed together does not come again together.
fn pause(attempts: i32, jitter: f64) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    let pause = (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE);
    Duration::milliseconds((pause.num_milliseconds() as f64 * jitter) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_take_about_three_days_in_all() {
        let pauses: Vec<_> = (1..ATTEMPTS).map(|it| pause(it, 1.0)).collect();

        assert_eq!(pauses[..3], [10, 20, 40].map(Duration::seconds));
        assert!(pauses.is_sorted() && pauses.last() == Some(&LONGEST_PAUSE));
        let in_all: Duration = pauses.into_iter().sum();
        assert!((68..=76).contains(&in_all.num_hours()), "{in_all}");
        assert_eq!(pause(i32::MAX, 1.0), LONGEST_PAUSE);
    }

    #[test]
    fn the_last_attempt_that_fails_sets_aside() {
        let now = DateTime::UNIX_EPOCH;
        let failed = || Sent::Failed {
            status: Some(500),
            why: "answered 500".to_owned(),
        };

        assert_eq!(
            outcome(ATTEMPTS - 1, failed(), now).state,
            DeliveryState::Waiting
        );
        assert_eq!(
            outcome(ATTEMPTS, failed(), now).state,
            DeliveryState::SetAside
        );
    }
}
