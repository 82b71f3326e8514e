//! A request that comes twice is done once.

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::{
    domain::{OrderId, Refusal},
    engine::OrderError,
};

/// What a repeated request is known by.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    scope: String,
    key: String,
    fingerprint: Vec<u8>,
}

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
}

/// Claims the key for `order`. Returns the order that has it already, if there is one.
/// A twin that is under way is waited for: its insert holds ours up until it commits.
///
/// # Errors
/// The key came before with another request.
pub(super) async fn claim(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
    order: OrderId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<OrderId>, OrderError> {
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
    if claimed == 1 {
        return Ok(None);
    }
    match find(conn, key).await? {
        Some(earlier) => Ok(Some(earlier)),
        // The twin that had the key gave up between the two statements: its transaction was rolled back.
        None => Err(OrderError::Database(sqlx::Error::RowNotFound)),
    }
}

/// The order that a request with this key made.
///
/// # Errors
/// The key came before with another request.
pub(super) async fn find(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
) -> Result<Option<OrderId>, OrderError> {
    let earlier = sqlx::query!(
        r#"select order_id as "order_id: OrderId", fingerprint from idempotency_keys where scope = $1 and key = $2"#,
        key.scope,
        key.key,
    )
    .fetch_optional(conn)
    .await?;
    match earlier {
        Some(earlier) if earlier.fingerprint != key.fingerprint => Err(Refusal::KeyReused.into()),
        Some(earlier) => Ok(Some(earlier.order_id)),
        None => Ok(None),
    }
}
