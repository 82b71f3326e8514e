//! Money on its way back: the intent is committed before the provider hears of it.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    Orders,
    advance::take_lease,
    attention::attention,
    read, refund_goods,
    step::{OpenRefund, PATIENCE, pause, situation},
    stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, EventType, LineQuantity, NewRefund, Order, OrderCommand, OrderId, PaymentId,
        RefundId, RefundItem, RefundPlan, RefundState, Refusal, pricing::split,
    },
    engine::{OrderError, database::retry_conflicts},
    services::payment::{RefundAnswer, Refunding},
};

impl Orders {
    /// Gives money of an order back: an amount, what was paid for some of its items, or all that is left. Items that no
    /// parcel took are not sent any more.
    ///
    /// # Errors
    /// [`Refusal::NothingToRefund`], [`Refusal::Invalid`] for more than is left, [`Refusal::NotAllowed`],
    /// [`Refusal::Forbidden`] for its buyer.
    pub async fn refund(
        &self,
        caller: &Caller,
        id: OrderId,
        refund: NewRefund,
    ) -> Result<Order, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let refund = refund.parse().map_err(Refusal::Invalid)?;
        let fence = retry_conflicts(|| self.refund_once(caller, id, &refund)).await?;
        self.database.feed.committed_and_due();
        self.advance_for_request(id, fence).await?;
        self.find(caller, id).await
    }

    async fn refund_once(
        &self,
        caller: &Caller,
        id: OrderId,
        refund: &NewRefund,
    ) -> Result<i64, OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut order = self.begin(&mut tx, caller, id).await?.order;
        order.status.after(OrderCommand::Refund, order.goods())?;
        let amount_minor = self.open_refund(&mut tx, &order, refund, now).await?;
        let change = Change {
            to: order.status,
            name: "refund_opened",
            reason: refund.reason.as_deref(),
            events: Vec::new(),
            detail: json!({ "amount_minor": amount_minor }),
            due: Due::Now,
        };
        write::write(&mut tx, caller, now, &mut order, change).await?;
        let fence = take_lease(&mut tx, id, now).await?;
        commit!(tx, "refund");
        Ok(fence)
    }

    /// Writes the intent to make `refund`, and what becomes of its items. Returns how much it is.
    pub(super) async fn open_refund(
        &self,
        conn: &mut PgConnection,
        order: &Order,
        refund: &NewRefund,
        now: DateTime<Utc>,
    ) -> Result<i64, OrderError> {
        let plan = order.plan_refund(refund)?;
        let reason = refund.reason.as_deref();
        let opened = self
            .open_refunds(conn, order, &plan, reason, false, now)
            .await?;
        if let Some(opened) = opened {
            let (items, clock) = (&plan.items, &self.database.clock);
            refund_goods::settle(conn, order, opened, items, refund.restock, clock).await?;
        }
        Ok(plan.amount_minor)
    }

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
            let plan = owed.order.plan_owed(amount_minor);
            self.open_refunds(&mut tx, &owed.order, &plan, None, true, now)
                .await?;
            commit!(tx, "open_refund");
        }
        Ok(())
    }

    /// Writes the intent to give the plan's amount back, from the latest payments first. Returns the first of them, which
    /// names the items.
    pub(super) async fn open_refunds(
        &self,
        conn: &mut PgConnection,
        order: &Order,
        plan: &RefundPlan,
        reason: Option<&str>,
        is_surplus: bool,
        now: DateTime<Utc>,
    ) -> Result<Option<RefundId>, OrderError> {
        let mut first = None;
        let mut rest = plan.amount_minor;
        // Named once, with the first part.
        let mut items = plan.items.as_slice();
        let mut tax_rest = plan.tax_minor;
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
            // The tax goes with the money, in proportion.
            let tax = split(tax_rest, &[part, rest - part])[0];
            tax_rest -= tax;
            rest -= part;
            let (lines, quantities) = stock::columns(&quantities_of(items));
            let amounts: Vec<_> = items.iter().map(|it| it.amount_minor).collect();
            let id = RefundId(self.database.clock.new_id());
            sqlx::query!(
                "with refund as (
                    insert into refunds (
                        id, order_id, payment_id, amount_minor, state, reason, created_at, updated_at, is_surplus, tax_minor
                    ) values ($1, $2, $3, $4, 'pending', $5, $6, $6, $7, $11)
                )
                insert into refund_items (refund_id, order_id, line, quantity, amount_minor)
                select $1, $2, line, quantity, amount
                from unnest($8::integer[], $9::integer[], $10::bigint[]) as item(line, quantity, amount)",
                id as RefundId,
                order.id as OrderId,
                payment.id as PaymentId,
                part,
                reason,
                now,
                is_surplus,
                &lines,
                &quantities,
                &amounts,
                tax,
            )
            .execute(&mut *conn)
            .await?;
            items = &[];
            first = first.or(Some(id));
        }
        Ok(first)
    }

    /// Asks the provider to send the money back, and writes down what it said.
    pub(super) async fn send_refund(
        &self,
        id: OrderId,
        fence: i64,
        refund: &OpenRefund,
        request_id: &str,
    ) -> Result<(), OrderError> {
        failpoint!("send_refund::before_call");
        let answer = self
            .provider
            .refund(&Refunding {
                key: refund.id.0,
                charge: refund.payment_id.0,
                charge_ref: refund.payment_ref.as_deref(),
                charged_minor: refund.payment_minor,
                amount_minor: refund.amount_minor,
                request_id,
            })
            .await;
        failpoint!("send_refund::after_call");
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
        if changed == 1 && state == "failed" {
            let why = "The payment provider refuses to send money back.";
            attention(&mut tx, id, why, now).await?;
        } else if changed == 1 && state == "pending" && refund.tries == PATIENCE {
            let why = "The payment provider does not answer about a refund.";
            attention(&mut tx, id, why, now).await?;
        }
        commit!(tx, "send_refund");
        self.database.feed.committed_and_due();
        Ok(())
    }
}

fn quantities_of(items: &[RefundItem]) -> Vec<LineQuantity> {
    items
        .iter()
        .map(|it| LineQuantity {
            line: it.line,
            quantity: it.quantity,
        })
        .collect()
}
