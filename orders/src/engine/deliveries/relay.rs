//! The relay: the one process that passes the outbox on, in the order of each order's events.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;

use super::{CHANNEL, Deliveries};
use crate::{
    domain::{EventType, MailKind, OrderId, OrderState},
    engine::{Nudge, OrderError},
};

/// How many events one transaction passes on.
const BATCH: i64 = 600;
/// A notification holds 8,000 bytes; a nudge takes some 110.
const NUDGES_TOGETHER: usize = 60;
/// How long after it was placed a customer is told that their order waits for its money: most have paid by then.
const TIME_TO_PAY: Duration = Duration::minutes(2);

impl Deliveries {
    /// Tells every server of the events that are waiting, plans their deliveries, and counts the orders that they tell
    /// of, if no other process is at it.
    /// Returns how many events there were.
    ///
    /// # Errors
    /// The database failed; nothing is marked as told, and no delivery planned then.
    pub async fn relay(&self) -> Result<usize, OrderError> {
        // A look is cheaper than a lease, and mostly there is nothing.
        let waiting = sqlx::query_scalar!(
            r#"select exists (select 1 from outbox where relayed_at is null) as "waiting!""#
        )
        .fetch_one(&self.database.pool)
        .await?;
        if !waiting {
            return Ok(0);
        }
        let Some(fence) = self.lease().await? else {
            return Ok(0);
        };
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        // A relay that was cut off for too long finds its fencing number outdated, and tells nothing.
        let mut told = sqlx::query!(
            r#"with told as (
                update outbox set relayed_at = $1
                where id in (select id from outbox where relayed_at is null order by id limit $2)
                    and exists (select 1 from leases where name = 'relay' and fence = $3)
                returning id, event_id, order_id, sequence, type, data, at
            ), delivered as (
                insert into deliveries (
                    target, endpoint_id, event_id, order_id, sequence, type, data, at, next_at, created_at
                )
                select 'webhook', endpoint.id, event_id, order_id, sequence, type, data, at, $1, $1
                from webhook_endpoints endpoint, told
                where disabled_because is null and (event_types = '{}' or type = any(event_types))
                order by told.id
                on conflict do nothing
            ), counted as (
                insert into order_counts (customer_id, state, count)
                select whose.customer_id, moved.state, sum(moved.change)
                from told
                join orders on orders.id = told.order_id
                cross join lateral order_count_changes(type, data) as moved
                cross join lateral (
                    select null::uuid as customer_id
                    union all select orders.customer_id where orders.customer_id is not null
                ) as whose
                group by whose.customer_id, moved.state
                having sum(moved.change) <> 0
                on conflict (customer_id, state) do update set count = order_counts.count + excluded.count
            )
            select id, order_id as "order_id: OrderId", sequence, type as "event_type: EventType",
                data ->> 'status' as status
            from told"#,
            now,
            BATCH,
            fence,
        )
        .fetch_all(&mut *tx)
        .await?;
        told.sort_by_key(|it| (it.order_id, it.sequence));
        if self.writes_mail {
            let wanted = told.iter().filter_map(|it| {
                let status = OrderState::read(it.status.as_deref()?)?;
                Some((it.id, MailKind::of(it.event_type, status)?))
            });
            plan_mails(&mut tx, wanted, now).await?;
        }
        let nudges: Vec<_> = told
            .iter()
            .map(|it| Nudge {
                event_type: it.event_type,
                order_id: it.order_id,
                sequence: it.sequence,
            })
            .collect();
        let payloads: Vec<String> = nudges
            .chunks(NUDGES_TOGETHER)
            .map(|it| serde_json::to_string(it).unwrap_or_default())
            .collect();
        sqlx::query!(
            r#"select pg_notify($1, payload) as "sent: ()" from unnest($2::text[]) as payload"#,
            CHANNEL,
            &payloads,
        )
        .fetch_all(&mut *tx)
        .await?;
        commit!(tx, "relay");
        for event in &told {
            let moves = matches!(
                event.event_type,
                EventType::Created | EventType::StatusChanged
            );
            let state = event.status.as_deref().and_then(OrderState::read);
            if let Some(state) = state.filter(|_| moves) {
                self.database.observer.reached(state);
            }
        }
        if nudges.is_empty() {
            self.lease.forget();
        }
        Ok(nudges.len())
    }

    /// The right to relay, as a number that grows with every change of hands. It is taken anew when half of its time
    /// is over, not for every batch.
    async fn lease(&self) -> Result<Option<i64>, OrderError> {
        let now = self.database.clock.now();
        if let Some(fence) = self.lease.fence_at(now) {
            return Ok(Some(fence));
        }
        let fence = sqlx::query_scalar!(
            "insert into leases (name, holder, held_until) values ('relay', $1, $2)
             on conflict (name) do update set holder = $1, held_until = $2,
                fence = leases.fence + (leases.holder <> $1)::integer
             where leases.holder = $1 or leases.held_until < $3
             returning fence",
            self.holder,
            now + LEASE,
            now,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        if let Some(fence) = fence {
            self.lease.keep(fence, now + LEASE / 2);
        }
        Ok(fence)
    }
}

/// Plans the mails that events call for, by the events' ids. Whoever left no address is not written to.
async fn plan_mails(
    conn: &mut PgConnection,
    wanted: impl Iterator<Item = (i64, MailKind)>,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    let (events, kinds): (Vec<_>, Vec<_>) = wanted
        .map(|(event, kind)| (event, kind.to_string()))
        .unzip();
    if events.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into deliveries (target, mail, event_id, order_id, sequence, type, data, at, next_at, created_at)
        select 'mail', wanted.mail, event_id, order_id, sequence, type, data, at,
            case when wanted.mail = 'received' then $4::timestamptz else $3 end, $3
        from unnest($1::bigint[], $2::text[]) as wanted(id, mail)
        join outbox on outbox.id = wanted.id
        join orders on orders.id = order_id
        where email is not null
        order by outbox.id
        on conflict do nothing",
        &events,
        &kinds,
        now,
        now + TIME_TO_PAY,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How long another process waits for one that is silent.
const LEASE: Duration = Duration::seconds(10);

/// The lease as this process remembers it. What counts is the row: a number that is outdated does nothing.
#[derive(Clone, Default)]
pub(super) struct RememberedLease(Arc<Mutex<Option<Held>>>);

struct Held {
    fence: i64,
    until: DateTime<Utc>,
}

impl RememberedLease {
    fn fence_at(&self, now: DateTime<Utc>) -> Option<i64> {
        let held = self.lock();
        let held = held.as_ref()?;
        (now < held.until).then_some(held.fence)
    }

    fn keep(&self, fence: i64, until: DateTime<Utc>) {
        *self.lock() = Some(Held { fence, until });
    }

    fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
