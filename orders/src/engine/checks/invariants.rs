//! The invariants, one query each. A query finds what violates its invariant: the subject, and in which way.
//!
//! `overdue` is the moment before which things that were due should have been done; events told before `forgotten` may
//! be gone. Archived orders are orders like any other here.

use std::{future::Future, pin::Pin};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::overdue;
use crate::engine::deliveries::forgotten_before;

/// One thing that must always be true.
pub(super) struct Invariant {
    pub(super) name: &'static str,
    pub(super) means: &'static str,
    pub(super) find: Find,
}

/// One violation, and how many there are of its kind.
pub(super) struct Found {
    pub(super) subject: String,
    pub(super) detail: String,
    pub(super) violations: i64,
}

type Find =
    for<'c> fn(
        &'c mut PgConnection,
        DateTime<Utc>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Found>, sqlx::Error>> + Send + 'c>>;

macro_rules! invariant {
    ($name:literal, $means:literal, $sql:tt) => {
        Invariant {
            name: $name,
            means: $means,
            find: |conn, now| {
                Box::pin(async move {
                    sqlx::query_as!(
                        Found,
                        "with clock as (
                            select $1::timestamptz as overdue, $2::timestamptz as forgotten
                        ), violation (subject, detail) as (" +
                        $sql +
                        r#") select subject::text as "subject!", detail as "detail!", count(*) over () as "violations!"
                        from violation order by subject limit 20"#,
                        overdue(now),
                        forgotten_before(now),
                    )
                    .fetch_all(conn)
                    .await
                })
            },
        }
    };
}

/// Every invariant, in the order of an order's life.
pub(super) const INVARIANTS: &[Invariant] = &[
    invariant!(
        "stock_bounds",
        "Nothing is reserved that is not on hand, and a seat is there once.",
        "select sku, format('%s on hand, %s reserved', on_hand, reserved) from stock
        where not (0 <= reserved and reserved <= on_hand) or (is_seat and on_hand > 1)"
    ),
    invariant!(
        "stock_claims",
        "What is reserved of a SKU is what orders hold of it.",
        "select stock.sku, format('%s reserved, %s held by orders', stock.reserved, coalesce(held.quantity, 0))
        from stock left join (
            select sku, sum(quantity) as quantity from order_lines where claim = 'held' group by sku
        ) held using (sku)
        where stock.reserved <> coalesce(held.quantity, 0)"
    ),
    invariant!(
        "claims_fit_states",
        "An order that waits for money holds its stock, a paid one has taken it, a stopped one has given it back.",
        "select orders.id, format('line %s is %s in an order that is %s', line, claim, state)
        from order_lines join orders on orders.id = order_id
        where claim = 'held' and state not in ('pending', 'payment_pending')
            or claim = 'taken' and state in ('pending', 'payment_pending', 'payment_failed', 'cancelled', 'failed')
            or claim = 'returned' and state in ('pending', 'payment_pending')"
    ),
    invariant!(
        "expired_hold_nothing",
        "An order that was not paid in time holds no stock.",
        "select id, format('expired at %s', expires_at) from orders, clock
        where state in ('pending', 'payment_pending', 'payment_failed') and expires_at < overdue
            and exists (select 1 from order_lines where order_id = id and claim = 'held')
            and not exists (
                select 1 from payments where order_id = orders.id and state in ('started', 'running', 'unknown')
            )"
    ),
    invariant!(
        "captured_has_order",
        "Captured money belongs to an order that stands, or is on its way back, or a person knows.",
        "select id, format('%s of %s captured belong to nobody', owed, captured)
        from orders
        join (
            select order_id, sum(amount_minor) as captured from payments where state = 'captured' group by order_id
        ) payment on payment.order_id = id
        left join (
            select order_id, sum(amount_minor) as back from refunds where state <> 'failed' group by order_id
        ) refund on refund.order_id = id
        cross join lateral (
            select captured - coalesce(back, 0) - case
                when state in ('confirmed', 'processing', 'shipped', 'delivered', 'completed') then total_minor
                else 0
            end as owed
        ) money
        where owed > 0 and due_at is null and needs_attention is null"
    ),
    invariant!(
        "refunds_within_captured",
        "No more goes back than a payment brought.",
        "select refunds.payment_id, format('%s go back of %s captured', sum(refunds.amount_minor), captured)
        from refunds
        join payments on payments.id = refunds.payment_id
        cross join lateral (
            select case when payments.state = 'captured' then payments.amount_minor else 0 end as captured
        ) money
        where refunds.state <> 'failed'
        group by refunds.payment_id, captured
        having sum(refunds.amount_minor) > captured"
    ),
    invariant!(
        "refunds_within_tax",
        "No more tax goes back than was on the order.",
        "select id, format('%s of %s tax go back', back, orders.tax_minor)
        from orders join (
            select order_id, sum(tax_minor) as back from refunds where state <> 'failed' group by order_id
        ) refund on order_id = id
        where back > orders.tax_minor"
    ),
    invariant!(
        "totals_add_up",
        "An order's total is the sum of its lines, and its explanation adds up to it.",
        "select id, format(
            'total %s, subtotal %s, tax %s; lines %s with tax %s; explained %s',
            total_minor, subtotal_minor, tax_minor, lines, lines_tax, explained
        )
        from orders
        join (
            select order_id, sum(total_minor) as lines, sum(tax_minor) as lines_tax,
                bool_and(total_minor = quantity * unit_price_minor) as multiplied
            from order_lines group by order_id
        ) line on line.order_id = id
        cross join lateral (
            select sum((step ->> 'amount_minor')::bigint) as explained from jsonb_array_elements(explanation) step
        ) working
        where not multiplied or lines <> subtotal_minor or lines_tax <> tax_minor
            or explained is distinct from total_minor
            or total_minor - (subtotal_minor - discount_minor + shipping_minor) not in (0, tax_minor)
        union all
        select id, 'has no lines' from orders where not exists (select 1 from order_lines where order_id = id)"
    ),
    invariant!(
        "history_replays",
        "History has every version of an order, each follows from the one before, and the last is the present.",
        "select orders.id, format(
            '%s versions in history, the order is at %s; it ends %s, the order is %s', versions, version, last, state
        )
        from orders left join (
            select order_id, count(*) as versions, min(version) as first_version, max(version) as last_version,
                (array_agg(to_state order by version desc))[1] as last,
                bool_and(from_state is not distinct from before) as follows
            from (
                select order_id, version, from_state, to_state,
                    lag(to_state) over (partition by order_id order by version) as before
                from order_history
            ) chained
            group by order_id
        ) history on history.order_id = orders.id
        where versions is null or not follows or last <> state
            or versions <> version or first_version <> 1 or last_version <> version"
    ),
    invariant!(
        "events_without_gaps",
        "An order's events are numbered from 1 without gaps up to the last it told, save those told long ago.",
        "select id, format('%s events from %s to %s, the order told %s', told, first, last, event_sequence)
        from clock cross join orders left join (
            select order_id, count(*) as told, min(sequence) as first, max(sequence) as last
            from outbox group by order_id
        ) event on event.order_id = id
        where told is null and updated_at > forgotten
            or first > 1 and created_at > forgotten
            or first + told <> last + 1 or last <> event_sequence"
    ),
    invariant!(
        "outbox_drained",
        "Events do not wait to be told.",
        "select order_id, format('%s, event %s, waits since %s', type, sequence, at) from outbox, clock
        where relayed_at is null and at < overdue"
    ),
    invariant!(
        "counts_fit_orders",
        "As many orders are counted, with the events that wait to be, as there are: everybody's and each customer's.",
        "select coalesce(customer_id::text, 'everybody') || ', ' || state, format('%s counted, %s there', counted, there)
        from (
            select customer_id, state, sum(counted) as counted, sum(there) as there
            from (
                select customer_id, state, count as counted, 0 as there from order_counts
                union all
                select whose.customer_id, moved.state, moved.change, 0
                from outbox
                join orders on orders.id = order_id
                cross join lateral order_count_changes(type, data) as moved
                cross join lateral (
                    select null::uuid as customer_id
                    union all select orders.customer_id where orders.customer_id is not null
                ) whose
                where relayed_at is null
                union all
                select null, state, 0, 1 from orders where archived_at is null
                union all
                select customer_id, state, 0, 1 from orders where archived_at is null and customer_id is not null
            ) both_sides
            group by customer_id, state
        ) compared
        where counted <> there"
    ),
    invariant!(
        "deliveries_on_time",
        "No mail, and no delivery to a webhook that is enabled, is an hour late.",
        "select deliveries.id, format('%s to %s, due at %s', type, coalesce(url, 'the customer'), next_at)
        from deliveries left join webhook_endpoints on webhook_endpoints.id = endpoint_id cross join clock
        where state = 'waiting' and disabled_because is null and next_at < overdue - interval '1 hour'"
    ),
    invariant!(
        "nobody_stuck",
        "No order waits past its time.",
        "select id, format('%s, due at %s, in work until %s', state, due_at, lease_until) from orders, clock
        where due_at < overdue and (lease_until is null or lease_until < overdue)"
    ),
    invariant!(
        "nobody_forgotten",
        "An order with something undecided has a time at which it is looked at again.",
        "select id, format('%s, and nothing is due', state) from orders
        where due_at is null and id in (select order_id from loose_ends)"
    ),
    invariant!(
        "reservations_fit_claims",
        "Services outside hold nothing for an order that has given back its stock, and sold nothing that it has not taken.",
        "select orders.id, format('the %s service: %s; line %s is %s in an order that is %s', service, outside.state, line,
            claim, orders.state)
        from remote_reservations outside
        join orders on orders.id = outside.order_id
        join order_lines on order_lines.order_id = orders.id
        where (service = 'seating') = (seat_id is not null) and (
            outside.state not in ('releasing', 'released') and claim = 'returned'
            or outside.state = 'confirmed' and claim <> 'taken'
        )"
    ),
    invariant!(
        "returns_fit_restocks",
        "Of a line no more goes back to a service outside than is back on the shelf.",
        "select order_lines.order_id, format('line %s: %s on the shelf, %s went back', line, restocked, told)
        from order_lines
        join (
            select order_id, (item ->> 'line')::integer as line, sum((item ->> 'quantity')::integer) as told
            from remote_returns, jsonb_array_elements(items) item where state <> 'void' group by 1, 2
        ) back using (order_id, line)
        where told > restocked"
    ),
    invariant!(
        "one_open_payment",
        "At most one payment of an order is undecided.",
        "select order_id, format('%s payments are undecided', count(*)) from payments
        where state in ('started', 'running', 'unknown') group by order_id having count(*) > 1"
    ),
    invariant!(
        "facts_agree",
        "What providers said and what payments say is the same.",
        "select payments.id, format('the payment is %s over %s, the provider said %s', state, payments.amount_minor,
            coalesce(payment_facts.amount_minor::text, 'nothing'))
        from payments
        left join payment_facts on payment_facts.provider = payments.provider
            and payment_facts.provider_ref = payments.provider_ref and fact = state
            and payment_facts.order_id = payments.order_id
        where state = 'captured' and payments.amount_minor is distinct from payment_facts.amount_minor
            or state = 'declined' and payments.provider_ref is not null and fact is null
        union all
        select payment_id, format('the provider captured %s as %s, and no payment says so', amount_minor, provider_ref)
        from payment_facts
        where fact = 'captured' and not exists (
            select 1 from payments
            where payments.provider = payment_facts.provider and payments.order_id = payment_facts.order_id
                and state = 'captured' and (
                    payments.provider_ref = payment_facts.provider_ref
                    -- Told under our own id before the provider's name for it was known.
                    or id = payment_id and id::text = payment_facts.provider_ref
                )
        )"
    ),
    invariant!(
        "one_ticket_a_seat",
        "A seat has at most one ticket that counts.",
        "select sku, format('%s tickets count', count(*)) from tickets
        where revoked_at is null group by sku having count(*) > 1"
    ),
    invariant!(
        "tickets_fit_orders",
        "Every seat of a paid order has its ticket, and no ticket counts for a seat that was given back.",
        "select orders.id, format('line %s is %s in an order that is %s, with %s tickets', line, claim, state, tickets)
        from order_lines
        join orders on orders.id = order_id
        cross join lateral (
            select count(*) as tickets from tickets
            where tickets.order_id = order_lines.order_id and tickets.line = order_lines.line
                and tickets.sku = order_lines.sku and revoked_at is null
        ) issued
        where seat_id is not null and tickets <> case when claim = 'taken' and restocked = 0 then 1 else 0 end"
    ),
    invariant!(
        "lines_fit",
        "Of a line no more is sent, withdrawn, refunded or coming back than was bought.",
        "select order_lines.order_id, format(
            'line %s: %s bought, %s withdrawn, %s sent, %s refunded, %s coming back', line, quantity, withdrawn, sent,
            refunded, returned
        )
        from order_lines
        cross join lateral (
            select coalesce(sum(quantity), 0) as sent from shipment_items it
            where it.order_id = order_lines.order_id and it.line = order_lines.line
        ) parcel
        cross join lateral (
            select coalesce(sum(it.quantity), 0) as refunded from refund_items it join refunds on refunds.id = refund_id
            where it.order_id = order_lines.order_id and it.line = order_lines.line and state <> 'failed'
        ) refund
        cross join lateral (
            select coalesce(sum(it.quantity), 0) as returned from return_items it join returns on returns.id = return_id
            where it.order_id = order_lines.order_id and it.line = order_lines.line and state <> 'refused'
        ) back
        where sent + withdrawn > quantity or refunded > quantity or returned > sent"
    ),
    invariant!(
        "discount_uses",
        "A limited code counts as many uses as orders hold of it, in all and for each customer.",
        "select code, format('%s uses counted, %s held by orders', uses, coalesce(held, 0))
        from discount_codes left join (
            select code, count(*) as held from discount_claims where returned_at is null group by code
        ) claim using (code)
        where use_limit is not null and uses <> coalesce(held, 0)
        union all
        select code, format('%s uses of a customer counted, %s held by their orders', coalesce(counted.uses, 0),
            coalesce(held, 0))
        from discount_customers counted full join (
            select code, customer, count(*) as held from discount_claims
            where returned_at is null and customer is not null group by code, customer
        ) claim using (code, customer)
        join discount_codes using (code)
        where customer_limit is not null and coalesce(counted.uses, 0) <> coalesce(held, 0)"
    ),
    invariant!(
        "discounts_fit_states",
        "An order that stands holds a use of its discount code, a stopped one has given it back.",
        "select orders.id, format('its use of %s is %s, and it is %s', discount_code, case
            when claim.order_id is null then 'not claimed'
            when returned_at is null then 'held'
            else 'given back'
        end, state)
        from orders left join discount_claims claim on claim.order_id = orders.id and claim.code = discount_code
        cross join lateral (
            select exists (
                select 1 from order_history past where past.order_id = orders.id and to_state in ('cancelled', 'failed')
            ) as has_stopped
        ) past
        where discount_code is not null and (claim.order_id is null or has_stopped <> (returned_at is not null))
        union all
        select order_id, format('a use of %s belongs to no order', code)
        from discount_claims left join orders on orders.id = order_id
        where discount_code is distinct from code"
    ),
];
