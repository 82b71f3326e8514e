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

    pub(super) fn scope(&self) -> &str {
        &self.scope
    }

    pub(super) fn name(&self) -> &str {
        &self.key
    }

    pub(super) fn fingerprint(&self) -> &[u8] {
        &self.fingerprint
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
