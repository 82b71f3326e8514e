//! Parcels.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    Orders, stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, EventType, LineQuantity, NewShipment, Order, OrderCommand, OrderId, OrderState,
        Refusal, ShipmentId,
    },
    engine::{Clock, OrderError, database::retry_conflicts},
};

impl Orders {
    /// Adds a parcel with some or all of what has not been sent. An order that is only confirmed passes through
    /// processing; with everything sent it is shipped.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for more of a line than is left, [`Refusal::NotAllowed`], [`Refusal::Forbidden`].
    pub async fn ship(
        &self,
        caller: &Caller,
        id: OrderId,
        parcel: NewShipment,
    ) -> Result<Order, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let parcel = parcel.parse().map_err(Refusal::Invalid)?;
        retry_conflicts(|| self.ship_once(caller, id, &parcel)).await?;
        self.database.feed.committed_and_due();
        self.find(caller, id).await
    }

    async fn ship_once(
        &self,
        caller: &Caller,
        id: OrderId,
        parcel: &NewShipment,
    ) -> Result<(), OrderError> {
        let clock = &self.database.clock;
        let now = clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut record = self.begin(&mut tx, caller, id).await?;
        let order = &mut record.order;
        if order.status == OrderState::Confirmed {
            self.apply(&mut tx, caller, order, OrderCommand::Process, None)
                .await?;
        }
        // Whoever may not ship at all learns that first.
        let shipped = order.status.after(OrderCommand::Ship, order.goods())?;
        let items = contents(order, parcel)?;
        let sends_all = order.items.iter().all(|line| {
            let sent = items
                .iter()
                .find(|it| it.line == line.line)
                .map_or(0, |it| it.quantity);
            order.unsent(line) == sent
        });
        let id = insert(&mut tx, order.id, parcel, &items, now, clock).await?;
        let change = Change {
            to: if sends_all { shipped } else { order.status },
            name: if sends_all { "shipped" } else { "parcel_sent" },
            reason: None,
            events: vec![EventType::Shipped],
            detail: json!({
                "shipment_id": id, "carrier": parcel.carrier, "tracking_number": parcel.tracking_number,
            }),
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, order, change).await?;
        commit!(tx, "ship");
        Ok(())
    }
}

/// What goes into the parcel: as asked for, or everything that is left.
fn contents(order: &Order, parcel: &NewShipment) -> Result<Vec<LineQuantity>, Refusal> {
    match &parcel.items {
        Some(asked) => {
            let left = |line| order.line(line).map_or(0, |line| order.unsent(line));
            LineQuantity::within(asked, left, "that are left")?;
            Ok(asked.clone())
        }
        None => match unsent(order) {
            rest if rest.is_empty() => {
                Err(Refusal::field("/items", "are all sent, or need no parcel"))
            }
            rest => Ok(rest),
        },
    }
}

fn unsent(order: &Order) -> Vec<LineQuantity> {
    order
        .items
        .iter()
        .map(|line| LineQuantity {
            line: line.line,
            quantity: order.unsent(line),
        })
        .filter(|item| item.quantity > 0)
        .collect()
}

/// Sends what is left in one parcel: with the label that is known, or without a carrier's number, for shops that do not
/// track.
pub(super) async fn send_rest(
    conn: &mut PgConnection,
    order: &Order,
    now: DateTime<Utc>,
    clock: &Clock,
) -> Result<ShipmentId, OrderError> {
    let parcel = order.next_parcel.clone().map(NewShipment::from);
    let parcel = parcel.unwrap_or_default();
    insert(conn, order.id, &parcel, &unsent(order), now, clock).await
}

async fn insert(
    conn: &mut PgConnection,
    order: OrderId,
    parcel: &NewShipment,
    items: &[LineQuantity],
    now: DateTime<Utc>,
    clock: &Clock,
) -> Result<ShipmentId, OrderError> {
    let id = ShipmentId(clock.new_id());
    let (lines, quantities) = stock::columns(items);
    sqlx::query!(
        "with parcel as (
            insert into shipments (
                id, order_id, carrier, tracking_number, tracking_url, estimated_delivery, shipped_at
            ) values ($1, $2, $3, $4, $5, $6, $7)
        ), found_by as (
            -- What was known of the next parcel's label was this one's.
            update orders set search = search || array_to_tsvector(array_remove(array[lower($4)], '')), next_parcel = null
            where id = $2
        )
        insert into shipment_items (shipment_id, order_id, line, quantity)
        select $1, $2, line, quantity from unnest($8::integer[], $9::integer[]) as item(line, quantity)",
        id as ShipmentId,
        order as OrderId,
        parcel.carrier,
        parcel.tracking_number,
        parcel.tracking_url(),
        parcel.estimated_delivery,
        now,
        &lines,
        &quantities,
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// Notes that every parcel has arrived.
pub(super) async fn deliver_all(
    conn: &mut PgConnection,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update shipments set delivered_at = $2 where order_id = $1 and delivered_at is null",
        order as OrderId,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
