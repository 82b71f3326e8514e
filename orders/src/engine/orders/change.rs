//! Moving an order from state to state on somebody's word.

use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    Orders,
    advance::take_lease,
    pay, record, reserve, ship, stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, EventType, NewRefund, Order, OrderCommand, OrderId, Refusal, Text, Way},
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Does `command` to an order, if its state allows it. With `version`, only if nobody changed it since.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`], [`Refusal::Stale`], [`Refusal::PaymentRunning`] for a confirmation while a payment is
    /// undecided, [`Refusal::Forbidden`] for a customer, [`Refusal::Invalid`] for a reason that cannot be kept.
    pub async fn change(
        &self,
        caller: &Caller,
        id: OrderId,
        command: OrderCommand,
        reason: Option<&str>,
        version: Option<i32>,
    ) -> Result<Order, OrderError> {
        // Another person's order stays unknown even to those who may not change their own.
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let mut orders = self.clone();
        orders.conditions.version = version.or(orders.conditions.version);
        orders
            .change_and_advance(caller, id, Way::Straight(command), reason)
            .await
    }

    /// Leads an order through every step of `way`, all of them or none.
    ///
    /// # Errors
    /// As [`Orders::change`]: the first step that its state does not allow.
    pub async fn lead(
        &self,
        caller: &Caller,
        id: OrderId,
        way: Way,
        reason: Option<&str>,
    ) -> Result<Order, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        self.change_and_advance(caller, id, way, reason).await
    }

    /// Cancels an order: stock and money go back. Its buyer may do this too.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] once something was sent.
    pub async fn cancel(
        &self,
        caller: &Caller,
        id: OrderId,
        reason: Option<&str>,
    ) -> Result<Order, OrderError> {
        self.change_and_advance(caller, id, Way::Straight(OrderCommand::Cancel), reason)
            .await
    }

    async fn change_and_advance(
        &self,
        caller: &Caller,
        id: OrderId,
        way: Way,
        reason: Option<&str>,
    ) -> Result<Order, OrderError> {
        let reason = Text::optional(reason.unwrap_or_default(), 1_000)
            .map_err(|it| Refusal::field("/reason", it))?;
        let fence =
            retry_conflicts(|| self.change_once(caller, id, way, reason.as_deref())).await?;
        self.database.feed.committed_and_due();
        if let Some(fence) = fence {
            self.advance_for_request(id, fence).await?;
        }
        self.find(caller, id).await
    }

    async fn change_once(
        &self,
        caller: &Caller,
        id: OrderId,
        way: Way,
        reason: Option<&str>,
    ) -> Result<Option<i64>, OrderError> {
        let mut tx = self.database.pool.begin().await?;
        let mut order = self.begin(&mut tx, caller, id).await?.order;
        let command = loop {
            let (command, is_last) = way.next(order.status, order.goods());
            self.apply(&mut tx, caller, &mut order, command, reason)
                .await?;
            if is_last {
                break command;
            }
        };
        // Only these leave something to do outside.
        let fence = match command {
            OrderCommand::Cancel | OrderCommand::Fail | OrderCommand::Refund => {
                Some(take_lease(&mut tx, id, self.database.clock.now()).await?)
            }
            OrderCommand::StartPayment
            | OrderCommand::FailPayment
            | OrderCommand::Confirm
            | OrderCommand::Process
            | OrderCommand::Ship
            | OrderCommand::Deliver
            | OrderCommand::Complete => None,
        };
        commit!(tx, "change");
        Ok(fence)
    }

    /// Does `command` to an order that the caller has locked.
    pub(super) async fn apply(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        order: &mut Order,
        command: OrderCommand,
        reason: Option<&str>,
    ) -> Result<(), OrderError> {
        let clock = &self.database.clock;
        let now = clock.now();
        let to = order.status.after(command, order.goods())?;
        let mut events = Vec::new();
        let mut detail = Value::Null;
        let mut to = to;
        let name = match command {
            OrderCommand::StartPayment | OrderCommand::FailPayment => {
                return Err(Refusal::field("/status", "belongs to payments").into());
            }
            OrderCommand::Confirm => {
                if order.payment_runs() {
                    return Err(Refusal::PaymentRunning.into());
                }
                stock::hold_again(conn, order.id).await?;
                reserve::want(conn, &self.reservations, order, clock).await?;
                record::confirm(conn, order, now, clock).await?;
                "confirmed"
            }
            OrderCommand::Process => "processing",
            OrderCommand::Ship => {
                if order.items.iter().any(|line| order.unsent(line) > 0) {
                    let parcel = ship::send_rest(conn, order, now, clock).await?;
                    detail = json!({ "shipment_id": parcel });
                    events.push(EventType::Shipped);
                }
                "shipped"
            }
            OrderCommand::Deliver => {
                ship::deliver_all(conn, order.id, now).await?;
                events.push(EventType::Delivered);
                "delivered"
            }
            OrderCommand::Complete => "completed",
            OrderCommand::Cancel | OrderCommand::Fail => {
                stock::give_back(conn, order.id, now).await?;
                pay::give_up_collecting(conn, order.id, now).await?;
                if command == OrderCommand::Cancel {
                    events.push(EventType::Cancelled);
                }
                if command == OrderCommand::Cancel {
                    "cancelled"
                } else {
                    "failed"
                }
            }
            OrderCommand::Refund if order.refundable_minor() > 0 => {
                // `refunded` is true only once the money is back; until then the order stays where it is.
                let everything = NewRefund {
                    reason: reason.map(str::to_owned),
                    ..NewRefund::default()
                };
                self.open_refund(conn, order, &everything, now).await?;
                to = order.status;
                "refund_opened"
            }
            OrderCommand::Refund if order.status.is_stopped() && order.captured_minor() == 0 => {
                return Err(Refusal::NothingToRefund.into());
            }
            OrderCommand::Refund if order.refunds.iter().any(|it| it.status.is_open()) => {
                return Ok(());
            }
            OrderCommand::Refund => {
                // Each refund that was sent has been told already.
                if order.captured_minor() == 0 {
                    events.push(EventType::Refunded);
                }
                "refunded"
            }
        };
        let change = Change {
            to,
            name,
            reason,
            events,
            detail,
            due: Due::Now,
        };
        write::write(conn, caller, now, order, change).await
    }
}
