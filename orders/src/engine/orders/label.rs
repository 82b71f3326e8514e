//! What a parcel's label says: told before it leaves, or put right until it arrives.

use serde_json::json;
use sqlx::{PgConnection, types::Json};

use super::{
    Orders,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, Goods, NewShipment, NotAllowed, Order, OrderCommand, OrderId, OrderState,
        ParcelLabel, Refusal, ShipmentId,
    },
    engine::{OrderError, database::retry_conflicts},
};

impl Orders {
    /// Notes who carries the order's parcel, and as what: the one that leaves next, or once everything is sent, the last.
    /// That moves the order nowhere. `parcel.items` say nothing here.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], [`Refusal::NotAllowed`] once it has arrived or was stopped, [`Refusal::Forbidden`].
    pub async fn label(
        &self,
        caller: &Caller,
        id: OrderId,
        parcel: NewShipment,
    ) -> Result<Order, OrderError> {
        self.find(caller, id).await?;
        caller.must_work_here()?;
        let parcel = parcel.parse().map_err(Refusal::Invalid)?;
        retry_conflicts(|| self.label_once(caller, id, &parcel)).await?;
        self.database.feed.committed();
        self.find(caller, id).await
    }

    async fn label_once(
        &self,
        caller: &Caller,
        id: OrderId,
        parcel: &NewShipment,
    ) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let mut order = self.begin(&mut tx, caller, id).await?.order;
        if !(order.status.is_unpaid() || is_on_its_way(order.status)) {
            return Err(NotAllowed {
                state: order.status,
                command: OrderCommand::Ship,
                allowed: order.status.next(order.goods()),
            }
            .into());
        }
        let last = order.shipments.last().map(|it| it.id);
        match last.filter(|_| order.goods() == Goods::AllSent) {
            Some(shipment) => relabel(&mut tx, shipment, parcel).await?,
            None => announce(&mut tx, id, parcel).await?,
        }
        find_by(&mut tx, id, &parcel.tracking_number).await?;
        let change = Change {
            to: order.status,
            name: "parcel_labelled",
            reason: None,
            events: Vec::new(),
            detail: json!({ "carrier": parcel.carrier, "tracking_number": parcel.tracking_number }),
            due: Due::AsBefore,
        };
        write::write(&mut tx, caller, now, &mut order, change).await?;
        commit!(tx, "label");
        Ok(())
    }
}

fn is_on_its_way(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::Confirmed | OrderState::Processing | OrderState::Shipped
    )
}

/// Puts the label of a parcel that has left right.
async fn relabel(
    conn: &mut PgConnection,
    shipment: ShipmentId,
    parcel: &NewShipment,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update shipments set carrier = $2, tracking_number = $3, tracking_url = $4, estimated_delivery = $5
         where id = $1",
        shipment as ShipmentId,
        parcel.carrier,
        parcel.tracking_number,
        parcel.tracking_url(),
        parcel.estimated_delivery,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the label for the next parcel.
async fn announce(
    conn: &mut PgConnection,
    id: OrderId,
    parcel: &NewShipment,
) -> Result<(), OrderError> {
    sqlx::query!(
        "update orders set next_parcel = $2 where id = $1",
        id as OrderId,
        Json(ParcelLabel::from(parcel.clone())) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn find_by(conn: &mut PgConnection, id: OrderId, number: &str) -> Result<(), OrderError> {
    sqlx::query!(
        "update orders set search = search || array_to_tsvector(array[lower($2)]) where id = $1",
        id as OrderId,
        number,
    )
    .execute(conn)
    .await?;
    Ok(())
}
