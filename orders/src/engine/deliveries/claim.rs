//! Whose turn it is to send, and what came of it. A claim is committed before anything is sent, and lasts for a while: a
//! sender that dies meanwhile is followed by another one.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    domain::{DeliveryId, DeliveryState},
    engine::OrderError,
    services::Sent,
};

/// How long a sender has, before it is taken for dead: far longer than an answer may take.
pub(super) const LEASE: Duration = Duration::seconds(60);
/// So many attempts, and it is set aside: after about three days.
const ATTEMPTS: i32 = 18;
/// The pause after the first attempt; it doubles with every further one.
const FIRST_PAUSE: Duration = Duration::seconds(10);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::hours(12);

/// A delivery whose turn it is.
pub(super) struct Claim {
    pub(super) id: DeliveryId,
    pub(super) claim: Uuid,
    pub(super) attempts: i32,
}

/// What becomes of a delivery after an attempt.
struct Outcome {
    state: DeliveryState,
    next_at: Option<DateTime<Utc>>,
    status: Option<u16>,
    error: Option<String>,
}

impl Claim {
    /// Writes down what came of sending, unless the claim was taken over meanwhile.
    pub(super) async fn record(
        &self,
        conn: &mut PgConnection,
        sent: Sent,
        now: DateTime<Utc>,
    ) -> Result<(), OrderError> {
        let outcome = outcome(self.attempts, sent, now);
        sqlx::query!(
            "update deliveries set state = $3, next_at = $4, claim = null, last_status = $5,
                last_error = coalesce($6, last_error), ended_at = case when $3 <> 'waiting' then $7::timestamptz end
            where id = $1 and claim = $2",
            self.id as DeliveryId,
            self.claim,
            outcome.state as DeliveryState,
            outcome.next_at,
            outcome.status.and_then(|it| i16::try_from(it).ok()),
            outcome.error,
            now,
        )
        .execute(conn)
        .await?;
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
        Sent::Refused { status, why } => Outcome {
            state: DeliveryState::SetAside,
            next_at: None,
            status,
            error: Some(why),
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
