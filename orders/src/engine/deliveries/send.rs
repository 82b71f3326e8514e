//! Sending what is due: side by side, with so much for each webhook at once that a slow one holds up nobody else.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::Semaphore,
    task::{AbortHandle, JoinSet},
};

use super::{Deliveries, claim::Claimed};
use crate::{domain::WebhookId, engine::OrderError, services::webhooks::Webhooks};

/// How many deliveries are on their way to one webhook at once, from each server.
const TOGETHER: i64 = 4;
/// How many webhooks are sent to at once, from each server.
const WEBHOOKS: usize = 32;
/// How often it is looked for what has become due.
const LOOK_EVERY: Duration = Duration::from_millis(500);

impl Deliveries {
    /// Sends for ever what is due, with a task for each webhook that something is due for.
    pub async fn send(&self, webhooks: &Webhooks) {
        let turns = Arc::new(Semaphore::new(WEBHOOKS));
        let (mut tasks, mut busy) = (JoinSet::new(), HashMap::<WebhookId, AbortHandle>::new());
        loop {
            while tasks.try_join_next().is_some() {}
            busy.retain(|_, task| !task.is_finished());
            match self.due_webhooks().await {
                Ok(due) => {
                    for webhook in due {
                        let (deliveries, webhooks, turns) =
                            (self.clone(), webhooks.clone(), turns.clone());
                        busy.entry(webhook).or_insert_with(|| {
                            tasks.spawn(async move {
                                deliveries.send_all_to(webhook, &webhooks, &turns).await;
                            })
                        });
                    }
                }
                Err(error) => tracing::warn!(?error, "Could not look for deliveries; trying again"),
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sends some of what is due to each webhook. Returns how many deliveries there were.
    ///
    /// # Errors
    /// The database failed; what was claimed is sent again later.
    pub async fn send_due(&self, webhooks: &Webhooks) -> Result<usize, OrderError> {
        let mut sent = 0;
        for webhook in self.due_webhooks().await? {
            sent += self.send_some_to(webhook, webhooks).await?;
        }
        Ok(sent)
    }

    async fn send_all_to(&self, webhook: WebhookId, webhooks: &Webhooks, turns: &Semaphore) {
        // Every turn is asked for anew: others come in between.
        while let Ok(_turn) = turns.acquire().await {
            match self.send_some_to(webhook, webhooks).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(webhook.id = %webhook, ?error, "Could not send to a webhook; trying again");
                    return;
                }
            }
        }
    }

    async fn send_some_to(
        &self,
        webhook: WebhookId,
        webhooks: &Webhooks,
    ) -> Result<usize, OrderError> {
        let claimed = self.claim(webhook, webhooks.source(), TOGETHER).await?;
        let count = claimed.len();
        let mut tasks = JoinSet::new();
        for claimed in claimed {
            let (deliveries, webhooks) = (self.clone(), webhooks.clone());
            tasks.spawn(async move { deliveries.send_one(&claimed, &webhooks).await });
        }
        while let Some(sent) = tasks.join_next().await {
            sent.map_err(|error| OrderError::Task(error.to_string()))??;
        }
        Ok(count)
    }

    async fn send_one(&self, claimed: &Claimed, webhooks: &Webhooks) -> Result<(), OrderError> {
        failpoint!("send_delivery::before_call");
        let sent = webhooks.send(&claimed.message).await;
        failpoint!("send_delivery::after_call");
        self.record(claimed, sent).await
    }

    /// The webhooks that something is due for.
    async fn due_webhooks(&self) -> Result<Vec<WebhookId>, OrderError> {
        let due = sqlx::query_scalar!(
            r#"select id as "id: WebhookId" from webhook_endpoints
            where disabled_because is null and exists (
                select 1 from deliveries
                where endpoint_id = webhook_endpoints.id and state = 'waiting' and next_at <= $1
            )"#,
            self.database.clock.now(),
        )
        .fetch_all(&self.database.pool)
        .await?;
        Ok(due)
    }
}
