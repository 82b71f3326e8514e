-- Orders that get their money otherwise than by a card which may be tried again, and parcels that are known before they
-- leave.

alter table payments
    -- Its refusal ends the order: nobody may try again.
    add column is_final boolean not null default false,
    -- Nobody here asked for it: only its service's name for it is known, no key of ours.
    add column is_told boolean not null default false;

alter table orders
    -- Its money is no matter of ours: it is confirmed as soon as everything is held.
    add column is_settled_elsewhere boolean not null default false,
    -- What the next parcel's label will say: {carrier, tracking_number, tracking_url?, estimated_delivery?}.
    add column next_parcel jsonb;

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
            'discount_minor', l.discount_minor, 'shipping_minor', l.shipping_minor, 'ships', l.ships, 'withdrawn', l.withdrawn, 'restocked', l.restocked,
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
            'tax_minor', r.tax_minor, 'reason', r.reason, 'is_surplus', r.is_surplus, 'created_at', r.created_at, 'updated_at', r.updated_at,
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
    ) as returns,
    o.language, o.shipping_method, o.discount_code, o.next_parcel
from orders o;
