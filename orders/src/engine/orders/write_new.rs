//! Writing new orders: several together, or one, in two statements of a transaction.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;

use super::{
    AnsweredAs, IdempotencyKey,
    admission::{Admission, Ground, admit},
    columns::{LineColumns, OrderColumns, taken},
    draft::{Draft, SEPARATOR},
};
use crate::{
    domain::{Order, OrderId, Refusal},
    engine::OrderError,
};

/// What came of a draft.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The order is written, its stock held.
    Placed(Box<Order>),
    /// Nothing was written: a request with the same key was first.
    Repeated,
    /// Nothing was written: the catalogue is not the one that the order was priced by.
    Outdated,
    /// Nothing was written: something is short.
    Refused(Refusal),
}

/// Writes those of the drafts that can be had, in the transaction of `conn`, and says what came of each.
pub(super) async fn write_new(
    conn: &mut PgConnection,
    drafts: &[&Draft],
) -> Result<Vec<Outcome>, OrderError> {
    let ground = claim(conn, drafts).await?;
    let revision = ground.revision;
    let admissions = admit(drafts.iter().copied(), ground);
    let (admitted, others): (Vec<_>, Vec<_>) = drafts
        .iter()
        .copied()
        .zip(&admissions)
        .partition(|(_, it)| **it == Admission::Admitted);
    let admitted: Vec<&Draft> = admitted.into_iter().map(|(it, _)| it).collect();
    let numbers = if admitted.is_empty() {
        HashMap::new()
    } else {
        insert(conn, &admitted, revision).await?
    };
    let refused = others
        .into_iter()
        .filter(|(_, it)| **it != Admission::Repeated)
        .map(|(draft, _)| draft);
    let unwritten = admitted.into_iter().filter(|_| numbers.is_empty());
    let unused: Vec<_> = refused
        .chain(unwritten)
        .filter_map(|it| it.key.as_ref())
        .collect();
    if !unused.is_empty() {
        forget(conn, &unused).await?;
    }
    let outcome = |(draft, admission): (&&Draft, Admission)| match admission {
        // The catalogue changed while the stock was waited for.
        Admission::Admitted if numbers.is_empty() => Ok(Outcome::Outdated),
        Admission::Admitted => numbers
            .get(&draft.id)
            .map(|number| Outcome::Placed(Box::new(draft.order(*number))))
            .ok_or_else(|| OrderError::Task("an order was not written".to_owned())),
        Admission::Repeated => Ok(Outcome::Repeated),
        Admission::Outdated => Ok(Outcome::Outdated),
        Admission::Refused(refusal) => Ok(Outcome::Refused(refusal)),
    };
    drafts.iter().zip(admissions).map(outcome).collect()
}

/// Claims the keys, then locks the stock, each in an order of its own, so that two transactions never wait for each
/// other in a circle. A twin that is under way is waited for at its key.
async fn claim(conn: &mut PgConnection, drafts: &[&Draft]) -> Result<Ground, OrderError> {
    let mut keyed: Vec<(&IdempotencyKey, &Draft)> = drafts
        .iter()
        .filter_map(|draft| Some((draft.key.as_ref()?, *draft)))
        .collect();
    keyed.sort_by_key(|(key, _)| (key.scope(), key.name()));
    let of_key = |part: fn(&IdempotencyKey) -> &str| {
        keyed
            .iter()
            .map(|(key, _)| part(key).to_owned())
            .collect::<Vec<_>>()
    };
    let fingerprints: Vec<_> = keyed
        .iter()
        .map(|(key, _)| key.fingerprint().to_vec())
        .collect();
    let mut skus: Vec<String> = drafts
        .iter()
        .flat_map(|it| &it.lines)
        .map(|it| it.offer.sku.clone())
        .collect();
    skus.sort();
    skus.dedup();
    let found = sqlx::query!(
        r#"with claimed as (
            insert into idempotency_keys (scope, key, fingerprint, order_id, created_at, status)
            select scope, key, fingerprint, order_id, now, case when is_answered then 201 end
            from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::timestamptz[], $7::boolean[])
                as it(scope, key, fingerprint, order_id, now, is_answered)
            on conflict do nothing
            returning order_id
        ), locked as materialized (
            select sku, on_hand - reserved as available from stock
            where sku = any($6) and (select count(*) from claimed) >= 0
            order by sku for update
        )
        select (select revision from catalogue_revision) as "revision!",
            array(select order_id from claimed) as "claimed!",
            array_agg(sku) as skus, array_agg(available) as available
        from locked"#,
        &of_key(IdempotencyKey::scope),
        &of_key(IdempotencyKey::name),
        &fingerprints,
        &keyed.iter().map(|(_, it)| it.id.0).collect::<Vec<_>>(),
        &keyed.iter().map(|(_, it)| it.now).collect::<Vec<_>>(),
        &skus,
        &keyed.iter().map(|(_, it)| it.answered_as == AnsweredAs::Placed).collect::<Vec<_>>(),
    )
    .fetch_one(conn)
    .await?;
    let available = found
        .available
        .unwrap_or_default()
        .into_iter()
        .map(i64::from);
    Ok(Ground {
        revision: found.revision,
        claimed: found
            .claimed
            .into_iter()
            .map(OrderId)
            .collect::<HashSet<_>>(),
        available: found
            .skus
            .unwrap_or_default()
            .into_iter()
            .zip(available)
            .collect(),
    })
}

/// Takes back the claims on keys of orders that are not written after all.
async fn forget(conn: &mut PgConnection, keys: &[&IdempotencyKey]) -> Result<(), OrderError> {
    let text = |part: fn(&IdempotencyKey) -> &str| {
        keys.iter()
            .map(|it| part(it).to_owned())
            .collect::<Vec<_>>()
    };
    sqlx::query!(
        "delete from idempotency_keys where (scope, key) in (select * from unnest($1::text[], $2::text[]))",
        &text(IdempotencyKey::scope),
        &text(IdempotencyKey::name),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Holds the stock, which is locked, and writes orders, lines, history and events in one statement. Returns the orders'
/// numbers: none, and nothing is written, where the catalogue has another revision by now. The statement that waited for
/// the stock still saw the one from before it waited.
async fn insert(
    conn: &mut PgConnection,
    drafts: &[&Draft],
    revision: i64,
) -> Result<HashMap<OrderId, i64>, OrderError> {
    let (skus, quantities) = taken(drafts);
    let orders = OrderColumns::of(drafts);
    let lines = LineColumns::of(drafts);
    let written = sqlx::query!(
        r#"with is_current as materialized (
            select from catalogue_revision where revision = $43
        ), held as (
            update stock set reserved = reserved + ($2::integer[])[array_position($1::text[], sku)]
            where sku = any($1::text[]) and exists (select from is_current)
        ), placed as (
            insert into orders (
                id, number, state, storefront, currency, customer_id, external_ref, email, name, phone,
                shipping_address, billing_address, subtotal_minor, discount_minor, shipping_minor, tax_minor,
                total_minor, explanation, note, search, expires_at, due_at, event_sequence, created_at, updated_at,
                last_change, last_actor, last_request_id, language, shipping_method, discount_code
            )
            select id, number, 'pending', storefront, currency, customer_id, external_ref, email, name, phone,
                shipping_address, billing_address, subtotal, discount, shipping, tax, total, explanation, note,
                array_to_tsvector(string_to_array(words || $25 || number::text, $25)), expires_at, expires_at, 1, now, now,
                'placed', actor, request_id, language, shipping_method, discount_code
            from (
                select nextval('order_numbers') as number, it.*
                from unnest(
                    $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[],
                    $11::jsonb[], $12::jsonb[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
                    $18::jsonb[], $19::text[], $20::text[], $21::timestamptz[], $22::timestamptz[], $23::text[], $24::text[],
                    $38::text[], $39::jsonb[], $40::text[]
                ) as it(
                    id, storefront, currency, customer_id, external_ref, email, name, phone, shipping_address,
                    billing_address, subtotal, discount, shipping, tax, total, explanation, note, words, expires_at, now,
                    actor, request_id, language, shipping_method, discount_code
                )
            ) as new where exists (select from is_current)
            returning id, number, total_minor, currency, created_at, last_actor, last_request_id
        ), line as (
            insert into order_lines (
                order_id, line, sku, product_ref, quantity, title, unit_price_minor, tax_minor, total_minor,
                seat_id, seat_code, ships, discount_minor, shipping_minor, claim
            )
            select *, 'held' from unnest(
                $26::uuid[], $27::integer[], $28::text[], $29::text[], $30::integer[], $31::text[], $32::bigint[],
                $33::bigint[], $34::bigint[], $35::integer[], $36::text[], $37::boolean[], $41::bigint[], $42::bigint[]
            ) where exists (select from is_current)
        ), history as (
            insert into order_history (order_id, version, to_state, change, actor, request_id, at)
            select id, 1, 'pending', 'placed', last_actor, last_request_id, created_at from placed
        ), told as (
            insert into outbox (order_id, sequence, type, data, at)
            select id, 1, 'order.created', jsonb_build_object(
                'sequence', 1, 'number', number, 'status', 'pending', 'total_minor', total_minor, 'currency', currency
            ), created_at from placed
        )
        select id as "id: OrderId", number from placed"#,
        &skus,
        &quantities,
        &orders.ids,
        &orders.storefronts,
        &orders.currencies,
        &orders.customers as _,
        &orders.external_refs as _,
        &orders.emails as _,
        &orders.names as _,
        &orders.phones as _,
        &orders.shipping_addresses as _,
        &orders.billing_addresses as _,
        &orders.subtotals,
        &orders.discounts,
        &orders.shippings,
        &orders.taxes,
        &orders.totals,
        &orders.explanations as _,
        &orders.notes as _,
        &orders.words,
        &orders.expiries as _,
        &orders.times,
        &orders.actors,
        &orders.request_ids,
        SEPARATOR.to_string(),
        &lines.orders,
        &lines.numbers,
        &lines.skus,
        &lines.products,
        &lines.quantities,
        &lines.titles,
        &lines.unit_prices,
        &lines.taxes,
        &lines.totals,
        &lines.seat_ids as _,
        &lines.seat_codes as _,
        &lines.ships,
        &orders.languages,
        &orders.shipping_methods as _,
        &orders.discount_codes as _,
        &lines.discounts,
        &lines.shippings,
        revision,
    )
    .fetch_all(conn)
    .await?;
    Ok(written.into_iter().map(|it| (it.id, it.number)).collect())
}
