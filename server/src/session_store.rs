//! Browsers' sessions, kept by the engine. The published store for sqlx wants an older sqlx.

use std::fmt;

use async_trait::async_trait;
use chrono::DateTime;
use orders::engine::{People, SessionRecord};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Keeps sessions in Postgres.
#[derive(Clone)]
pub(crate) struct PostgresSessions(pub(crate) People);

impl fmt::Debug for PostgresSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresSessions")
    }
}

#[async_trait]
impl SessionStore for PostgresSessions {
    // Ids are 128 random bits: no two meet.
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data =
            serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let expires_at = DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0)
            .ok_or_else(|| Error::Encode("a session expires too late".to_owned()))?;
        let session = SessionRecord { data, expires_at };
        self.0
            .save_session(&record.id.to_string(), &session)
            .await
            .map_err(broken)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(session) = self.0.load_session(&id.to_string()).await.map_err(broken)? else {
            return Ok(None);
        };
        let data = serde_json::from_value(session.data)
            .map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(session.expires_at.timestamp())
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.delete_session(&id.to_string()).await.map_err(broken)
    }
}

fn broken(error: orders::OrderError) -> Error {
    Error::Backend(format!("{error:?}"))
}
