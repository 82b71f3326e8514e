-- What is sold, where, and how much of it there is.

create table storefronts (
    code text primary key,
    name text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- Hundredths of a percent: 1000 is 10 %.
    tax_basis_points integer not null check (tax_basis_points between 0 and 10000),
    prices_include_tax boolean not null
);

create table products (
    id uuid primary key,
    -- What everybody calls it by; other systems' product ids fit in here.
    ref text not null constraint products_ref_key unique,
    title text not null,
    kind text not null check (kind in ('goods', 'event')),
    description text,
    picture text,
    starts_at timestamptz,
    venue text,
    created_at timestamptz not null
);

-- A seat of an event is a variant too: it has a SKU, a price and a stock of one.
create table variants (
    sku text primary key,
    product_id uuid not null references products (id),
    -- Its place among its siblings.
    position integer not null,
    title text,
    price_minor bigint not null check (price_minor >= 0),
    seat_id integer,
    seat_code text,
    section text,
    seat_row text,
    x integer,
    y integer,
    check ((seat_id is null) = (seat_code is null)),
    constraint variants_seat_key unique (product_id, seat_id)
);

create index variants_product_idx on variants (product_id, position);

create table stock (
    sku text primary key references variants (sku),
    on_hand integer not null,
    -- Held by orders that are not confirmed yet.
    reserved integer not null default 0,
    is_seat boolean not null default false,
    constraint stock_reserved_check check (0 <= reserved and reserved <= on_hand),
    constraint stock_seat_check check (not is_seat or on_hand <= 1)
) with (fillfactor = 50); -- Room on the page for the next version of a row that changes with every order.
