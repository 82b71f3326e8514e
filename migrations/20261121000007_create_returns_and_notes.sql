-- What happens to an order after it was paid: parts refunded, goods returned, notes among staff. And what a repeated
-- request was answered.

alter table order_lines
    -- How many were put back on the shelf, each together with its place in `stock`.
    add column restocked integer not null default 0,
    -- How many will never be sent: refunded before a parcel took them.
    add column withdrawn integer not null default 0,
    add constraint order_lines_restocked_check check (restocked between 0 and quantity),
    add constraint order_lines_withdrawn_check check (withdrawn between 0 and quantity);

alter table refunds
    -- Captured beyond what the order costs, and given back by itself: the order keeps its price.
    add column is_surplus boolean not null default false;

-- What a refund is for, where it is for lines.
create table refund_items (
    refund_id uuid not null references refunds (id),
    order_id uuid not null,
    line integer not null,
    quantity integer not null check (quantity > 0),
    amount_minor bigint not null check (amount_minor >= 0),
    primary key (refund_id, line),
    foreign key (order_id, line) references order_lines (order_id, line)
);

create table returns (
    id uuid primary key,
    order_id uuid not null references orders (id),
    state text not null check (state in ('requested', 'accepted', 'refused', 'received')),
    reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index returns_order_idx on returns (order_id);

create table return_items (
    return_id uuid not null references returns (id),
    order_id uuid not null,
    line integer not null,
    quantity integer not null check (quantity > 0),
    primary key (return_id, line),
    foreign key (order_id, line) references order_lines (order_id, line)
);

-- What staff tell each other. Buyers never see it, so it is no part of the order's document.
create table order_notes (
    id uuid primary key,
    order_id uuid not null references orders (id),
    text text not null,
    -- As history names them.
    actor text not null,
    -- The person, where it is one.
    author_id uuid references customers (id),
    at timestamptz not null
);

create index order_notes_order_idx on order_notes (order_id);

create trigger order_notes_append_only before update or delete or truncate on order_notes
for each statement execute function refuse_rewriting();

create index orders_attention_idx on orders (id desc) where needs_attention is not null;

alter table idempotency_keys
    -- How the request was answered. Null while it runs, and for good if the server died before it answered. A status
    -- alone: the answer was the order as it was placed, which can be told from the order for ever.
    add column status smallint,
    add column headers jsonb,
    add column answer text,
    add constraint idempotency_keys_answer_check check (answer is null or status is not null);

-- For forgetting old keys; costs next to nothing when an order is placed.
create index idempotency_keys_created_idx on idempotency_keys using brin (created_at);

create or replace view order_documents as
select
    o.id, o.number, o.state, o.version, o.needs_attention, o.storefront, o.currency, o.customer_id, o.external_ref,
    o.email, o.name, o.phone, o.shipping_address, o.billing_address, o.subtotal_minor, o.discount_minor,
    o.shipping_minor, o.tax_minor, o.total_minor, o.explanation, o.note, o.search, o.token_version, o.archived_at, o.expires_at,
    o.created_at, o.updated_at,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'line', l.line, 'product', l.product_ref, 'sku', l.sku, 'title', l.title, 'quantity', l.quantity,
            'unit_price_minor', l.unit_price_minor, 'tax_minor', l.tax_minor, 'total_minor', l.total_minor,
            'ships', l.ships, 'withdrawn', l.withdrawn, 'restocked', l.restocked,
            'seat', case when l.seat_id is not null
                then jsonb_build_object('seat_id', l.seat_id, 'seat_code', l.seat_code) end
        ) order by l.line), '[]')
        from order_lines l where l.order_id = o.id
    ) as items,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', p.id, 'provider', p.provider, 'method', p.method, 'status', p.state,
            'amount_minor', p.amount_minor, 'created_at', p.created_at, 'updated_at', p.updated_at
        ) order by p.attempt), '[]')
        from payments p where p.order_id = o.id
    ) as payments,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', r.id, 'payment_id', r.payment_id, 'amount_minor', r.amount_minor, 'status', r.state,
            'reason', r.reason, 'is_surplus', r.is_surplus, 'created_at', r.created_at, 'updated_at', r.updated_at,
            'items', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'line', i.line, 'quantity', i.quantity, 'amount_minor', i.amount_minor
                ) order by i.line), '[]')
                from refund_items i where i.refund_id = r.id
            )
        ) order by r.id), '[]')
        from refunds r where r.order_id = o.id
    ) as refunds,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', s.id, 'carrier', s.carrier, 'tracking_number', s.tracking_number, 'tracking_url', s.tracking_url,
            'estimated_delivery', s.estimated_delivery, 'shipped_at', s.shipped_at, 'delivered_at', s.delivered_at,
            'items', (
                select coalesce(jsonb_agg(jsonb_build_object('line', i.line, 'quantity', i.quantity) order by i.line), '[]')
                from shipment_items i where i.shipment_id = s.id
            )
        ) order by s.id), '[]')
        from shipments s where s.order_id = o.id
    ) as shipments,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', t.id, 'seat_id', t.seat_id, 'ticket_code', t.ticket_code, 'issued_at', t.issued_at,
            'checked_in_at', t.checked_in_at
        ) order by t.line), '[]')
        from tickets t where t.order_id = o.id and t.revoked_at is null
    ) as tickets,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', r.id, 'status', r.state, 'reason', r.reason, 'created_at', r.created_at, 'updated_at', r.updated_at,
            'items', (
                select coalesce(jsonb_agg(jsonb_build_object('line', i.line, 'quantity', i.quantity) order by i.line), '[]')
                from return_items i where i.return_id = r.id
            )
        ) order by r.id), '[]')
        from returns r where r.order_id = o.id
    ) as returns
from orders o;
