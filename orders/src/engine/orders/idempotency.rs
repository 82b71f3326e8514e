//! A request that comes twice is done once, and answered the same.
//!
//! Its key is taken in the transaction of its change: either both are there or neither. The answer is written beside
//! it afterwards; a server that dies in between leaves a change without an answer, and a repeat is answered from the
//! order as it is then, as soon as nobody works on it.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, types::Json};

use super::{Answer, Orders};
use crate::{
    domain::{OrderId, Refusal},
    engine::OrderError,
};

/// How long a request without an answer counts as running. Longer than any request takes.
const IN_FLIGHT: Duration = Duration::seconds(30);
/// How long keys are kept.
const KEPT: Duration = Duration::hours(24);

/// How the scopes of keys begin that are kept for ever.
const LASTING: &str = "lasting ";

/// What a repeated request is known by.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    scope: String,
    key: String,
    /// The hash of the request, and behind it, where one scope holds the keys of several senders, that of the sender.
    fingerprint: Vec<u8>,
}

/// How many bytes of a fingerprint are the request's.
const REQUEST_BYTES: usize = 32;

impl IdempotencyKey {
    /// `key` as the caller named it; `scope` keeps the keys of different callers apart, `request` is what it stands for.
    #[must_use]
    pub fn new(scope: &str, key: &str, request: &[u8]) -> Self {
        let fingerprint = Sha256::digest(request).to_vec();
        Self {
            scope: scope.to_owned(),
            key: key.to_owned(),
            fingerprint,
        }
    }

    /// The same, where others may come with a key of the same scope: what only the sender may know, such as an order's
    /// token, is told to whoever `sender` is, and not to somebody who only knows the key and the request.
    #[must_use]
    pub fn sent_by(mut self, sender: &str) -> Self {
        self.fingerprint.truncate(REQUEST_BYTES);
        self.fingerprint
            .extend_from_slice(&Sha256::digest(sender)[..16]);
        self
    }

    /// The same, kept for ever.
    #[must_use]
    pub fn lasting(scope: &str, key: &str, request: &[u8]) -> Self {
        Self::new(&format!("{LASTING}{scope}"), key, request)
    }

    pub(super) fn scope(&self) -> &str {
        &self.scope
    }

    pub(super) fn name(&self) -> &str {
        &self.key
    }

    /// Whether both are one key, for whatever request.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.scope, &self.key) == (&other.scope, &other.key)
    }

    pub(super) fn fingerprint(&self) -> &[u8] {
        &self.fingerprint
    }

    /// Whether an earlier request with this key was the same.
    fn is_repeat_of(&self, earlier: &[u8]) -> bool {
        earlier.get(..REQUEST_BYTES) == self.fingerprint.get(..REQUEST_BYTES)
    }

    /// Whether an earlier request with this key came from the same sender.
    fn has_sender_of(&self, earlier: &[u8]) -> bool {
        let is_named = self.fingerprint.len() > REQUEST_BYTES;
        !is_named || earlier == self.fingerprint
    }
}

/// What became of a request that came before.
#[derive(Clone, Debug)]
pub enum Repeat {
    /// It runs: its order is being worked on.
    Running,
    /// It was answered.
    Answered {
        /// The order that it was about.
        order: OrderId,
        /// How.
        answer: Answer,
    },
    /// It was done to this order, which says the rest: the answer was the order as it was placed, or whoever did it went
    /// away before answering.
    Unanswered(OrderId),
}

impl Orders {
    /// What became of the request that had this key before.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`] when that was another request.
    pub async fn repeat(&self, key: &IdempotencyKey) -> Result<Repeat, OrderError> {
        let now = self.database.clock.now();
        let earlier = sqlx::query!(
            r#"select order_id as "order_id: OrderId", fingerprint, created_at, status,
                headers as "headers: Json<BTreeMap<String, String>>", answer, exists (
                    select 1 from orders where orders.id = order_id and lease_until > $3
                ) as "is_at_work!"
            from idempotency_keys where scope = $1 and key = $2"#,
            key.scope,
            key.key,
            now,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        let Some(earlier) = earlier else {
            return Ok(Repeat::Running);
        };
        if !key.is_repeat_of(&earlier.fingerprint) {
            return Err(Refusal::KeyReused.into());
        }
        Ok(match (earlier.status, earlier.answer) {
            (Some(status), Some(body)) => Repeat::Answered {
                order: earlier.order_id,
                answer: Answer {
                    status: u16::try_from(status).unwrap_or(500),
                    headers: earlier.headers.map(|it| it.0).unwrap_or_default(),
                    body,
                },
            },
            (Some(_), None) => Repeat::Unanswered(earlier.order_id),
            _ if earlier.is_at_work && earlier.created_at + IN_FLIGHT > now => Repeat::Running,
            _ => Repeat::Unanswered(earlier.order_id),
        })
    }

    /// Keeps the answer of a request whose change was made under `key`. The first answer stays. Where that fails, repeats
    /// are answered from the order.
    pub async fn remember(&self, key: &IdempotencyKey, answer: Answer) {
        self.answers.write(key, answer).await;
    }

    /// Forgets keys that are older than a day, save those that are kept for ever.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old_keys(&self) -> Result<u64, OrderError> {
        let forgotten = sqlx::query!(
            "delete from idempotency_keys where created_at < $1 and not starts_with(scope, $2)",
            self.database.clock.now() - KEPT,
            LASTING,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(forgotten.rows_affected())
    }
}

/// Claims the key for a change of `order`. False if it was claimed before.
/// A twin that is under way is waited for: its insert holds ours up until it commits.
///
/// # Errors
/// The key came before with another request.
pub(super) async fn claim(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<bool, OrderError> {
    let claimed = sqlx::query!(
        "insert into idempotency_keys (scope, key, fingerprint, order_id, created_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        key.scope,
        key.key,
        key.fingerprint,
        order as OrderId,
        now,
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if claimed == 0 {
        find(conn, key).await?;
    }
    Ok(claimed == 1)
}

/// Frees the key of a request that came to nothing with `order`.
pub(super) async fn free(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
    order: OrderId,
) -> Result<(), OrderError> {
    sqlx::query!(
        "delete from idempotency_keys where scope = $1 and key = $2 and order_id = $3",
        key.scope,
        key.key,
        order as OrderId,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a request with this key made before.
pub(super) struct Made {
    pub(super) order: OrderId,
    /// Whether that request came from the same sender as this one.
    pub(super) by_same_sender: bool,
}

/// What a request with this key made.
///
/// # Errors
/// The key came before with another request.
pub(super) async fn find(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
) -> Result<Option<Made>, OrderError> {
    let earlier = sqlx::query!(
        r#"select order_id as "order_id: OrderId", fingerprint from idempotency_keys where scope = $1 and key = $2"#,
        key.scope,
        key.key,
    )
    .fetch_optional(conn)
    .await?;
    match earlier {
        Some(earlier) if !key.is_repeat_of(&earlier.fingerprint) => Err(Refusal::KeyReused.into()),
        Some(earlier) => Ok(Some(Made {
            order: earlier.order_id,
            by_same_sender: key.has_sender_of(&earlier.fingerprint),
        })),
        None => Ok(None),
    }
}
