//! Telling webhooks what is due: side by side, with so much for each at once that a slow one holds up nobody else.

use std::{collections::HashMap, sync::Arc};

use tokio::{
    sync::Semaphore,
    task::{AbortHandle, JoinSet},
};
use uuid::Uuid;

use super::{
    Deliveries, LOOK_EVERY,
    claim::{Claim, LEASE},
};
use crate::{
    domain::{DeliveryId, DisabledBecause, Event, EventType, OrderId, WebhookId},
    engine::OrderError,
    services::{
        Sent,
        webhooks::{Message, Webhooks},
    },
};

/// How many deliveries are on their way to one webhook at once, from each server.
const TOGETHER: i64 = 4;
/// How many webhooks are sent to at once, from each server.
const WEBHOOKS: usize = 32;

/// An event whose turn it is, and whom it is for.
struct Claimed {
    claim: Claim,
    webhook: WebhookId,
    message: Message,
}

impl Deliveries {
    /// Tells webhooks for ever what is due, with a task for each that something is due for.
    pub async fn send_webhooks(&self, webhooks: &Webhooks) {
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

    /// Tells each webhook some of what is due. Returns how many deliveries there were.
    ///
    /// # Errors
    /// The database failed; what was claimed is sent again later.
    pub async fn send_due_webhooks(&self, webhooks: &Webhooks) -> Result<usize, OrderError> {
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
        let claimed = self.claim_deliveries(webhook, webhooks.source()).await?;
        let count = claimed.len();
        let mut tasks = JoinSet::new();
        for claimed in claimed {
            let (deliveries, webhooks) = (self.clone(), webhooks.clone());
            tasks.spawn(async move { deliveries.send_delivery(&claimed, &webhooks).await });
        }
        // All of them to their end: whoever is cut off in the middle is told again.
        let mut failed = None;
        while let Some(sent) = tasks.join_next().await {
            let sent = sent.unwrap_or_else(|error| Err(OrderError::Task(error.to_string())));
            failed = failed.or(sent.err());
        }
        failed.map_or(Ok(count), Err)
    }

    async fn send_delivery(
        &self,
        claimed: &Claimed,
        webhooks: &Webhooks,
    ) -> Result<(), OrderError> {
        failpoint!("send_delivery::before_call");
        let sent = webhooks.send(&claimed.message).await;
        failpoint!("send_delivery::after_call");
        let mut tx = self.database.pool.begin().await?;
        // The webhook before its deliveries, as when it is deleted.
        if matches!(sent, Sent::Refused { .. }) {
            sqlx::query!(
                "update webhook_endpoints set disabled_because = $2 where id = $1 and disabled_because is null",
                claimed.webhook as WebhookId,
                DisabledBecause::Gone as DisabledBecause,
            )
            .execute(&mut *tx)
            .await?;
        }
        let now = self.database.clock.now();
        claimed.claim.record(&mut tx, sent, now).await?;
        commit!(tx, "record_delivery");
        Ok(())
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

    /// Claims some deliveries to a webhook that are due, those that wait longest.
    async fn claim_deliveries(
        &self,
        webhook: WebhookId,
        source: &str,
    ) -> Result<Vec<Claimed>, OrderError> {
        let now = self.database.clock.now();
        let claim = Uuid::new_v4();
        let mut tx = self.database.pool.begin().await?;
        let rows = sqlx::query!(
            r#"with due as materialized (
                select id from deliveries where endpoint_id = $1 and state = 'waiting' and next_at <= $2
                order by next_at, id limit $3 for update skip locked
            )
            update deliveries it set claim = $4, next_at = $5, attempts = attempts + 1
            from due, webhook_endpoints endpoint
            where it.id = due.id and endpoint.id = $1 and disabled_because is null
            returning it.id as "id: DeliveryId", attempts, event_id, type as "event_type: EventType",
                order_id as "order_id: OrderId", data, at, url, secret,
                case when old_secret_until > $2 then old_secret end as old_secret"#,
            webhook as WebhookId,
            now,
            TOGETHER,
            claim,
            now + LEASE,
        )
        .fetch_all(&mut *tx)
        .await?;
        commit!(tx, "claim_deliveries");
        let claimed = rows.into_iter().map(|row| Claimed {
            claim: Claim {
                id: row.id,
                claim,
                attempts: row.attempts,
            },
            webhook,
            message: Message {
                url: row.url,
                secrets: std::iter::once(row.secret).chain(row.old_secret).collect(),
                event: Event {
                    specversion: "1.0".to_owned(),
                    id: row.event_id,
                    source: source.to_owned(),
                    event_type: row.event_type,
                    subject: row.order_id,
                    time: row.at,
                    datacontenttype: "application/json".to_owned(),
                    data: row.data,
                },
            },
        });
        Ok(claimed.collect())
    }
}
