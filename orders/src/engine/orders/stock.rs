//! The claims of an order's lines on stock. A claim and its stock move in one statement, rows locked by SKU,
//! so that neither can be counted twice and nobody deadlocks.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{remote_returns, reserve::LONGEST_CALL};
use crate::{
    domain::{LineQuantity, Order, OrderId, Refusal, SeatRef, Shortage},
    engine::{Clock, OrderError},
};

/// Takes what the order holds: it leaves the shelf for good.
pub(super) async fn take(conn: &mut PgConnection, order: OrderId) -> Result<(), OrderError> {
    sqlx::query!(
        "with claims as (
            update order_lines set claim = 'taken' where order_id = $1 and claim = 'held' returning sku, quantity
        ), sums as (
            select sku, sum(quantity)::integer as quantity from claims group by sku
        ), locked as materialized (
            select sku, sums.quantity from stock join sums using (sku) order by sku for update of stock
        )
        update stock set on_hand = on_hand - locked.quantity, reserved = reserved - locked.quantity
        from locked where stock.sku = locked.sku",
        order as OrderId,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives back what the order holds or has taken, here and outside, and revokes its tickets. A payment that still waited
/// for its goods was never sent: it is withdrawn. What was held or refused a moment ago is in doubt too: an attempt that
/// was given up may arrive after its repeat was answered. What was refused needs nothing before that.
pub(super) async fn give_back(
    conn: &mut PgConnection,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "with before as (
            select line, sku, quantity - restocked as quantity, claim from order_lines where order_id = $1 and claim <> 'returned'
        ), claims as (
            update order_lines set claim = 'returned' where order_id = $1 and claim <> 'returned'
        ), sums as (
            select sku, coalesce(sum(quantity) filter (where claim = 'held'), 0)::integer as held,
                coalesce(sum(quantity) filter (where claim = 'taken'), 0)::integer as taken
            from before group by sku
        ), locked as materialized (
            select sku, sums.held, sums.taken from stock join sums using (sku) order by sku for update of stock
        )
        update stock set reserved = reserved - locked.held, on_hand = on_hand + locked.taken
        from locked where stock.sku = locked.sku",
        order as OrderId,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "with revoked as (
            update tickets set revoked_at = $2 where order_id = $1 and revoked_at is null
        ), released as (
            update remote_reservations set
                state = 'releasing',
                in_doubt_until = case when state in ('wanted', 'unknown') then $3::timestamptz
                    else updated_at + ($3::timestamptz - $2::timestamptz) end,
                tries = 0, updated_at = $2,
                try_at = case state when 'refused' then updated_at + ($3::timestamptz - $2::timestamptz) end
            where order_id = $1 and state not in ('releasing', 'released')
        ), void as (
            update remote_returns set state = 'void', updated_at = $2 where order_id = $1 and state = 'pending'
        )
        update payments set state = 'declined', token = null, ask_at = null, updated_at = $2
        where order_id = $1 and state = 'started' and exists (
            select 1 from remote_reservations where order_id = $1 and state in ('wanted', 'unknown', 'refused')
        )",
        order as OrderId,
        now,
        now + LONGEST_CALL,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is back on the shelf.
pub(super) struct PutBack {
    pub(super) items: Vec<LineQuantity>,
    /// Whether services outside have to be told.
    pub(super) is_to_be_told: bool,
}

/// Puts parts of what the order took back on the shelf, each once, and revokes the tickets of its seats.
///
/// # Errors
/// Somebody sits on the seat.
pub(super) async fn put_back(
    conn: &mut PgConnection,
    order: &Order,
    items: &[LineQuantity],
    clock: &Clock,
) -> Result<PutBack, OrderError> {
    let now = clock.now();
    let seats = items
        .iter()
        .filter_map(|it| order.line(it.line)?.seat.as_ref());
    let tickets =
        seats.filter_map(|seat| order.tickets.iter().find(|it| it.seat_id == seat.seat_id));
    if tickets.into_iter().any(|it| it.checked_in_at.is_some()) {
        return Err(Refusal::field("/restock", "would free a seat whose ticket was used").into());
    }
    let (lines, quantities) = columns(items);
    let back = sqlx::query!(
        r#"with back as (
            select line, sku, least(wanted.quantity, order_lines.quantity - restocked) as quantity
            from order_lines join unnest($2::integer[], $3::integer[]) as wanted(line, quantity) using (line)
            where order_id = $1 and claim = 'taken'
        ), noted as (
            update order_lines set restocked = restocked + back.quantity
            from back where order_id = $1 and order_lines.line = back.line
        ), revoked as (
            update tickets set revoked_at = $4
            from back where order_id = $1 and tickets.line = back.line and revoked_at is null
        ), sums as (
            select sku, sum(quantity)::integer as quantity from back group by sku
        ), locked as materialized (
            select sku, sums.quantity from stock join sums using (sku) order by sku for update of stock
        ), shelved as (
            update stock set on_hand = on_hand + locked.quantity from locked where stock.sku = locked.sku
        )
        select line, quantity as "quantity!" from back where quantity > 0 order by line"#,
        order.id as OrderId,
        &lines,
        &quantities,
        now,
    )
    .fetch_all(&mut *conn)
    .await?;
    let items: Vec<_> = back
        .into_iter()
        .map(|it| line_quantity(it.line, it.quantity))
        .collect();
    Ok(PutBack {
        is_to_be_told: remote_returns::want(conn, order, &items, clock).await?,
        items,
    })
}

/// Notes that no parcel will take these.
pub(super) async fn withdraw(
    conn: &mut PgConnection,
    order: OrderId,
    items: &[LineQuantity],
) -> Result<(), OrderError> {
    let (lines, quantities) = columns(items);
    sqlx::query!(
        "update order_lines set withdrawn = withdrawn + gone.quantity
        from unnest($2::integer[], $3::integer[]) as gone(line, quantity)
        where order_id = $1 and order_lines.line = gone.line",
        order as OrderId,
        &lines,
        &quantities,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The items as Postgres unnests them.
pub(super) fn columns(items: &[LineQuantity]) -> (Vec<i32>, Vec<i32>) {
    let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
    items
        .iter()
        .map(|it| (number(it.line), number(it.quantity)))
        .unzip()
}

/// An item as Postgres gives it.
pub(super) fn line_quantity(line: i32, quantity: i32) -> LineQuantity {
    let number = |it: i32| u32::try_from(it).unwrap_or(0);
    LineQuantity {
        line: number(line),
        quantity: number(quantity),
    }
}

/// Holds again what the order gave back.
///
/// # Errors
/// [`Refusal::OutOfStock`], with what is missing; then nothing is held.
pub(super) async fn hold_again(conn: &mut PgConnection, order: OrderId) -> Result<(), OrderError> {
    let wanted = sqlx::query!(
        r#"select stock.sku, on_hand - reserved as "available!", wanted.quantity as "quantity!", wanted.title as "title!",
            wanted.seat_id, wanted.seat_code
        from stock join (
            select sku, sum(quantity)::integer as quantity, min(title) as title, min(seat_id) as seat_id,
                min(seat_code) as seat_code
            from order_lines where order_id = $1 and claim = 'returned' group by sku
        ) wanted using (sku) order by stock.sku for update of stock"#,
        order as OrderId,
    )
    .fetch_all(&mut *conn)
    .await?;
    let short: Vec<Shortage> = wanted
        .into_iter()
        .filter(|it| it.available < it.quantity)
        .map(|it| Shortage {
            sku: it.sku,
            title: it.title,
            requested: u32::try_from(it.quantity).unwrap_or(0),
            available: u32::try_from(it.available).unwrap_or(0),
            seat: it
                .seat_id
                .zip(it.seat_code)
                .map(|(seat_id, seat_code)| SeatRef { seat_id, seat_code }),
        })
        .collect();
    if !short.is_empty() {
        return Err(Refusal::OutOfStock(short).into());
    }
    sqlx::query!(
        "with claims as (
            update order_lines set claim = 'held' where order_id = $1 and claim = 'returned' returning sku, quantity
        ), sums as (
            select sku, sum(quantity)::integer as quantity from claims group by sku
        )
        update stock set reserved = reserved + sums.quantity from sums where stock.sku = sums.sku",
        order as OrderId,
    )
    .execute(conn)
    .await?;
    Ok(())
}
