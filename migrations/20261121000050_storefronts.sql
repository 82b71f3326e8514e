-- Where things are sold: each storefront with its own prices, taxes, ways of delivery and languages; and codes that take
-- something off.

alter table storefronts
    -- The first part of its addresses, as in /eu/cart; the default storefront has none.
    add column path text constraint storefronts_path_key unique check (path ~ '^[a-z][a-z0-9-]{0,19}$'),
    -- The host that it is found at without a path.
    add column host text constraint storefronts_host_key unique,
    -- What its pages can be read in; the first one where a visitor wants none of them.
    add column languages text[] not null default '{en}' check (cardinality(languages) > 0),
    -- Whether delivery is taxed: at the rates of the goods that it brings.
    add column tax_delivery boolean not null default true,
    -- Where its parcels go; null is everywhere.
    add column shipping_countries text[],
    -- Who sends: {name, email?, address?}.
    add column sender jsonb,
    add column position integer not null default 0,
    -- A closed one takes no new orders.
    add column is_open boolean not null default true;

-- What a thing costs at a storefront. One that counts in the default storefront's currency sells at the variant's own
-- price where there is none here; others sell only what has a price here: nothing is converted.
create table prices (
    storefront text not null references storefronts (code),
    sku text not null references variants (sku),
    price_minor bigint not null check (price_minor >= 0),
    primary key (storefront, sku)
);

alter table products
    -- Things that are taxed alike.
    add column tax_class text not null default 'standard' check (tax_class ~ '^[a-z][a-z0-9_]{0,39}$');

-- What a storefront taxes otherwise than by its own rate.
create table tax_rates (
    storefront text not null references storefronts (code),
    tax_class text not null,
    -- Hundredths of a percent.
    basis_points integer not null check (basis_points between 0 and 10000),
    primary key (storefront, tax_class)
);

alter table variants
    -- What one of it weighs, in grams.
    add column grams integer not null default 0 check (grams >= 0);

-- A product in other languages than its own.
create table product_texts (
    product_id uuid not null references products (id),
    language text not null,
    title text not null,
    description text,
    primary key (product_id, language)
);

create table delivery_methods (
    storefront text not null references storefronts (code),
    code text not null check (code ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    -- The first one is taken where an order names none.
    position integer not null,
    -- What people call it, by language.
    names jsonb not null,
    -- One price for every parcel, or steps by weight: [{up_to_grams, price_minor}], lightest first.
    flat_minor bigint check (flat_minor >= 0),
    weight_steps jsonb,
    -- From this value of goods on it costs nothing.
    free_from_minor bigint check (free_from_minor >= 0),
    days_least smallint not null check (days_least >= 0),
    days_most smallint not null check (days_most >= days_least),
    primary key (storefront, code),
    check ((flat_minor is null) <> (weight_steps is null))
);

-- What is sold where, for how much, and how it is taxed there.
create view shelf as
select storefronts.code as storefront, variants.sku, variants.product_id,
    coalesce(
        prices.price_minor,
        case when storefronts.currency = base.currency then variants.price_minor end
    ) as price_minor,
    coalesce(tax_rates.basis_points, storefronts.tax_basis_points) as tax_basis_points
from storefronts
join storefronts base on base.code = 'default'
cross join variants
join products on products.id = variants.product_id
left join prices on prices.storefront = storefronts.code and prices.sku = variants.sku
left join tax_rates on tax_rates.storefront = storefronts.code and tax_rates.tax_class = products.tax_class
where storefronts.currency = base.currency or prices.price_minor is not null;

create trigger prices_revised after insert or update or delete on prices
for each statement execute function revise_catalogue();
create trigger tax_rates_revised after insert or update or delete on tax_rates
for each statement execute function revise_catalogue();
create trigger product_texts_revised after insert or update or delete on product_texts
for each statement execute function revise_catalogue();
create trigger delivery_methods_revised after insert or update or delete on delivery_methods
for each statement execute function revise_catalogue();

create table discount_codes (
    -- In capitals, as it is compared.
    code text primary key check (code = upper(code) and code ~ '^\S{2,40}$'),
    kind text not null check (kind in ('percent', 'amount', 'free_delivery')),
    -- Of a percentage, in hundredths of a percent.
    basis_points integer check (basis_points between 1 and 10000),
    -- Of an amount.
    amount_minor bigint check (amount_minor > 0),
    -- Where it can be used; null is everywhere.
    storefront text references storefronts (code),
    minimum_minor bigint not null default 0 check (minimum_minor >= 0),
    starts_at timestamptz,
    ends_at timestamptz,
    -- How often it can be used in all, and by one customer; null is without end.
    use_limit integer check (use_limit > 0),
    customer_limit integer check (customer_limit > 0),
    is_active boolean not null default true,
    -- How many orders hold a use of it. Counted only where there is a limit, so that others share no row.
    uses integer not null default 0,
    -- Grows with every change of its rules: an order that was priced by others does not stand.
    revision integer not null default 1,
    created_at timestamptz not null,
    constraint discount_codes_measure_check check (
        (kind = 'percent') = (basis_points is not null) and (kind = 'amount') = (amount_minor is not null)
    ),
    -- An amount means nothing without a currency.
    constraint discount_codes_storefront_check check (
        storefront is not null or (kind <> 'amount' and minimum_minor = 0)
    ),
    constraint discount_codes_uses_check check (0 <= uses and (use_limit is null or uses <= use_limit))
);

-- The use that an order holds. It is given back when the order stops.
create table discount_claims (
    order_id uuid primary key,
    code text not null references discount_codes (code),
    -- Who used it, as `discount_customers` counts them.
    customer text,
    returned_at timestamptz
);

create index discount_claims_code_idx on discount_claims (code);

-- How many uses each customer holds, of codes that have a limit for each.
create table discount_customers (
    code text not null references discount_codes (code),
    customer text not null,
    uses integer not null check (uses >= 0),
    primary key (code, customer)
);

alter table orders
    -- What it is written in.
    add column language text not null default 'en',
    -- How it travels: {code, name, days_least, days_most}.
    add column shipping_method jsonb,
    add column discount_code text;

alter table order_lines
    -- Its shares of the order's discount and delivery.
    add column discount_minor bigint not null default 0 check (discount_minor between 0 and total_minor),
    add column shipping_minor bigint not null default 0 check (shipping_minor >= 0);

alter table refunds
    -- How much of it is tax.
    add column tax_minor bigint not null default 0 check (tax_minor >= 0);

alter table carts
    add column discount_code text,
    add column shipping_method text;

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
    o.language, o.shipping_method, o.discount_code
from orders o;
