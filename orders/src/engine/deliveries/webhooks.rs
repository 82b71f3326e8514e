//! Who is told of events over HTTP. For those who run the shop.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::Duration;
use sqlx::PgConnection;

use super::Deliveries;
use crate::{
    domain::{
        Caller, DisabledBecause, EventType, NewWebhook, Refusal, Webhook, WebhookId,
        WebhookWithSecret,
    },
    engine::{OrderError, error::OnConstraint},
};

/// How long deliveries are signed with the secret before too, so that receivers have time to change over.
const OLD_SECRET: Duration = Duration::hours(24);

impl Deliveries {
    /// Every webhook, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop.
    pub async fn webhooks(&self, caller: &Caller) -> Result<Vec<Webhook>, OrderError> {
        caller.must_act_for_others()?;
        let mut conn = self.database.pool.acquire().await?;
        select(&mut conn, None).await
    }

    /// One webhook.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn webhook(&self, caller: &Caller, id: WebhookId) -> Result<Webhook, OrderError> {
        caller.must_act_for_others()?;
        let mut conn = self.database.pool.acquire().await?;
        find(&mut conn, id).await
    }

    /// Makes a webhook. It hears of everything from now on; its secret cannot be read again.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::Invalid`], [`Refusal::Exists`] for an
    /// address that has one.
    pub async fn create_webhook(
        &self,
        caller: &Caller,
        new: &NewWebhook,
    ) -> Result<WebhookWithSecret, OrderError> {
        caller.must_act_for_others()?;
        let NewWebhook { url, event_types } = new.parse()?;
        if reqwest::Url::parse(&url).is_err() {
            return Err(Refusal::field("/url", "is not an address").into());
        }
        let types: Vec<_> = event_types
            .iter()
            .map(|it| it.as_str().to_owned())
            .collect();
        let id = WebhookId(self.database.clock.new_id());
        let secret = new_secret();
        let mut tx = self.database.pool.begin().await?;
        sqlx::query!(
            "insert into webhook_endpoints (id, url, secret, event_types, created_at) values ($1, $2, $3, $4, $5)",
            id as WebhookId,
            url,
            &secret[..],
            &types,
            self.database.clock.now(),
        )
        .execute(&mut *tx)
        .await
        .on_constraint("webhook_endpoints_url_key", || {
            Refusal::Exists("a webhook for this address".to_owned())
        })?;
        let webhook = find(&mut tx, id).await?;
        tx.commit().await?;
        Ok(with_secret(webhook, &secret))
    }

    /// Gives a webhook another secret. For a day, deliveries are signed with both.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn rotate_webhook_secret(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<WebhookWithSecret, OrderError> {
        caller.must_act_for_others()?;
        let secret = new_secret();
        let mut tx = self.database.pool.begin().await?;
        sqlx::query!(
            "update webhook_endpoints set old_secret = secret, old_secret_until = $3, secret = $2 where id = $1",
            id as WebhookId,
            &secret[..],
            self.database.clock.now() + OLD_SECRET,
        )
        .execute(&mut *tx)
        .await?;
        let webhook = find(&mut tx, id).await?;
        tx.commit().await?;
        Ok(with_secret(webhook, &secret))
    }

    /// Sends to a webhook no more: it hears nothing of what happens from now on, and what waits goes on waiting.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn disable_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<Webhook, OrderError> {
        caller.must_act_for_others()?;
        let mut tx = self.database.pool.begin().await?;
        sqlx::query!(
            "update webhook_endpoints set disabled_because = $2 where id = $1 and disabled_because is null",
            id as WebhookId,
            DisabledBecause::Asked as DisabledBecause,
        )
        .execute(&mut *tx)
        .await?;
        let webhook = find(&mut tx, id).await?;
        tx.commit().await?;
        Ok(webhook)
    }

    /// Sends to a webhook again, what has been waiting at once.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn enable_webhook(
        &self,
        caller: &Caller,
        id: WebhookId,
    ) -> Result<Webhook, OrderError> {
        caller.must_act_for_others()?;
        let mut tx = self.database.pool.begin().await?;
        let enabled = sqlx::query!(
            "update webhook_endpoints set disabled_because = null where id = $1 and disabled_because is not null",
            id as WebhookId,
        )
        .execute(&mut *tx)
        .await?;
        if enabled.rows_affected() > 0 {
            sqlx::query!(
                "update deliveries set next_at = $2 where endpoint_id = $1 and state = 'waiting' and claim is null",
                id as WebhookId,
                self.database.clock.now(),
            )
            .execute(&mut *tx)
            .await?;
        }
        let webhook = find(&mut tx, id).await?;
        tx.commit().await?;
        Ok(webhook)
    }

    /// Forgets a webhook and all its deliveries.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn delete_webhook(&self, caller: &Caller, id: WebhookId) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        let deleted = sqlx::query!(
            "delete from webhook_endpoints where id = $1",
            id as WebhookId
        )
        .execute(&self.database.pool)
        .await?;
        match deleted.rows_affected() {
            0 => Err(not_found().into()),
            _ => Ok(()),
        }
    }
}

async fn find(conn: &mut PgConnection, id: WebhookId) -> Result<Webhook, OrderError> {
    let found = select(conn, Some(id)).await?.pop();
    found.ok_or_else(|| not_found().into())
}

async fn select(
    conn: &mut PgConnection,
    id: Option<WebhookId>,
) -> Result<Vec<Webhook>, OrderError> {
    let webhooks = sqlx::query_as!(
        Webhook,
        r#"select id as "id: WebhookId", url, event_types as "event_types: Vec<EventType>",
            disabled_because as "disabled_because: DisabledBecause",
            (select count(*) from deliveries where endpoint_id = it.id and state = 'waiting') as "waiting!",
            (select count(*) from deliveries where endpoint_id = it.id and state = 'set_aside') as "set_aside!",
            (
                select last_error from deliveries
                where endpoint_id = it.id and state <> 'delivered' and last_error is not null order by id desc limit 1
            ) as last_error,
            created_at
        from webhook_endpoints it where $1::uuid is null or id = $1 order by id desc"#,
        id as Option<WebhookId>,
    )
    .fetch_all(conn)
    .await?;
    Ok(webhooks)
}

fn not_found() -> Refusal {
    Refusal::NotFound("the webhook".to_owned())
}

fn new_secret() -> [u8; 32] {
    rand::random()
}

fn with_secret(webhook: Webhook, secret: &[u8]) -> WebhookWithSecret {
    WebhookWithSecret {
        webhook,
        secret: format!("whsec_{}", STANDARD.encode(secret)),
    }
}
