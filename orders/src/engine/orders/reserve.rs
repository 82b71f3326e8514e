//! What services outside hold for an order. The intent is committed with the change that makes it needed; `advance`
//! calls the service outside any transaction and writes down what came of it.

use chrono::Duration;
use derive_more::Display;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    Orders, read, record,
    step::{PATIENCE, Situation, Step, pause, situation},
    stock,
    write::{self, Change, Due},
};
use crate::{
    domain::{
        Caller, EventType, Order, OrderCommand, OrderId, OrderLine, OrderState, Refusal, Shortage,
    },
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
    pub(super) try_at: Option<chrono::DateTime<chrono::Utc>>,
    pub(super) in_doubt_until: Option<chrono::DateTime<chrono::Utc>>,
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

/// What a service was short of when the order was to be held last.
async fn shortages(conn: &mut PgConnection, order: &Order) -> Result<Vec<Shortage>, OrderError> {
    let short = sqlx::query_scalar!(
        r#"select short as "short!: Json<Vec<Missing>>" from remote_reservations
        where order_id = $1 and short is not null"#,
        order.id as OrderId,
    )
    .fetch_all(conn)
    .await?;
    let shortage = |missing: Missing| {
        let line = order.items.iter().find(|it| it.sku == missing.sku);
        line.map(|line| Shortage {
            sku: missing.sku,
            title: line.title.clone(),
            requested: line.quantity,
            available: missing.available,
        })
    };
    Ok(short
        .into_iter()
        .flat_map(|it| it.0)
        .filter_map(shortage)
        .collect())
}

impl Orders {
    /// # Errors
    /// [`Refusal::OutOfStock`] when the order could not be paid because a service outside is short of something.
    pub(super) async fn refuse_if_short(&self, order: &Order) -> Result<(), OrderError> {
        let may_be = matches!(order.status, OrderState::Failed | OrderState::PaymentFailed);
        if !may_be || !self.reservations.any() {
            return Ok(());
        }
        let mut conn = self.database.pool.acquire().await?;
        let short = shortages(&mut conn, order).await?;
        if short.is_empty() {
            Ok(())
        } else {
            Err(Refusal::OutOfStock(short).into())
        }
    }

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
                service.reserve(holding.id, order.id, &lines, request).await
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
        self.note_holding(fence, holding, state, is_settled, short)
            .await?;
        if !order.status.is_unpaid() && matches!(answer, Reserved::Short(_)) {
            let why = format!(
                "The {} service does not have what was sold.",
                holding.service
            );
            self.ask_for_attention(order.id, &why).await?;
        }
        self.warn_of_patience(order.id, holding, is_settled).await
    }

    /// Tells the service that what it holds is sold.
    pub(super) async fn confirm_holding(
        &self,
        situation: &Situation,
        fence: i64,
        holding: &Holding,
    ) -> Result<(), OrderError> {
        let answer = match self.reservations.service(holding.service) {
            Some(service) => service.confirm(holding.id, &situation.request_id).await,
            None => Settled::Unknown,
        };
        let (state, is_settled) = match answer {
            Settled::Done => (HoldingState::Confirmed, true),
            // It has forgotten: it is asked to hold it again.
            Settled::NotFound => (HoldingState::Wanted, false),
            Settled::Unknown => (HoldingState::Held, false),
        };
        self.note_holding(fence, holding, state, is_settled, None)
            .await?;
        self.warn_of_patience(situation.order.id, holding, is_settled)
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
            Some(service) => service.release(holding.id, &situation.request_id).await,
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
        .execute(&self.database.pool)
        .await?;
        self.warn_of_patience(situation.order.id, holding, is_back)
            .await
    }

    /// Writes down how far the holding is, unless somebody else did meanwhile.
    async fn note_holding(
        &self,
        fence: i64,
        holding: &Holding,
        state: HoldingState,
        is_settled: bool,
        short: Option<Json<&Vec<Missing>>>,
    ) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        let try_at = (!is_settled).then(|| now + pause(holding.tries));
        // A service that forgets again and again is one that gives no end of it: its tries are not begun anew.
        sqlx::query!(
            "update remote_reservations set state = $3, short = $4, tries = tries + $5, try_at = $6, updated_at = $7
             where id = $1 and state = $8
                and exists (select 1 from orders where id = order_id and lease_fence = $2)",
            holding.id,
            fence,
            state.to_string(),
            short as Option<Json<&Vec<Missing>>>,
            i32::from(!is_settled),
            try_at,
            now,
            holding.state.to_string(),
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    async fn warn_of_patience(
        &self,
        order: OrderId,
        holding: &Holding,
        is_settled: bool,
    ) -> Result<(), OrderError> {
        if is_settled || holding.tries != PATIENCE {
            return Ok(());
        }
        let why = format!(
            "The {} service gives no end of a reservation.",
            holding.service
        );
        self.ask_for_attention(order, &why).await
    }

    /// Undoes what was begun for an order that a service is short of: everything goes back, a payment that waited for
    /// it is not sent. An order that was never held ends as failed; one that was may be tried again.
    pub(super) async fn run_short(&self, id: OrderId) -> Result<(), OrderError> {
        let caller = Caller::system("advance");
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let order = read::lock(&mut tx, id).await?.order;
        let mut short = situation(&mut tx, &self.reservations, order).await?;
        if short.next_step(now) != Step::RunShort {
            return Ok(());
        }
        let order = &mut short.order;
        let is_first = order.payments.len() <= 1 && order.captured_minor() == 0;
        stock::give_back(&mut tx, id, now).await?;
        let withdrawn = order.status.after(OrderCommand::FailPayment, order.goods());
        let change = |to, name, events| Change {
            to,
            name,
            reason: Some("out of stock"),
            events,
            detail: Value::Null,
            due: Due::Now,
        };
        if let Ok(to) = withdrawn {
            let events = vec![EventType::PaymentFailed];
            let withdrawal = change(to, "payment_withdrawn", events);
            write::write(&mut tx, &caller, now, order, withdrawal).await?;
        }
        if is_first {
            let to = order.status.after(OrderCommand::Fail, order.goods())?;
            let failure = change(to, "failed", Vec::new());
            write::write(&mut tx, &caller, now, order, failure).await?;
        } else if withdrawn.is_err() {
            let release = change(order.status, "reservation_refused", Vec::new());
            write::write(&mut tx, &caller, now, order, release).await?;
        }
        tx.commit().await?;
        self.database.feed.committed_and_due();
        Ok(())
    }

    /// Confirms an order whose money came before everything was held again.
    pub(super) async fn confirm_paid(&self, id: OrderId) -> Result<(), OrderError> {
        let caller = Caller::system("advance");
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let order = read::lock(&mut tx, id).await?.order;
        let mut paid = situation(&mut tx, &self.reservations, order).await?;
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
        tx.commit().await?;
        self.database.feed.committed_and_due();
        Ok(())
    }
}

/// How long a call that was sent may still arrive.
pub(super) const LONGEST_CALL: Duration = Duration::minutes(1);
