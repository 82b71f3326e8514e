-- The least that an order can be made of: what pgbench writes, to compare with.
create table least_stock (
    sku integer primary key,
    on_hand integer not null,
    reserved integer not null,
    check (0 <= reserved and reserved <= on_hand)
) with (fillfactor = 50);

create table least_orders (
    id uuid primary key,
    number bigint generated always as identity,
    state text not null,
    email text,
    total_minor bigint not null,
    created_at timestamptz not null
);
create index on least_orders (state, created_at desc);

create table least_lines (
    order_id uuid not null,
    line integer not null,
    sku integer not null,
    quantity integer not null,
    unit_price_minor bigint not null,
    primary key (order_id, line)
);

create table least_history (
    order_id uuid not null,
    version integer not null,
    to_state text not null,
    actor text not null,
    at timestamptz not null,
    primary key (order_id, version)
);

create table least_outbox (
    id bigint generated always as identity primary key,
    order_id uuid not null,
    type text not null,
    data jsonb not null,
    relayed_at timestamptz
);
create index on least_outbox (id) where relayed_at is null;

insert into least_stock select sku, 2000000000, 0 from generate_series(1, 1000) sku;
