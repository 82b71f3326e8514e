//! The keys of programs that call the JSON API. A key is shown once; its hash is kept.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::People;
use crate::{
    domain::{Caller, ServiceKeyId},
    engine::OrderError,
};

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

    /// Refuses `key` from now on.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn revoke_service_key(&self, caller: &Caller, key: &str) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        sqlx::query!(
            "update service_keys set revoked_at = $2 where hash = $1 and revoked_at is null",
            Sha256::digest(key.as_bytes()).to_vec(),
            self.database.clock.now(),
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Whose key this is, unless it was revoked. Found by its hash: how long that takes tells nothing about the key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_service_key(&self, key: &str) -> Result<Option<ServiceKeyId>, OrderError> {
        let id = sqlx::query_scalar!(
            r#"select id as "id: ServiceKeyId" from service_keys where hash = $1 and revoked_at is null"#,
            Sha256::digest(key.as_bytes()).to_vec(),
        )
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(id)
    }
}
