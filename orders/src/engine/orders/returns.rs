//! Goods that come back. Their money and their place on the shelf go the way of every refund.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    Orders,
    advance::take_lease,
    refund_goods, stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, LineQuantity, NewRefund, NewReturn, Order, OrderCommand, OrderId, Refusal, Return,
        ReturnCommand, ReturnId, ReturnState, Text,
    },
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Asks for goods to be taken back. Their buyer may do this.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for more of a line than has been delivered and is not on its way back.
    pub async fn ask_return(
        &self,
        caller: &Caller,
        id: OrderId,
        asked: NewReturn,
    ) -> Result<Order, OrderError> {
        let asked = asked.parse().map_err(Refusal::Invalid)?;
        retry_conflicts(|| self.ask_return_once(caller, id, &asked)).await?;
        self.database.feed.committed();
        self.find(caller, id).await
    }

    async fn ask_return_once(
        &self,
        caller: &Caller,
        id: OrderId,
        asked: &NewReturn,
    ) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut order = self.begin(&mut tx, caller, id).await?.order;
        let left = |line| order.line(line).map_or(0, |line| order.returnable(line));
        LineQuantity::within(&asked.items, left, "that could come back")
            .map_err(Refusal::Invalid)?;
        let return_id = ReturnId(self.database.clock.new_id());
        insert(&mut tx, id, return_id, asked, now).await?;
        let change = Change {
            to: order.status,
            name: "return_requested",
            reason: asked.reason.as_deref(),
            events: Vec::new(),
            detail: json!({ "return_id": return_id }),
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, &mut order, change).await?;
        commit!(tx, "ask_return");
        Ok(())
    }

    /// Accepts or refuses a return, or notes that the goods are here: their money goes back, and they go back on the
    /// shelf, as far as that is asked for and neither was done since it was asked for.
    ///
    /// # Errors
    /// [`Refusal::ReturnDecided`], [`Refusal::NotFound`], [`Refusal::Forbidden`] for its buyer.
    pub async fn change_return(
        &self,
        caller: &Caller,
        id: OrderId,
        return_id: ReturnId,
        command: ReturnCommand,
        reason: Option<&str>,
    ) -> Result<Order, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let reason = Text::optional(reason.unwrap_or_default(), 1_000)
            .map_err(|it| Refusal::field("/reason", it))?;
        let fence = retry_conflicts(|| {
            self.change_return_once(caller, id, return_id, command, reason.as_deref())
        })
        .await?;
        self.database.feed.committed_and_due();
        if let Some(fence) = fence {
            self.advance_for_request(id, fence).await?;
        }
        self.find(caller, id).await
    }

    async fn change_return_once(
        &self,
        caller: &Caller,
        id: OrderId,
        return_id: ReturnId,
        command: ReturnCommand,
        reason: Option<&str>,
    ) -> Result<Option<i64>, OrderError> {
        let clock = &self.database.clock;
        let now = clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut order = self.begin(&mut tx, caller, id).await?.order;
        let found = order.returns.iter().find(|it| it.id == return_id).cloned();
        let found = found.ok_or_else(|| Refusal::NotFound("the return".to_owned()))?;
        let to = found.status.after(command)?;
        mark(&mut tx, return_id, to, now).await?;
        let mut is_due = false;
        if let ReturnCommand::Receive { restock, refund } = command {
            if refund {
                is_due |= self
                    .refund_return(&mut tx, &order, &found, reason, now)
                    .await?;
            }
            if restock {
                is_due |= refund_goods::shelve_return(&mut tx, &order, &found, clock).await?;
            }
        }
        let change = Change {
            to: order.status,
            name: match to {
                ReturnState::Requested => "return_requested",
                ReturnState::Accepted => "return_accepted",
                ReturnState::Refused => "return_refused",
                ReturnState::Received => "return_received",
            },
            reason,
            events: Vec::new(),
            detail: json!({ "return_id": return_id }),
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, &mut order, change).await?;
        let fence = if is_due {
            Some(take_lease(&mut tx, id, now).await?)
        } else {
            None
        };
        commit!(tx, "change_return");
        Ok(fence)
    }

    /// Opens the refund of what came back, as far as it was paid here and not refunded yet. False if nothing was.
    async fn refund_return(
        &self,
        conn: &mut PgConnection,
        order: &Order,
        found: &Return,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<bool, OrderError> {
        let refund = NewRefund {
            items: Some(order.unpaid_of(found)),
            reason: reason.or(found.reason.as_deref()).map(str::to_owned),
            ..NewRefund::default()
        };
        match order.plan_refund(&refund) {
            Ok(plan) if order.allows(OrderCommand::Refund) => {
                self.open_refunds(conn, order, &plan, refund.reason.as_deref(), false, now)
                    .await?;
                Ok(true)
            }
            Ok(_) | Err(_) => Ok(false),
        }
    }
}

async fn insert(
    conn: &mut PgConnection,
    order: OrderId,
    id: ReturnId,
    asked: &NewReturn,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    let (lines, quantities) = stock::columns(&asked.items);
    sqlx::query!(
        "with asked as (
            insert into returns (id, order_id, state, reason, created_at, updated_at)
            values ($1, $2, 'requested', $3, $4, $4)
        )
        insert into return_items (return_id, order_id, line, quantity)
        select $1, $2, line, quantity from unnest($5::integer[], $6::integer[]) as item(line, quantity)",
        id as ReturnId,
        order as OrderId,
        asked.reason,
        now,
        &lines,
        &quantities,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn mark(
    conn: &mut PgConnection,
    id: ReturnId,
    to: ReturnState,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update returns set state = $2, updated_at = $3 where id = $1",
        id as ReturnId,
        to.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
