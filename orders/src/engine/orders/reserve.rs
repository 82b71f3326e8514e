//! What services outside hold for an order. The intent is committed with the change that makes it needed; `advance`
//! calls the service outside any transaction and writes down what came of it.

use chrono::{DateTime, Duration, Utc};
use derive_more::Display;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    Orders,
    attention::attention,
    read, record,
    step::{PATIENCE, Situation, Step, pause, situation},
    write::{self, Change, Due},
};
use crate::{
    domain::{Caller, Order, OrderCommand, OrderId, OrderLine},
    engine::{Clock, OrderError},
    services::reservations::{Missing, Reservations, Reserved, ServiceKind, Settled},
};

/// What one service holds for an order, or is asked to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Holding {
    /// Also the key that makes a repeated call harmless.
    pub(super) id: Uuid,
    pub(super) service: ServiceKind,
    pub(super) state: HoldingState,
    pub(super) tries: i32,
    pub(super) try_at: Option<DateTime<Utc>>,
    pub(super) in_doubt_until: Option<DateTime<Utc>>,
}

/// How far a holding is. One that was given back for good is read no more.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, sqlx::Type)]
#[display(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(super) enum HoldingState {
    /// Decided here; the service may or may not have heard of it.
    Wanted,
    /// The service did not answer: it may hold it or not.
    Unknown,
    /// The service does not have it.
    Refused,
    /// The service holds it.
    Held,
    /// The service has taken it for good.
    Confirmed,
    /// On its way back.
    Releasing,
}

impl HoldingState {
    /// Whether the order is not sure of it yet.
    pub(super) fn is_awaited(self) -> bool {
        matches!(self, Self::Wanted | Self::Unknown | Self::Refused)
    }

    /// Whether it is not on its way back.
    pub(super) fn is_live(self) -> bool {
        self != Self::Releasing
    }
}

/// What is not given back for good.
pub(super) async fn holdings(
    conn: &mut PgConnection,
    order: OrderId,
) -> Result<Vec<Holding>, OrderError> {
    Ok(sqlx::query_as!(
        Holding,
        r#"select id, service as "service: ServiceKind", state as "state: HoldingState", tries, try_at, in_doubt_until
        from remote_reservations where order_id = $1 and state <> 'released' order by created_at, service"#,
        order as OrderId,
    )
    .fetch_all(conn)
    .await?)
}

/// Writes the intent to have everything held, where it is not. Whether everything is held already.
pub(super) async fn want(
    conn: &mut PgConnection,
    reservations: &Reservations,
    order: &Order,
    clock: &Clock,
) -> Result<bool, OrderError> {
    let needed = reservations.needed(&order.items);
    if needed.is_empty() {
        return Ok(true);
    }
    let now = clock.now();
    let ids: Vec<_> = needed.iter().map(|_| clock.new_id()).collect();
    let services: Vec<_> = needed.iter().map(ToString::to_string).collect();
    let wanted = sqlx::query!(
        "with forgotten as (
            update remote_reservations set short = null where order_id = $1 and short is not null
        )
        insert into remote_reservations (id, order_id, service, state, created_at, updated_at)
        select id, $1, service, 'wanted', $4, $4 from unnest($2::uuid[], $3::text[]) as wanted(id, service)
        on conflict (order_id, service) where state not in ('releasing', 'released') do nothing",
        order.id as OrderId,
        &ids,
        &services,
        now,
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    Ok(wanted == 0
        && holdings(conn, order.id)
            .await?
            .iter()
            .all(|it| !it.state.is_awaited()))
}

impl Orders {
    /// Asks the service to hold what the order wants.
    pub(super) async fn reserve(
        &self,
        situation: &Situation,
        fence: i64,
        holding: &Holding,
    ) -> Result<(), OrderError> {
        let order = &situation.order;
        let answer = match self.reservations.service(holding.service) {
            Some(service) => {
                let lines: Vec<&OrderLine> = order
                    .items
                    .iter()
                    .filter(|it| holding.service.holds(it))
                    .collect();
                let request = &situation.request_id;
                failpoint!("reserve::before_call");
                let answer = service.reserve(holding.id, order.id, &lines, request).await;
                failpoint!("reserve::after_call");
                answer
            }
            // Its address was taken out of the configuration meanwhile.
            None => Reserved::Unavailable,
        };
        let short = match &answer {
            Reserved::Short(missing) => Some(Json(missing)),
            Reserved::Held | Reserved::Unknown | Reserved::Unavailable => None,
        };
        let (state, is_settled) = match &answer {
            Reserved::Held => (HoldingState::Held, true),
            Reserved::Short(_) => (HoldingState::Refused, true),
            Reserved::Unknown => (HoldingState::Unknown, false),
            // What was in doubt before stays in doubt.
            Reserved::Unavailable => (holding.state, false),
        };
        // When it was given back meanwhile, nothing is noted: `in_doubt_until` sees to a call that was under way.
        self.note_holding(situation, fence, holding, state, is_settled, short)
            .await
    }

    /// Tells the service that what it holds is sold.
    pub(super) async fn confirm_holding(
        &self,
        situation: &Situation,
        fence: i64,
        holding: &Holding,
    ) -> Result<(), OrderError> {
        let answer = match self.reservations.service(holding.service) {
            Some(service) => {
                failpoint!("confirm::before_call");
                let answer = service.confirm(holding.id, &situation.request_id).await;
                failpoint!("confirm::after_call");
                answer
            }
            None => Settled::Unknown,
        };
        let (state, is_settled) = match answer {
            Settled::Done => (HoldingState::Confirmed, true),
            // It has forgotten: it is asked to hold it again.
            Settled::NotFound => (HoldingState::Wanted, false),
            Settled::Unknown => (HoldingState::Held, false),
        };
        self.note_holding(situation, fence, holding, state, is_settled, None)
            .await
    }

    /// Tells the service to take back what it holds.
    pub(super) async fn release(
        &self,
        situation: &Situation,
        fence: i64,
        holding: &Holding,
    ) -> Result<(), OrderError> {
        let answer = match self.reservations.service(holding.service) {
            Some(service) => {
                failpoint!("release::before_call");
                let answer = service.release(holding.id, &situation.request_id).await;
                failpoint!("release::after_call");
                answer
            }
            None => Settled::Unknown,
        };
        let is_back = matches!(answer, Settled::Done | Settled::NotFound);
        let now = self.database.clock.now();
        let in_doubt = holding.in_doubt_until.filter(|until| *until > now);
        let try_at = if is_back {
            in_doubt
        } else {
            Some(now + pause(holding.tries))
        };
        let mut tx = self.database.pool.begin().await?;
        if !is_back {
            warn_of_patience(&mut tx, situation.order.id, holding, now).await?;
        }
        sqlx::query!(
            "update remote_reservations set state = case when $3 then 'released' else state end,
                tries = tries + $4, try_at = $5, updated_at = $6
             where id = $1 and state = 'releasing'
                and exists (select 1 from orders where id = order_id and lease_fence = $2)",
            holding.id,
            fence,
            is_back && in_doubt.is_none(),
            i32::from(!is_back),
            try_at,
            now,
        )
        .execute(&mut *tx)
        .await?;
        commit!(tx, "release");
        Ok(())
    }

    /// Writes down how far the holding is, unless somebody else did meanwhile.
    async fn note_holding(
        &self,
        situation: &Situation,
        fence: i64,
        holding: &Holding,
        state: HoldingState,
        is_settled: bool,
        short: Option<Json<&Vec<Missing>>>,
    ) -> Result<(), OrderError> {
        let order = &situation.order;
        let now = self.database.clock.now();
        let try_at = (!is_settled).then(|| now + pause(holding.tries));
        let mut tx = self.database.pool.begin().await?;
        // Before anything else, since it locks the order.
        if state == HoldingState::Refused && !order.status.is_unpaid() {
            let why = format!(
                "The {} service does not have what was sold.",
                holding.service
            );
            attention(&mut tx, order.id, &why, now).await?;
        }
        if !is_settled {
            warn_of_patience(&mut tx, order.id, holding, now).await?;
        }
        // A service that forgets again and again is one that gives no end of it: its tries are not begun anew.
        sqlx::query!(
            "with noted as (
                update remote_reservations
                set state = $3, short = $4, tries = tries + $5, try_at = $6, updated_at = $7
                where id = $1 and state = $8
                    and exists (select 1 from orders where id = order_id and lease_fence = $2)
                returning id
            )
            update remote_returns set state = 'void', updated_at = $7
            from noted where reservation_id = noted.id and $3 = 'refused' and state = 'pending'",
            holding.id,
            fence,
            state.to_string(),
            short as Option<Json<&Vec<Missing>>>,
            i32::from(!is_settled),
            try_at,
            now,
            holding.state.to_string(),
        )
        .execute(&mut *tx)
        .await?;
        commit!(tx, "note_holding");
        Ok(())
    }

    /// Confirms an order whose money came before everything was held again.
    pub(super) async fn confirm_paid(&self, id: OrderId) -> Result<(), OrderError> {
        let caller = Caller::system("advance");
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let order = read::lock(&mut tx, id).await?.order;
        let mut paid = situation(&mut tx, order).await?;
        if paid.next_step(now) != Step::ConfirmPaid {
            return Ok(());
        }
        let order = &mut paid.order;
        let to = order.status.after(OrderCommand::Confirm, order.goods())?;
        record::confirm(&mut tx, order, now, &self.database.clock).await?;
        // Another payment that waited for the same goods has not been sent.
        sqlx::query!(
            "update payments set state = 'declined', token = null, ask_at = null, updated_at = $2
             where order_id = $1 and state = 'started'",
            id as OrderId,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let change = Change {
            to,
            name: "confirmed",
            reason: None,
            events: Vec::new(),
            detail: Value::Null,
            due: Due::Now,
        };
        write::write(&mut tx, &caller, now, order, change).await?;
        commit!(tx, "confirm_paid");
        self.database.feed.committed_and_due();
        Ok(())
    }
}

/// Asks for a person once a service has been called in vain for so long.
async fn warn_of_patience(
    conn: &mut PgConnection,
    order: OrderId,
    holding: &Holding,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    if holding.tries != PATIENCE {
        return Ok(());
    }
    let why = format!(
        "The {} service gives no end of a reservation.",
        holding.service
    );
    attention(conn, order, &why, now).await
}

/// How long a call that was sent may still arrive.
pub(super) const LONGEST_CALL: Duration = Duration::minutes(1);
