//! Parcels.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    Orders, access, read,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, EventType, FieldError, NewShipment, Order, OrderCommand, OrderId, OrderState,
        Refusal, ShipmentId, ShipmentItem,
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
        let mut record = read::lock(&mut tx, id).await?;
        access::check(&self.database.secrets, caller, &record)?;
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
        insert(&mut tx, order.id, parcel, &items, now, clock).await?;
        let change = Change {
            to: if sends_all { shipped } else { order.status },
            name: if sends_all { "shipped" } else { "parcel_sent" },
            reason: None,
            events: vec![EventType::Shipped],
            detail: json!({ "carrier": parcel.carrier, "tracking_number": parcel.tracking_number }),
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, order, change).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What goes into the parcel: as asked for, or everything that is left.
fn contents(order: &Order, parcel: &NewShipment) -> Result<Vec<ShipmentItem>, Refusal> {
    let Some(asked) = &parcel.items else {
        return Ok(unsent(order));
    };
    let mut errors = Vec::new();
    let mut items: Vec<ShipmentItem> = Vec::new();
    for (index, item) in asked.iter().enumerate() {
        let left = order
            .items
            .iter()
            .find(|it| it.line == item.line)
            .map_or(0, |line| order.unsent(line));
        if items.iter().any(|it| it.line == item.line) {
            errors.push(FieldError::new(
                format!("/items/{index}/line"),
                "is named twice",
            ));
        } else if item.quantity > left {
            let detail = format!(
                "is more than the {left} of line {} that are left",
                item.line
            );
            errors.push(FieldError::new(format!("/items/{index}/quantity"), detail));
        } else {
            items.push(*item);
        }
    }
    if errors.is_empty() {
        Ok(items)
    } else {
        Err(Refusal::Invalid(errors))
    }
}

fn unsent(order: &Order) -> Vec<ShipmentItem> {
    order
        .items
        .iter()
        .map(|line| ShipmentItem {
            line: line.line,
            quantity: order.unsent(line),
        })
        .filter(|item| item.quantity > 0)
        .collect()
}

/// Sends what is left without a carrier's number, for shops that do not track.
pub(super) async fn send_rest(
    conn: &mut PgConnection,
    order: &Order,
    now: DateTime<Utc>,
    clock: &Clock,
) -> Result<(), OrderError> {
    insert(
        conn,
        order.id,
        &NewShipment::default(),
        &unsent(order),
        now,
        clock,
    )
    .await
}

async fn insert(
    conn: &mut PgConnection,
    order: OrderId,
    parcel: &NewShipment,
    items: &[ShipmentItem],
    now: DateTime<Utc>,
    clock: &Clock,
) -> Result<(), OrderError> {
    let column = |of: fn(&ShipmentItem) -> u32| {
        items
            .iter()
            .map(|it| i32::try_from(of(it)).unwrap_or(i32::MAX))
            .collect::<Vec<_>>()
    };
    sqlx::query!(
        "with parcel as (
            insert into shipments (
                id, order_id, carrier, tracking_number, tracking_url, estimated_delivery, shipped_at
            ) values ($1, $2, $3, $4, $5, $6, $7)
        ), found_by as (
            update orders set search = search || array_to_tsvector(array_remove(array[lower($4)], ''))
            where id = $2
        )
        insert into shipment_items (shipment_id, order_id, line, quantity)
        select $1, $2, line, quantity from unnest($8::integer[], $9::integer[]) as item(line, quantity)",
        ShipmentId(clock.new_id()) as ShipmentId,
        order as OrderId,
        parcel.carrier,
        parcel.tracking_number,
        parcel.tracking_url(),
        parcel.estimated_delivery,
        now,
        &column(|it| it.line),
        &column(|it| it.quantity),
    )
    .execute(conn)
    .await?;
    Ok(())
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
