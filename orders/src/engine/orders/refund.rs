//! Money on its way back: the intent is committed before the provider hears of it.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    Orders, read,
    step::{OpenRefund, PATIENCE, pause, situation},
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, EventType, Order, OrderId, PaymentId, RefundId, RefundState},
    engine::OrderError,
    services::payment::RefundAnswer,
};

impl Orders {
    /// Opens the refund of what is owed back, if that is still so under the lock.
    pub(super) async fn open_owed_refund(
        &self,
        id: OrderId,
        amount_minor: i64,
    ) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let order = read::lock(&mut tx, id).await?.order;
        // Looked at again under the lock: the order may have been completed meanwhile.
        let owed = situation(&mut tx, order).await?;
        if owed.owed_back() == amount_minor {
            self.open_refunds(&mut tx, &owed.order, amount_minor, None, now)
                .await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Writes the intent to give `amount_minor` back, from the latest payments first.
    pub(super) async fn open_refunds(
        &self,
        conn: &mut PgConnection,
        order: &Order,
        amount_minor: i64,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), OrderError> {
        let mut rest = amount_minor;
        for payment in order
            .payments
            .iter()
            .rev()
            .filter(|it| it.status.is_captured())
        {
            let leaving: i64 = order
                .refunds
                .iter()
                .filter(|it| it.payment_id == payment.id && it.status != RefundState::Failed)
                .map(|it| it.amount_minor)
                .sum();
            let part = rest.min(payment.amount_minor - leaving);
            if part <= 0 {
                continue;
            }
            rest -= part;
            sqlx::query!(
                "insert into refunds (id, order_id, payment_id, amount_minor, state, reason, created_at, updated_at)
                 values ($1, $2, $3, $4, 'pending', $5, $6, $6)",
                RefundId(self.database.clock.new_id()) as RefundId,
                order.id as OrderId,
                payment.id as PaymentId,
                part,
                reason,
                now,
            )
            .execute(&mut *conn)
            .await?;
        }
        Ok(())
    }

    /// Asks the provider to send the money back, and writes down what it said.
    pub(super) async fn send_refund(
        &self,
        id: OrderId,
        fence: i64,
        refund: &OpenRefund,
    ) -> Result<(), OrderError> {
        let answer = self
            .provider
            .refund(refund.id.0, refund.payment_id.0, refund.amount_minor)
            .await;
        let now = self.database.clock.now();
        let (state, provider_ref) = match answer {
            RefundAnswer::Sent { provider_ref } => ("succeeded", Some(provider_ref)),
            RefundAnswer::Refused => ("failed", None),
            RefundAnswer::Unknown => ("pending", None),
        };
        let mut tx = self.database.pool.begin().await?;
        let mut order = read::lock(&mut tx, id).await?.order;
        let changed = sqlx::query!(
            "update refunds set state = $2, provider_ref = $3, tries = tries + 1, try_at = $4, updated_at = $5
             where id = $1 and state = 'pending'
                and exists (select 1 from orders where id = order_id and lease_fence = $6)",
            refund.id as RefundId,
            state,
            provider_ref,
            now + pause(refund.tries),
            now,
            fence,
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if changed == 1 && state == "succeeded" {
            let change = Change {
                to: order.status,
                name: "refund_sent",
                reason: None,
                events: vec![EventType::Refunded],
                detail: json!({ "refund_id": refund.id, "amount_minor": refund.amount_minor }),
                due: Due::Now,
            };
            write::write(&mut tx, &Caller::system("advance"), now, &mut order, change).await?;
        }
        tx.commit().await?;
        if changed == 1 && state == "failed" {
            self.ask_for_attention(id, "The payment provider refuses to send money back.")
                .await?;
        } else if refund.tries == PATIENCE {
            self.ask_for_attention(id, "The payment provider does not answer about a refund.")
                .await?;
        }
        self.database.feed.committed_and_due();
        Ok(())
    }
}
