//! The one statement that changes an order: new version, history (by trigger) and events, together. No change goes
//! untold: one that has no event of its own is an update.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use super::discount;
use crate::{
    domain::{Caller, EventType, Order, OrderId, OrderState},
    engine::OrderError,
};

/// What is about to become of an order.
pub(super) struct Change<'a> {
    /// The state afterwards.
    pub(super) to: OrderState,
    /// What history calls it.
    pub(super) name: &'a str,
    /// Why, if somebody said so.
    pub(super) reason: Option<&'a str>,
    /// What others are told, besides a change of state.
    pub(super) events: Vec<EventType>,
    /// What those events say besides.
    pub(super) detail: Value,
    /// When `advance` looks at the order next.
    pub(super) due: Due,
}

/// When `advance` looks at an order next.
#[derive(Clone, Copy)]
pub(super) enum Due {
    /// At once.
    Now,
    /// When it was going to anyway.
    AsBefore,
}

/// Writes `change` on `order`, which the caller has locked, and brings `order` along.
pub(super) async fn write(
    conn: &mut PgConnection,
    caller: &Caller,
    now: DateTime<Utc>,
    order: &mut Order,
    change: Change<'_>,
) -> Result<(), OrderError> {
    let mut events = Vec::new();
    if change.to != order.status {
        events.push(EventType::StatusChanged);
    }
    events.extend(change.events);
    if events.is_empty() {
        events.push(EventType::Updated);
    }
    let types: Vec<String> = events.iter().map(|it| it.as_str().to_owned()).collect();
    let detail = if change.detail.is_null() {
        Value::Object(serde_json::Map::new())
    } else {
        change.detail
    };
    sqlx::query!(
        r#"with changed as (
            update orders set state = $2, version = version + 1, updated_at = $3,
                event_sequence = event_sequence + cardinality($4::text[]),
                due_at = case when $5 then $3 else due_at end,
                last_change = $6, last_actor = $7, last_reason = $8, last_request_id = $9
            where id = $1
            returning number, event_sequence, total_minor, currency, case
                when archived_at is null then '{}'::jsonb else '{"archived": true}'
            end as archived
        )
        insert into outbox (order_id, sequence, type, data, at)
        select $1, changed.event_sequence - cardinality($4::text[]) + told.place, told.type,
            jsonb_build_object(
                'sequence', changed.event_sequence - cardinality($4::text[]) + told.place,
                'number', changed.number, 'status', $2, 'previous_status', $10::text,
                'total_minor', changed.total_minor, 'currency', changed.currency
            ) || archived || $11::jsonb,
            $3
        from changed, unnest($4::text[]) with ordinality as told(type, place)"#,
        order.id as OrderId,
        change.to.as_str(),
        now,
        &types,
        matches!(change.due, Due::Now),
        change.name,
        caller.actor(),
        change.reason,
        caller.request_id,
        order.status.as_str(),
        detail,
    )
    .execute(&mut *conn)
    .await?;
    let stops = matches!(change.to, OrderState::Cancelled | OrderState::Failed);
    if let Some(code) = order.discount_code.as_deref().filter(|_| stops) {
        discount::give_back(conn, order.id, code, now).await?;
    }
    order.status = change.to;
    order.version += 1;
    order.updated_at = now;
    Ok(())
}

/// Tells of something that is no change of the order itself, such as a note beside it.
pub(super) async fn tell_update(
    conn: &mut PgConnection,
    id: OrderId,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "with changed as (
            update orders set event_sequence = event_sequence + 1 where id = $1
            returning number, state, event_sequence, total_minor, currency
        )
        insert into outbox (order_id, sequence, type, data, at)
        select $1, event_sequence, $2, jsonb_build_object(
            'sequence', event_sequence, 'number', number, 'status', state, 'previous_status', state,
            'total_minor', total_minor, 'currency', currency
        ), $3
        from changed",
        id as OrderId,
        EventType::Updated.as_str(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
