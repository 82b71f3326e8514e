//! What browsers remember. Kept here, so that any server can answer any request.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::People;
use crate::engine::OrderError;

/// A browser's session.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// What is kept for the browser.
    pub data: Value,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
}

impl People {
    /// Keeps a session under the id in the browser's cookie.
    ///
    /// # Errors
    /// The database failed.
    pub async fn save_session(&self, id: &str, session: &SessionRecord) -> Result<(), OrderError> {
        sqlx::query!(
            "insert into sessions (id, data, expires_at) values ($1, $2, $3)
             on conflict (id) do update set data = excluded.data, expires_at = excluded.expires_at",
            hash(id),
            session.data,
            session.expires_at,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// The session under this id, unless it has expired.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load_session(&self, id: &str) -> Result<Option<SessionRecord>, OrderError> {
        let session = sqlx::query_as!(
            SessionRecord,
            "select data, expires_at from sessions where id = $1 and expires_at > $2",
            hash(id),
            self.database.clock.now(),
        )
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(session)
    }

    /// Forgets a session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_session(&self, id: &str) -> Result<(), OrderError> {
        sqlx::query!("delete from sessions where id = $1", hash(id))
            .execute(&self.database.pool)
            .await?;
        Ok(())
    }

    /// Forgets the sessions that have expired.
    ///
    /// # Errors
    /// The database failed.
    pub async fn delete_expired_sessions(&self) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        sqlx::query!("delete from sessions where expires_at <= $1", now)
            .execute(&self.database.pool)
            .await?;
        Ok(())
    }
}

fn hash(id: &str) -> Vec<u8> {
    Sha256::digest(id.as_bytes()).to_vec()
}
