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
    domain::{
        Caller, NewServiceKey, Refusal, Scope, ServiceKey, ServiceKeyId, ServiceKeyWithSecret,
    },
    engine::OrderError,
};

/// How long a server goes on taking a key that another server has revoked.
const MEMORY: Duration = Duration::seconds(1);
/// More keys than are in use at once; beyond that memory begins anew.
const MOST_KEYS: usize = 10_000;
/// How exactly it is known when a key was last used.
const USED: Duration = Duration::minutes(1);

/// A key that opens something, as it came with a request.
#[derive(Clone, Debug)]
pub struct KnownKey {
    /// Which.
    pub id: ServiceKeyId,
    /// How many requests it may send in a minute.
    pub requests_per_minute: Option<u32>,
    scopes: Vec<Scope>,
}

impl KnownKey {
    /// Whether it opens what belongs to `scope`.
    #[must_use]
    pub fn opens(&self, scope: Scope) -> bool {
        self.scopes.is_empty() || self.scopes.contains(&scope)
    }
}

/// The keys that came a moment ago, by their hash: programs send many requests with one.
#[derive(Default)]
pub(super) struct RecentKeys(Mutex<HashMap<Vec<u8>, RecentKey>>);

struct RecentKey {
    key: KnownKey,
    found_at: DateTime<Utc>,
}

impl RecentKeys {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, RecentKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, hash: &[u8], now: DateTime<Utc>) -> Option<KnownKey> {
        let keys = self.lock();
        let recent = keys.get(hash)?;
        (now - recent.found_at < MEMORY).then(|| recent.key.clone())
    }

    fn remember(&self, hash: Vec<u8>, key: KnownKey, now: DateTime<Utc>) {
        let mut keys = self.lock();
        if keys.len() >= MOST_KEYS {
            keys.clear();
        }
        keys.insert(hash, RecentKey { key, found_at: now });
    }

    fn forget(&self, id: ServiceKeyId) {
        self.lock().retain(|_, recent| recent.key.id != id);
    }
}

impl People {
    /// Every key that opens something, newest first; behind them those that were revoked.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn service_keys(&self, caller: &Caller) -> Result<Vec<ServiceKey>, OrderError> {
        caller.must_run_the_shop()?;
        let keys = sqlx::query_as!(
            ServiceKey,
            r#"select id as "id: ServiceKeyId", name, prefix, scopes as "scopes: Vec<Scope>", requests_per_minute,
                created_at, last_used_at, revoked_at
            from service_keys order by revoked_at is not null, created_at desc, id desc limit 1000"#
        )
        .fetch_all(&self.database.pool)
        .await?;
        Ok(keys)
    }

    /// Makes a key. What it is made of cannot be read again.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself, [`Refusal::Invalid`].
    pub async fn create_service_key(
        &self,
        caller: &Caller,
        new: &NewServiceKey,
    ) -> Result<ServiceKeyWithSecret, OrderError> {
        caller.must_run_the_shop()?;
        let new = new.parse()?;
        let secret = format!("wb_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        let key = ServiceKey {
            id: ServiceKeyId(self.database.clock.new_id()),
            name: new.name,
            prefix: prefix(&secret),
            scopes: new.scopes,
            requests_per_minute: new.requests_per_minute,
            created_at: self.database.clock.now(),
            last_used_at: None,
            revoked_at: None,
        };
        self.insert_key(&key, &secret).await?;
        Ok(ServiceKeyWithSecret { key, secret })
    }

    /// Accepts `secret` from now on, for everything that programs may do; one that is known stays as it is.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn keep_service_key(
        &self,
        caller: &Caller,
        name: &str,
        secret: &str,
    ) -> Result<(), OrderError> {
        caller.must_run_the_shop()?;
        let key = ServiceKey {
            id: ServiceKeyId(self.database.clock.new_id()),
            name: name.to_owned(),
            prefix: prefix(secret),
            scopes: Vec::new(),
            requests_per_minute: None,
            created_at: self.database.clock.now(),
            last_used_at: None,
            revoked_at: None,
        };
        self.insert_key(&key, secret).await
    }

    async fn insert_key(&self, key: &ServiceKey, secret: &str) -> Result<(), OrderError> {
        let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
        sqlx::query!(
            "insert into service_keys (id, name, prefix, hash, scopes, requests_per_minute, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (hash) do nothing",
            key.id as ServiceKeyId,
            key.name,
            key.prefix,
            hash(secret),
            &scopes,
            key.requests_per_minute,
            key.created_at,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Refuses a key from now on, for ever; other servers do so within a second.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself, [`Refusal::NotFound`].
    pub async fn revoke_service_key(
        &self,
        caller: &Caller,
        id: ServiceKeyId,
    ) -> Result<(), OrderError> {
        caller.must_run_the_shop()?;
        let revoked = sqlx::query!(
            "update service_keys set revoked_at = coalesce(revoked_at, $2) where id = $1",
            id as ServiceKeyId,
            self.database.clock.now(),
        )
        .execute(&self.database.pool)
        .await?;
        self.recent_keys.forget(id);
        match revoked.rows_affected() {
            0 => Err(Refusal::NotFound("the key".to_owned()).into()),
            _ => Ok(()),
        }
    }

    /// Makes sure that nobody gets in with `secret`, whether it is a key here or not.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn refuse_service_key(
        &self,
        caller: &Caller,
        secret: &str,
    ) -> Result<(), OrderError> {
        caller.must_run_the_shop()?;
        match self.find_service_key(secret).await? {
            Some(key) => self.revoke_service_key(caller, key.id).await,
            None => Ok(()),
        }
    }

    /// Whose key this is, unless it was revoked. Found by its hash: how long that takes tells nothing about the key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_service_key(&self, secret: &str) -> Result<Option<KnownKey>, OrderError> {
        let hash = hash(secret);
        let now = self.database.clock.now();
        if let Some(key) = self.recent_keys.recall(&hash, now) {
            return Ok(Some(key));
        }
        let found = sqlx::query!(
            r#"select id as "id: ServiceKeyId", scopes as "scopes: Vec<Scope>", requests_per_minute, last_used_at
            from service_keys where hash = $1 and revoked_at is null"#,
            hash,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        let Some(found) = found else {
            return Ok(None);
        };
        let key = KnownKey {
            id: found.id,
            requests_per_minute: found
                .requests_per_minute
                .and_then(|it| u32::try_from(it).ok()),
            scopes: found.scopes,
        };
        self.recent_keys.remember(hash, key.clone(), now);
        if found.last_used_at.is_none_or(|it| now - it >= USED) {
            self.note_use(key.id, now).await?;
        }
        Ok(Some(key))
    }

    async fn note_use(&self, id: ServiceKeyId, now: DateTime<Utc>) -> Result<(), OrderError> {
        sqlx::query!(
            "update service_keys set last_used_at = $2
             where id = $1 and (last_used_at is null or last_used_at <= $3)",
            id as ServiceKeyId,
            now,
            now - USED,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

fn prefix(secret: &str) -> String {
    secret.chars().take(8).collect()
}
