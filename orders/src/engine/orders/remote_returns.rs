//! Goods that are back on the shelf here go back to the service that held them too. Where a whole reservation goes back,
//! it is released instead; this is for parts of it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    Orders,
    attention::attention,
    step::{PATIENCE, Situation, pause},
};
use crate::{
    domain::{LineQuantity, Order, OrderId, OrderLine},
    engine::{Clock, OrderError},
    services::reservations::{ServiceKind, TakenBack},
};

/// What a service does not know yet that it has back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RemoteReturn {
    /// Also the key that makes a repeated call harmless.
    pub(super) id: Uuid,
    pub(super) reservation_id: Uuid,
    pub(super) service: ServiceKind,
    pub(super) items: Json<Vec<LineQuantity>>,
    pub(super) tries: i32,
    pub(super) try_at: Option<DateTime<Utc>>,
}

/// Writes the intent to give `back` to the services that hold the order. Whether there are any.
pub(super) async fn want(
    conn: &mut PgConnection,
    order: &Order,
    back: &[LineQuantity],
    clock: &Clock,
) -> Result<bool, OrderError> {
    let held_by = |service: ServiceKind| {
        let is_held = |it: &&LineQuantity| order.line(it.line).is_some_and(|it| service.holds(it));
        back.iter().filter(is_held).cloned().collect::<Vec<_>>()
    };
    let (ids, services, items): (Vec<_>, Vec<_>, Vec<_>) = ServiceKind::ALL
        .into_iter()
        .map(|it| (clock.new_id(), it.to_string(), Json(held_by(it))))
        .filter(|(_, _, items)| !items.is_empty())
        .collect();
    let wanted = sqlx::query!(
        "insert into remote_returns (id, order_id, reservation_id, items, state, created_at, updated_at)
        select back.id, $1, remote_reservations.id, items, 'pending', $5, $5
        from unnest($2::uuid[], $3::text[], $4::jsonb[]) as back(id, service, items)
        join remote_reservations using (service)
        where order_id = $1 and state in ('wanted', 'unknown', 'held', 'confirmed')",
        order.id as OrderId,
        &ids,
        &services,
        &items as _,
        clock.now(),
    )
    .execute(conn)
    .await?
    .rows_affected();
    Ok(wanted > 0)
}

/// What services are still to be told of, oldest first.
pub(super) async fn pending(
    conn: &mut PgConnection,
    order: OrderId,
) -> Result<Vec<RemoteReturn>, OrderError> {
    Ok(sqlx::query_as!(
        RemoteReturn,
        r#"select remote_returns.id, reservation_id, service as "service: ServiceKind",
            items as "items: Json<Vec<LineQuantity>>", remote_returns.tries, remote_returns.try_at
        from remote_returns join remote_reservations on remote_reservations.id = reservation_id
        where remote_returns.order_id = $1 and remote_returns.state = 'pending' order by remote_returns.id"#,
        order as OrderId,
    )
    .fetch_all(conn)
    .await?)
}

impl Orders {
    /// Tells the service what is back, and writes down what it said.
    pub(super) async fn tell_return(
        &self,
        situation: &Situation,
        fence: i64,
        back: &RemoteReturn,
    ) -> Result<(), OrderError> {
        let order = &situation.order;
        let answer = match self.reservations.service(back.service) {
            Some(service) => {
                let lines: Vec<(&OrderLine, u32)> = back
                    .items
                    .iter()
                    .filter_map(|it| Some((order.line(it.line)?, it.quantity)))
                    .collect();
                let request = &situation.request_id;
                failpoint!("tell_return::before_call");
                let answer = service
                    .take_back(back.id, back.reservation_id, &lines, request)
                    .await;
                failpoint!("tell_return::after_call");
                answer
            }
            // Its address was taken out of the configuration meanwhile.
            None => TakenBack::Unknown,
        };
        let (state, why) = match answer {
            TakenBack::Done => ("done", None),
            TakenBack::Refused => ("refused", Some("does not take back what came back")),
            TakenBack::Unknown if back.tries == PATIENCE => {
                ("pending", Some("gives no end of what came back"))
            }
            TakenBack::Unknown => ("pending", None),
        };
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        // Before anything else, since it locks the order.
        if let Some(why) = why {
            let why = format!("The {} service {why}.", back.service);
            attention(&mut tx, order.id, &why, now).await?;
        }
        sqlx::query!(
            "update remote_returns set state = $3, tries = tries + 1, try_at = $4, updated_at = $5
             where id = $1 and state = 'pending'
                and exists (select 1 from orders where id = order_id and lease_fence = $2)",
            back.id,
            fence,
            state,
            now + pause(back.tries),
            now,
        )
        .execute(&mut *tx)
        .await?;
        commit!(tx, "tell_return");
        Ok(())
    }
}
