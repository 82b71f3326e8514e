//! Answers on their way to the keys of their requests. Those that come while others are being written go together in
//! the next statement.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::{PgPool, types::Json};

use super::IdempotencyKey;
use crate::engine::OrderError;

/// How a request was answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to it, by name.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// The answers of one server that wait to be written.
#[derive(Clone)]
pub(super) struct Answers {
    pool: PgPool,
    waiting: Arc<Mutex<Vec<(IdempotencyKey, Answer)>>>,
    /// Whoever holds it writes for all that wait.
    pen: Arc<tokio::sync::Mutex<()>>,
}

impl Answers {
    pub(super) fn new(pool: PgPool) -> Self {
        Self {
            pool,
            waiting: Arc::default(),
            pen: Arc::default(),
        }
    }

    /// Writes the answer, perhaps together with others.
    pub(super) async fn write(&self, key: &IdempotencyKey, answer: Answer) {
        self.waiting().push((key.clone(), answer));
        let _pen = self.pen.lock().await;
        // Somebody who had the pen before may have written ours too.
        let batch = mem::take(&mut *self.waiting());
        if batch.is_empty() {
            return;
        }
        if let Err(error) = self.write_together(&batch).await {
            tracing::warn!(
                ?error,
                "Could not keep answers for repeats of their requests"
            );
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<(IdempotencyKey, Answer)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write_together(&self, batch: &[(IdempotencyKey, Answer)]) -> Result<(), OrderError> {
        let text = |of: fn(&(IdempotencyKey, Answer)) -> &str| {
            batch.iter().map(|it| of(it).to_owned()).collect::<Vec<_>>()
        };
        let status = |it: &Answer| i16::try_from(it.status).unwrap_or(i16::MAX);
        let statuses: Vec<_> = batch.iter().map(|(_, it)| status(it)).collect();
        let headers: Vec<_> = batch.iter().map(|(_, it)| Json(&it.headers)).collect();
        // Losing an answer in a crash is harmless, so nobody waits for the disk.
        sqlx::query!(
            "with hasty as (select set_config('synchronous_commit', 'off', true))
            update idempotency_keys set status = it.status, headers = it.headers, answer = it.answer
            from hasty, unnest($1::text[], $2::text[], $3::smallint[], $4::jsonb[], $5::text[])
                as it(scope, key, status, headers, answer)
            where idempotency_keys.scope = it.scope and idempotency_keys.key = it.key
                and idempotency_keys.status is null",
            &text(|(key, _)| key.scope()),
            &text(|(key, _)| key.name()),
            &statuses,
            &headers as _,
            &text(|(_, answer)| &answer.body),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
