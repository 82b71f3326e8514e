//! The rows of seeded orders, written a batch at a time. What belongs to an order besides its lines follows from its
//! story, in the database.

use chrono::{DateTime, Duration, Utc};
use rand::seq::IndexedRandom;
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{Goods, story::Story};
use crate::{
    domain::{
        Storefront,
        pricing::{Item, Pricing},
    },
    engine::{OrderError, deliveries::forgotten_before},
};

const FIRST_NAMES: &[&str] = &[
    "Ada", "Alan", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Ken", "Radia", "Tony",
];
const LAST_NAMES: &[&str] = &[
    "Archer", "Baker", "Carter", "Draper", "Fletcher", "Mason", "Porter", "Sawyer", "Turner",
    "Weaver",
];
/// Cities with their state, postal code and country.
const PLACES: &[(&str, Option<&str>, &str, &str)] = &[
    ("Bath", None, "BA1 1AA", "GB"),
    ("Leith", None, "EH6 6QQ", "GB"),
    ("Lyon", None, "69001", "FR"),
    ("Bremen", None, "28195", "DE"),
    ("Portland", Some("OR"), "97201", "US"),
];

/// One order to be written.
pub(super) struct SeededOrder {
    pub(super) id: Uuid,
    pub(super) story: usize,
    pub(super) at: DateTime<Utc>,
    pub(super) goods: Vec<Goods>,
    pub(super) items: Vec<Item>,
    pub(super) pricing: Pricing,
}

/// Tells the planner how much there is now, before its own time.
pub(super) async fn count(conn: &mut PgConnection) -> Result<(), OrderError> {
    sqlx::query!(
        "analyze orders, order_lines, order_history, outbox, payments, payment_facts, refunds, shipments, shipment_items"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a batch with everything that belongs to it.
pub(super) async fn write(
    conn: &mut PgConnection,
    stories: &[Story],
    orders: &[SeededOrder],
    now: DateTime<Utc>,
    expiry: Duration,
) -> Result<(), OrderError> {
    insert_orders(conn, stories, orders, expiry).await?;
    insert_lines(conn, stories, orders).await?;
    let lived = Lived {
        ids: orders.iter().map(|it| it.id).collect(),
        stories: orders.iter().map(|it| place(it.story)).collect(),
        told: Json(stories),
    };
    insert_history(conn, &lived).await?;
    insert_events(conn, &lived, now).await?;
    insert_payments(conn, &lived, expiry).await?;
    insert_refunds(conn, &lived).await?;
    insert_shipments(conn, &lived).await?;
    count_orders(conn, &lived).await
}

/// Which order lived which story.
struct Lived<'a> {
    ids: Vec<Uuid>,
    stories: Vec<i32>,
    told: Json<&'a [Story]>,
}

fn place(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}

async fn insert_orders(
    conn: &mut PgConnection,
    stories: &[Story],
    orders: &[SeededOrder],
    expiry: Duration,
) -> Result<(), OrderError> {
    let rng = &mut rand::rng();
    let mut people = Vec::new();
    for order in orders {
        let first = FIRST_NAMES.choose(rng).copied().unwrap_or_default();
        let last = LAST_NAMES.choose(rng).copied().unwrap_or_default();
        let (city, state, postal_code, country) = PLACES.choose(rng).copied().unwrap_or_default();
        let street = format!("{} Post Lane", rand::random_range(1..200));
        people.push(json!({
            "name": format!("{first} {last}"),
            "email": format!("{first}.{last}{}@example.com", rand::random_range(1..5_000)).to_lowercase(),
            "address": {"street": street, "city": city, "state": state, "postal_code": postal_code, "country": country},
            "skus": order.goods.iter().map(|it| it.sku.to_lowercase()).collect::<Vec<_>>(),
        }));
    }
    let story = |it: &SeededOrder| &stories[it.story];
    let amount =
        |of: fn(&Pricing) -> i64| orders.iter().map(|it| of(&it.pricing)).collect::<Vec<_>>();
    sqlx::query!(
        r#"insert into orders (
            id, number, state, version, storefront, currency, email, name, shipping_address, subtotal_minor,
            discount_minor, shipping_minor, tax_minor, total_minor, explanation, search, expires_at, due_at,
            event_sequence, created_at, updated_at, last_change, last_actor, last_request_id
        )
        select id, number, state, version, $1, currency, person ->> 'email', person ->> 'name', person -> 'address',
            subtotal, discount, shipping, tax, total, explanation, array_to_tsvector(
                array[person ->> 'email', number::text]
                || regexp_split_to_array(lower(person ->> 'name'), ' ')
                || array(select jsonb_array_elements_text(person -> 'skus'))
            ),
            placed_at + $2, case when state in ('pending', 'payment_pending', 'payment_failed') then placed_at + $2 end,
            events, placed_at, updated_at, change, 'system', 'seed'
        from (
            select *, nextval('order_numbers') as number from unnest(
                $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::jsonb[], $8::bigint[], $9::bigint[],
                $10::bigint[], $11::bigint[], $12::bigint[], $13::jsonb[], $14::integer[], $15::timestamptz[],
                $16::timestamptz[], $17::text[]
            ) as it(
                id, state, version, currency, person, subtotal, discount, shipping, tax, total, explanation, events,
                placed_at, updated_at, change
            )
        ) numbered"#,
        Storefront::DEFAULT,
        sqlx::postgres::types::PgInterval::try_from(expiry).unwrap_or_default(),
        &orders.iter().map(|it| it.id).collect::<Vec<_>>(),
        &orders.iter().map(|it| story(it).state.as_str().to_owned()).collect::<Vec<_>>(),
        &orders.iter().map(|it| story(it).versions()).collect::<Vec<_>>(),
        &orders.iter().map(|it| it.pricing.currency.code().to_owned()).collect::<Vec<_>>(),
        &people,
        &amount(|it| it.subtotal_minor),
        &amount(|it| it.discount_minor),
        &amount(|it| it.shipping_minor),
        &amount(|it| it.tax_minor),
        &amount(|it| it.total_minor),
        &orders.iter().map(|it| json!(it.pricing.explanation)).collect::<Vec<_>>(),
        &orders.iter().map(|it| story(it).event_sequence()).collect::<Vec<_>>(),
        &orders.iter().map(|it| it.at).collect::<Vec<_>>(),
        &orders.iter().map(|it| it.at + story(it).length).collect::<Vec<_>>(),
        &orders.iter().map(|it| story(it).last_change().to_owned()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines, and the stock that they hold: there is always enough.
async fn insert_lines(
    conn: &mut PgConnection,
    stories: &[Story],
    orders: &[SeededOrder],
) -> Result<(), OrderError> {
    let lines = || {
        orders.iter().flat_map(|order| {
            let claim = stories[order.story].claim;
            (0..order.goods.len()).map(move |index| (order, index, claim))
        })
    };
    sqlx::query!(
        "with line as (
            insert into order_lines (
                order_id, line, product_ref, sku, title, quantity, unit_price_minor, tax_minor, total_minor, ships, claim
            )
            select order_id, line, product, sku, title, quantity, unit_price, tax, total, true, claim
            from unnest(
                $1::uuid[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::bigint[],
                $8::bigint[], $9::bigint[], $10::text[]
            ) as it(order_id, line, product, sku, title, quantity, unit_price, tax, total, claim)
            returning sku, quantity, claim
        ), held as (
            select sku, sum(quantity)::integer as quantity from line where claim = 'held' group by sku
        )
        update stock set on_hand = on_hand + quantity, reserved = reserved + quantity
        from held where stock.sku = held.sku",
        &lines().map(|(order, ..)| order.id).collect::<Vec<_>>(),
        &lines().map(|(_, index, _)| place(index + 1)).collect::<Vec<_>>(),
        &lines().map(|(order, index, _)| order.goods[index].product.clone()).collect::<Vec<_>>(),
        &lines().map(|(order, index, _)| order.goods[index].sku.clone()).collect::<Vec<_>>(),
        &lines().map(|(order, index, _)| order.goods[index].title.clone()).collect::<Vec<_>>(),
        &lines()
            .map(|(order, index, _)| i32::try_from(order.items[index].quantity).unwrap_or(i32::MAX))
            .collect::<Vec<_>>(),
        &lines().map(|(order, index, _)| order.goods[index].price_minor).collect::<Vec<_>>(),
        &lines().map(|(order, index, _)| order.pricing.lines[index].tax_minor).collect::<Vec<_>>(),
        &lines().map(|(order, index, _)| order.pricing.lines[index].total_minor).collect::<Vec<_>>(),
        &lines().map(|(.., claim)| claim.to_owned()).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_history(conn: &mut PgConnection, lived: &Lived<'_>) -> Result<(), OrderError> {
    sqlx::query!(
        r#"with step as materialized (
            select place - 1 as story, step.*
            from jsonb_array_elements($3::jsonb) with ordinality as it(story, place),
                jsonb_to_recordset(it.story -> 'steps')
                    as step(version integer, "from" text, "to" text, change text, reason text, minutes integer)
        )
        insert into order_history (order_id, version, from_state, to_state, change, actor, reason, request_id, at)
        select id, step.version, "from", "to", change, 'system', reason, 'seed',
            created_at + make_interval(mins => minutes)
        from unnest($1::uuid[], $2::integer[]) as lived(id, story) join orders using (id) join step using (story)"#,
        &lived.ids,
        &lived.stories,
        &lived.told as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Events that everybody has heard; those told too long ago are forgotten already.
async fn insert_events(
    conn: &mut PgConnection,
    lived: &Lived<'_>,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        r#"with event as materialized (
            select place - 1 as story, event.*
            from jsonb_array_elements($3::jsonb) with ordinality as it(story, place),
                jsonb_to_recordset(it.story -> 'events')
                    as event(sequence integer, type text, "from" text, "to" text, minutes integer)
        )
        insert into outbox (order_id, sequence, type, data, at, relayed_at)
        select id, sequence, type, jsonb_strip_nulls(jsonb_build_object(
            'sequence', sequence, 'number', number, 'status', "to", 'previous_status', "from",
            'total_minor', total_minor, 'currency', currency
        )), moment.at, moment.at
        from unnest($1::uuid[], $2::integer[]) as lived(id, story)
        join orders using (id)
        join event using (story)
        cross join lateral (select created_at + make_interval(mins => minutes) as at) moment
        where moment.at > $4
        order by id, sequence"#,
        &lived.ids,
        &lived.stories,
        &lived.told as _,
        forgotten_before(now),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts them, as the relay would have when it told of them.
async fn count_orders(conn: &mut PgConnection, lived: &Lived<'_>) -> Result<(), OrderError> {
    sqlx::query!(
        "insert into order_counts (customer_id, state, count)
        select null, state, count(*) from orders where id = any($1) group by state
        on conflict (customer_id, state) do update set count = order_counts.count + excluded.count",
        &lived.ids,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Payments, what the provider said of them, and what its own books say.
async fn insert_payments(
    conn: &mut PgConnection,
    lived: &Lived<'_>,
    expiry: Duration,
) -> Result<(), OrderError> {
    sqlx::query!(
        "with attempt as materialized (
            select place - 1 as story, attempt.*
            from jsonb_array_elements($3::jsonb) with ordinality as it(story, place),
                jsonb_to_recordset(it.story -> 'payments') as attempt(attempt integer, state text, minutes integer)
        ), payment as (
            insert into payments (
                id, order_id, attempt, provider, method, token, amount_minor, state, provider_ref, asked, ask_at,
                created_at, updated_at, audited_at
            )
            select key, order_id, attempt, 'sandbox', 'card',
                case when state = 'running' then '4242424242424242' end, total_minor, state,
                case when state <> 'running' then 'sandbox_' || key end, 0, case when state = 'running' then ask_at end,
                at, at, at
            from (
                select gen_random_uuid() as key, id as order_id, attempt.attempt, total_minor, attempt.state,
                    created_at + $4 as ask_at, created_at + make_interval(mins => minutes) as at
                from unnest($1::uuid[], $2::integer[]) as lived(id, story)
                join orders using (id)
                join attempt using (story)
            ) made
            returning *
        ), fact as (
            insert into payment_facts (provider, provider_ref, fact, payment_id, order_id, amount_minor, at)
            select provider, provider_ref, state, id, order_id, amount_minor, updated_at
            from payment where state <> 'running'
        )
        insert into sandbox_charges (key, amount_minor, outcome, settles_at)
        select id, amount_minor, state, updated_at from payment where state <> 'running'",
        &lived.ids,
        &lived.stories,
        &lived.told as _,
        sqlx::postgres::types::PgInterval::try_from(expiry).unwrap_or_default(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_refunds(conn: &mut PgConnection, lived: &Lived<'_>) -> Result<(), OrderError> {
    sqlx::query!(
        "with refund as (
            insert into refunds (
                id, order_id, payment_id, amount_minor, state, provider_ref, tries, created_at, updated_at
            )
            select key, order_id, payment_id, amount_minor, 'succeeded', 'sandbox_' || key, 1, at, at
            from (
                select gen_random_uuid() as key, payments.order_id, payments.id as payment_id, payments.amount_minor,
                    orders.created_at + make_interval(mins => ($3::jsonb -> story ->> 'refunded')::integer) as at
                from unnest($1::uuid[], $2::integer[]) as lived(id, story)
                join orders using (id)
                join payments on payments.order_id = orders.id and payments.state = 'captured'
            ) made
            where at is not null
            returning id, payment_id, amount_minor
        )
        insert into sandbox_refunds (key, charge, amount_minor) select id, payment_id, amount_minor from refund",
        &lived.ids,
        &lived.stories,
        &lived.told as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One parcel with everything.
async fn insert_shipments(conn: &mut PgConnection, lived: &Lived<'_>) -> Result<(), OrderError> {
    sqlx::query!(
        "with parcel as (
            insert into shipments (id, order_id, carrier, tracking_number, shipped_at, delivered_at)
            select gen_random_uuid(), id, 'DHL', '', created_at + make_interval(mins => shipped),
                created_at + make_interval(mins => delivered)
            from unnest($1::uuid[], $2::integer[]) as lived(id, story)
            join orders using (id)
            cross join lateral (
                select ($3::jsonb -> story ->> 'shipped')::integer as shipped,
                    ($3::jsonb -> story ->> 'delivered')::integer as delivered
            ) moment
            where shipped is not null
            returning id, order_id
        )
        insert into shipment_items (shipment_id, order_id, line, quantity)
        select parcel.id, order_id, line, quantity from parcel join order_lines using (order_id)",
        &lived.ids,
        &lived.stories,
        &lived.told as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
