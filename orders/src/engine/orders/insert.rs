//! The one statement that writes a new order.

use sqlx::{PgConnection, types::Json};

use super::{
    IdempotencyKey,
    draft::{Draft, Line},
    idempotency,
};
use crate::{
    domain::{Caller, CustomerId, Order, OrderId, Refusal, Shortage},
    engine::OrderError,
};

/// What came of it.
pub(super) enum Outcome {
    /// The order is written, its stock held.
    Placed(Box<Order>),
    /// Nothing was written: a request with the same key made this order.
    Before(OrderId),
    /// Nothing was written: the catalogue is not the one that the order was priced by.
    Outdated,
}

/// Holds the stock and writes key, order, lines and event: all of it, or nothing. The trigger adds the history.
///
/// Stock is locked by SKU, so that two orders never wait for each other in a circle. A twin with the same key waits at the
/// stock, or at the key, until the first is through.
///
/// # Errors
/// [`Refusal::OutOfStock`], with everything that is short; [`Refusal::KeyReused`]. Then nothing was written.
pub(super) async fn insert(
    conn: &mut PgConnection,
    caller: &Caller,
    draft: &Draft<'_>,
    key: Option<&IdempotencyKey>,
) -> Result<Outcome, OrderError> {
    let Draft {
        id,
        new,
        customer,
        pricing,
        lines,
        ..
    } = draft;
    let text = |of: fn(&Line) -> &str| lines.iter().map(|it| of(it).to_owned()).collect::<Vec<_>>();
    let quantities: Vec<i32> = lines
        .iter()
        .map(|it| i32::try_from(it.quantity).unwrap_or(i32::MAX))
        .collect();
    let row = sqlx::query!(
        r#"with asked as (
            select sku, quantity from unnest($20::text[], $22::integer[]) as it(sku, quantity)
        ), locked as materialized (
            select stock.sku, on_hand - reserved as available, asked.quantity
            from stock join asked using (sku) order by stock.sku for update of stock
        ), verdict as (
            select (select revision from catalogue_revision) = $33 and count(*) = cardinality($20::text[]) as is_current,
                coalesce(bool_and(available >= quantity), false) as is_in_stock
            from locked
        ), claimed as (
            insert into idempotency_keys (scope, key, fingerprint, order_id, created_at)
            select $34, $35, $36, $1, $30 from verdict where is_current and is_in_stock and $34::text is not null
            on conflict do nothing
            returning 1
        ), go as (
            select from verdict
            where is_current and is_in_stock and ($34::text is null or exists (select 1 from claimed))
        ), held as (
            update stock set reserved = reserved + locked.quantity
            from locked where stock.sku = locked.sku and exists (select 1 from go)
        ), placed as (
            insert into orders (
                id, number, state, storefront, currency, customer_id, external_ref, email, name, phone,
                shipping_address, billing_address, subtotal_minor, discount_minor, shipping_minor, tax_minor,
                total_minor, explanation, note, search, expires_at, due_at, event_sequence, created_at, updated_at,
                last_change, last_actor, last_request_id
            )
            select $1, number, 'pending', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                array_to_tsvector($18::text[] || number::text), $19, $19, 1, $30, $30, 'placed', $31, $32
            from (select nextval('order_numbers') as number from go) as numbered
            returning number
        ), line as (
            insert into order_lines (
                order_id, line, sku, product_ref, quantity, title, unit_price_minor, tax_minor, total_minor,
                seat_id, seat_code, ships, claim
            )
            select $1, line, sku, product, quantity, title, unit_price, tax, total, seat_id, seat_code, ships, 'held'
            from unnest(
                $20::text[], $21::text[], $22::integer[], $23::text[], $24::bigint[], $25::bigint[], $26::bigint[],
                $27::integer[], $28::text[], $29::boolean[]
            ) with ordinality as it(
                sku, product, quantity, title, unit_price, tax, total, seat_id, seat_code, ships, line
            )
            where exists (select 1 from placed)
        ), told as (
            insert into outbox (order_id, sequence, type, data, at)
            select $1, 1, 'order.created', jsonb_build_object(
                'sequence', 1, 'number', number, 'status', 'pending', 'total_minor', $15::bigint, 'currency', $3::text
            ), $30 from placed
        )
        select is_current as "is_current!", is_in_stock as "is_in_stock!", (select number from placed) as number,
            array(select sku from locked where available < quantity order by sku) as "short_skus!",
            array(select available from locked where available < quantity order by sku) as "short_of!"
        from verdict"#,
        *id as OrderId,
        draft.storefront,
        pricing.currency.code(),
        customer.id as Option<CustomerId>,
        customer.external_ref,
        customer.email,
        customer.name,
        customer.phone,
        new.shipping_address.as_ref().map(Json) as _,
        new.billing_address.as_ref().map(Json) as _,
        pricing.subtotal_minor,
        pricing.discount_minor,
        pricing.shipping_minor,
        pricing.tax_minor,
        pricing.total_minor,
        Json(&pricing.explanation) as _,
        new.note,
        &draft.search_words(),
        draft.expires_at,
        &text(|it| &it.offer.sku),
        &text(|it| &it.offer.product),
        &quantities,
        &text(|it| &it.offer.title),
        &lines.iter().map(|it| it.offer.unit_price_minor).collect::<Vec<_>>(),
        &pricing.lines.iter().map(|it| it.tax_minor).collect::<Vec<_>>(),
        &pricing.lines.iter().map(|it| it.total_minor).collect::<Vec<_>>(),
        &lines.iter().map(|it| it.offer.seat.as_ref().map(|it| it.seat_id)).collect::<Vec<_>>() as _,
        &lines.iter().map(|it| it.offer.seat.as_ref().map(|it| it.seat_code.clone())).collect::<Vec<_>>() as _,
        &lines.iter().map(|it| it.offer.ships).collect::<Vec<_>>(),
        draft.now,
        caller.actor(),
        caller.request_id,
        draft.revision,
        key.map(IdempotencyKey::scope),
        key.map(IdempotencyKey::name),
        key.map(IdempotencyKey::fingerprint),
    )
    .fetch_one(&mut *conn)
    .await?;
    if let Some(number) = row.number {
        return Ok(Outcome::Placed(Box::new(draft.order(number))));
    }
    // A twin's order comes before whatever stands against this one.
    if let Some(key) = key
        && let Some(earlier) = idempotency::find(conn, key).await?
    {
        return Ok(Outcome::Before(earlier));
    }
    if !row.is_current {
        return Ok(Outcome::Outdated);
    }
    if row.is_in_stock {
        // The twin that had the key gave up between the two statements.
        return Err(OrderError::Busy);
    }
    let short = row.short_skus.into_iter().zip(row.short_of);
    let short = short
        .filter_map(|(sku, available)| shortage(lines, sku, available))
        .collect();
    Err(Refusal::OutOfStock(short).into())
}

fn shortage(lines: &[Line], sku: String, available: i32) -> Option<Shortage> {
    let line = lines.iter().find(|it| it.offer.sku == sku)?;
    Some(Shortage {
        sku,
        title: line.offer.title.clone(),
        requested: line.quantity,
        available: u32::try_from(available).unwrap_or(0),
    })
}
