//! Writing to customers what is due, one mail an event.

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
    services::{
        Sent,
        mail::{Mails, Notice, OrderNotice},
    },
};

/// How many mails are on their way at once, from each server.
const TOGETHER: usize = 4;

/// A mail whose turn it is, and what it is about.
struct Claimed {
    claim: Claim,
    kind: MailKind,
    event_id: Uuid,
    order_id: OrderId,
    data: Value,
}

/// What is sent, from where, and to whom.
struct Ready {
    notice: OrderNotice,
    storefront: Storefront,
    to: String,
}

impl Deliveries {
    /// Sends for ever the mails that are due, some side by side: one that takes its time holds up no other.
    pub async fn send_mails(&self, mails: &Mails) {
        let mut senders = JoinSet::new();
        for _ in 0..TOGETHER {
            let (deliveries, mails) = (self.clone(), mails.clone());
            senders.spawn(async move { deliveries.send_mail_after_mail(&mails).await });
        }
        while senders.join_next().await.is_some() {}
    }

    async fn send_mail_after_mail(&self, mails: &Mails) {
        loop {
            match self.send_due_mail(mails).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(LOOK_EVERY).await,
                Err(error) => {
                    tracing::warn!(?error, "Could not send mail; trying again");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    /// Sends the mail that has been due longest. Whether there was one.
    ///
    /// # Errors
    /// The database failed; what was claimed is sent again later.
    pub async fn send_due_mail(&self, mails: &Mails) -> Result<bool, OrderError> {
        let Some(claimed) = self.claim_mail().await? else {
            return Ok(false);
        };
        let sent = match self.ready(&claimed, mails).await {
            Ok(Some(ready)) => {
                failpoint!("send_mail::before_call");
                let notice = Notice::Order(Box::new(ready.notice));
                let sent = mails.send(&ready.to, &ready.storefront, &notice, claimed.event_id);
                let sent = sent.await;
                failpoint!("send_mail::after_call");
                sent
            }
            Ok(None) => return self.drop_mail(&claimed.claim).await.map(|()| true),
            // An order that cannot be read is not read for ever: an attempt is an attempt.
            Err(error) => Sent::Failed {
                status: None,
                why: error.to_string(),
            },
        };
        let mut tx = self.database.pool.begin().await?;
        let now = self.database.clock.now();
        claimed.claim.record(&mut tx, sent, now).await?;
        commit!(tx, "record_mail");
        Ok(true)
    }

    /// What the customer is told, and by whom; nothing if that is no news any more, or the order is gone.
    async fn ready(&self, claimed: &Claimed, mails: &Mails) -> Result<Option<Ready>, OrderError> {
        let opened = orders::with_token(&self.database, claimed.order_id).await?;
        let Some((order, token)) = opened else {
            return Ok(None);
        };
        let was_told = self.was_told(claimed.order_id).await?;
        let named = |name: &str| claimed.data.get(name).and_then(Value::as_str);
        let is_refund = |it: &&Refund| Some(it.id.to_string().as_str()) == named("refund_id");
        let refund = order.refunds.iter().find(is_refund).cloned();
        let is_parcel = |it: &&Shipment| Some(it.id.to_string().as_str()) == named("shipment_id");
        let parcel = order.shipments.iter().find(is_parcel).cloned();
        // An order that nobody paid here is marked as refunded too, and no money moves.
        let moves_nothing = claimed.kind == MailKind::Refunded && refund.is_none();
        if moves_nothing || !claimed.kind.is_news(&order, was_told) {
            return Ok(None);
        }
        let storefronts = catalogue::read_storefronts(&self.database.pool).await?;
        let sold_at = |it: &Storefront| it.code == order.storefront;
        let (Some(storefront), Some(to)) = (
            storefronts.into_iter().find(sold_at),
            order.customer.email.clone(),
        ) else {
            return Ok(None);
        };
        let path = format!("/order/{}?token={token}", order.id);
        let notice = OrderNotice {
            kind: claimed.kind,
            link: mails.link(&storefront, &path),
            parcel: parcel.filter(|_| claimed.kind == MailKind::Shipped),
            refund,
            order,
        };
        Ok(Some(Ready {
            notice,
            storefront,
            to,
        }))
    }

    /// Whether an order's customer has had a mail that it stands.
    async fn was_told(&self, order: OrderId) -> Result<bool, OrderError> {
        let told = sqlx::query_scalar!(
            r#"select exists (
                select 1 from deliveries
                where order_id = $1 and mail in ('received', 'confirmed') and state = 'delivered'
            ) as "told!""#,
            order as OrderId,
        )
        .fetch_one(&self.database.pool)
        .await?;
        Ok(told)
    }

    /// Forgets a mail that tells nothing any more; one that was sent before stays, as it was.
    async fn drop_mail(&self, claim: &Claim) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        sqlx::query!(
            "update deliveries set state = 'delivered', next_at = null, claim = null, ended_at = $3
            where id = $1 and claim = $2 and last_status = 250",
            claim.id as DeliveryId,
            claim.claim,
            now,
        )
        .execute(&mut *tx)
        .await?;
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

    async fn claim_mail(&self) -> Result<Option<Claimed>, OrderError> {
        let now = self.database.clock.now();
        let claim = Uuid::new_v4();
        let mut tx = self.database.pool.begin().await?;
        let row = sqlx::query!(
            r#"update deliveries set claim = $2, next_at = $3, attempts = attempts + 1
            where id = (
                select id from deliveries where target = 'mail' and state = 'waiting' and next_at <= $1
                order by next_at, id limit 1 for update skip locked
            )
            returning id as "id: DeliveryId", attempts, mail as "mail!: MailKind", event_id,
                order_id as "order_id: OrderId", data"#,
            now,
            claim,
            now + LEASE,
        )
        .fetch_optional(&mut *tx)
        .await?;
        commit!(tx, "claim_mail");
        Ok(row.map(|row| Claimed {
            claim: Claim {
                id: row.id,
                claim,
                attempts: row.attempts,
            },
            kind: row.mail,
            event_id: row.event_id,
            order_id: row.order_id,
            data: row.data,
        }))
    }
}
