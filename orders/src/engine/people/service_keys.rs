//! The keys of programs that call the JSON API. A key is shown once; its hash is kept.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use super::People;
use crate::{
    domain::{Caller, ServiceKeyId},
    engine::OrderError,
};

/// How long a server goes on taking a key that another server has revoked.
const MEMORY: Duration = Duration::seconds(1);
/// More keys than are in use at once; beyond that memory begins anew.
const MOST_KEYS: usize = 10_000;

/// The keys that came a moment ago, by their hash: programs send many requests with one.
#[derive(Default)]
pub(super) struct RecentKeys(Mutex<HashMap<Vec<u8>, RecentKey>>);

struct RecentKey {
    id: ServiceKeyId,
    found_at: DateTime<Utc>,
}

impl RecentKeys {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, RecentKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, hash: &[u8], now: DateTime<Utc>) -> Option<ServiceKeyId> {
        let keys = self.lock();
        let key = keys.get(hash)?;
        (now - key.found_at < MEMORY).then_some(key.id)
    }

    fn remember(&self, hash: Vec<u8>, id: ServiceKeyId, now: DateTime<Utc>) {
        let mut keys = self.lock();
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        keys.insert(hash, RecentKey { id, found_at: now });
    }

    fn forget(&self, hash: &[u8]) {
        self.lock().remove(hash);
    }
}

impl People {
    /// Makes a key called `name`, and returns it. It cannot be read again.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn create_service_key(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<String, OrderError> {
        let key = format!("wb_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        self.keep_service_key(caller, name, &key).await?;
        Ok(key)
    }

    /// Accepts `key` from now on; one that is known stays as it is.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn keep_service_key(
        &self,
        caller: &Caller,
        name: &str,
        key: &str,
    ) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        sqlx::query!(
            "insert into service_keys (id, name, prefix, hash, created_at) values ($1, $2, $3, $4, $5)
             on conflict (hash) do nothing",
            self.database.clock.new_id(),
            name,
            key.chars().take(8).collect::<String>(),
            Sha256::digest(key.as_bytes()).to_vec(),
            self.database.clock.now(),
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Refuses `key` from now on; other servers do so within a second.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn revoke_service_key(&self, caller: &Caller, key: &str) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        let hash = Sha256::digest(key.as_bytes()).to_vec();
        sqlx::query!(
            "update service_keys set revoked_at = $2 where hash = $1 and revoked_at is null",
            hash,
            self.database.clock.now(),
        )
        .execute(&self.database.pool)
        .await?;
        self.recent_keys.forget(&hash);
        Ok(())
    }

    /// Whose key this is, unless it was revoked. Found by its hash: how long that takes tells nothing about the key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_service_key(&self, key: &str) -> Result<Option<ServiceKeyId>, OrderError> {
        let hash = Sha256::digest(key.as_bytes()).to_vec();
        let now = self.database.clock.now();
        if let Some(id) = self.recent_keys.recall(&hash, now) {
            return Ok(Some(id));
        }
        let id = sqlx::query_scalar!(
            r#"select id as "id: ServiceKeyId" from service_keys where hash = $1 and revoked_at is null"#,
            hash,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        if let Some(id) = id {
            self.recent_keys.remember(hash, id, now);
        }
        Ok(id)
    }
}
