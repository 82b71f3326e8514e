//! Writing to customers what is due, one mail an event.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    Deliveries, LOOK_EVERY,
    claim::{Claim, LEASE},
};
use crate::{
    domain::{DeliveryId, MailKind, OrderId, Refund, Shipment, Storefront},
    engine::{OrderError, catalogue, orders},
    services::mail::{Mails, Notice},
};

/// How many mails are on their way at once, from each server: the mail server takes them one after the other anyway.
const TOGETHER: i64 = 4;

/// A mail whose turn it is, and what it is about.
struct Claimed {
    claim: Claim,
    kind: MailKind,
    event_id: Uuid,
    order_id: OrderId,
    at: DateTime<Utc>,
    data: Value,
}

impl Deliveries {
    /// Sends for ever the mails that are due.
    pub async fn send_mails(&self, mails: &Mails) {
        loop {
            match self.send_due_mails(mails).await {
                Ok(0) => tokio::time::sleep(LOOK_EVERY).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(?error, "Could not send mail; trying again");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    /// Sends some of the mails that are due. Returns how many there were.
    ///
    /// # Errors
    /// The database failed; what was claimed is sent again later.
    pub async fn send_due_mails(&self, mails: &Mails) -> Result<usize, OrderError> {
        let claimed = self.claim_mails().await?;
        let count = claimed.len();
        let mut tasks = JoinSet::new();
        for claimed in claimed {
            let (deliveries, mails) = (self.clone(), mails.clone());
            tasks.spawn(async move { deliveries.send_mail(&claimed, &mails).await });
        }
        while let Some(sent) = tasks.join_next().await {
            sent.map_err(|error| OrderError::Task(error.to_string()))??;
        }
        Ok(count)
    }

    async fn send_mail(&self, claimed: &Claimed, mails: &Mails) -> Result<(), OrderError> {
        let Some(notice) = self.notice(claimed, mails).await? else {
            return self.drop_mail(&claimed.claim).await;
        };
        failpoint!("send_mail::before_call");
        let sent = mails.send(&notice, claimed.event_id).await;
        failpoint!("send_mail::after_call");
        let mut tx = self.database.pool.begin().await?;
        let now = self.database.clock.now();
        claimed.claim.record(&mut tx, sent, now).await?;
        commit!(tx, "record_mail");
        Ok(())
    }

    /// What the customer is told; nothing if that is no news any more, or the order is gone.
    async fn notice(&self, claimed: &Claimed, mails: &Mails) -> Result<Option<Notice>, OrderError> {
        let opened = orders::with_token(&self.database, claimed.order_id).await?;
        let Some((order, token)) = opened.filter(|(order, _)| claimed.kind.is_news(order)) else {
            return Ok(None);
        };
        let storefronts = catalogue::read_storefronts(&self.database.pool).await?;
        let sold_at = |it: &Storefront| it.code == order.storefront;
        let Some(storefront) = storefronts.into_iter().find(sold_at) else {
            return Ok(None);
        };
        let refund_id = claimed.data.get("refund_id").and_then(Value::as_str);
        let is_it = |it: &&Refund| Some(it.id.to_string().as_str()) == refund_id;
        let left_then =
            |it: &&Shipment| claimed.kind == MailKind::Shipped && it.shipped_at == claimed.at;
        Ok(Some(Notice {
            kind: claimed.kind,
            at: claimed.at,
            link: mails.link(&storefront, &order, &token),
            parcel: order.shipments.iter().find(left_then).cloned(),
            refund: order.refunds.iter().find(is_it).cloned(),
            storefront,
            order,
        }))
    }

    /// Forgets a mail that tells nothing any more.
    async fn drop_mail(&self, claim: &Claim) -> Result<(), OrderError> {
        let mut tx = self.database.pool.begin().await?;
        sqlx::query!(
            "delete from deliveries where id = $1 and claim = $2",
            claim.id as DeliveryId,
            claim.claim,
        )
        .execute(&mut *tx)
        .await?;
        commit!(tx, "drop_mail");
        Ok(())
    }

    /// Claims some mails that are due, those that wait longest.
    async fn claim_mails(&self) -> Result<Vec<Claimed>, OrderError> {
        let now = self.database.clock.now();
        let claim = Uuid::new_v4();
        let mut tx = self.database.pool.begin().await?;
        let rows = sqlx::query!(
            r#"with due as materialized (
                select id from deliveries where target = 'mail' and state = 'waiting' and next_at <= $1
                order by next_at, id limit $2 for update skip locked
            )
            update deliveries it set claim = $3, next_at = $4, attempts = attempts + 1
            from due where it.id = due.id
            returning it.id as "id: DeliveryId", attempts, mail as "mail!: MailKind", event_id,
                order_id as "order_id: OrderId", at, data"#,
            now,
            TOGETHER,
            claim,
            now + LEASE,
        )
        .fetch_all(&mut *tx)
        .await?;
        commit!(tx, "claim_mails");
        let claimed = rows.into_iter().map(|row| Claimed {
            claim: Claim {
                id: row.id,
                claim,
                attempts: row.attempts,
            },
            kind: row.mail,
            event_id: row.event_id,
            order_id: row.order_id,
            at: row.at,
            data: row.data,
        });
        Ok(claimed.collect())
    }
}
