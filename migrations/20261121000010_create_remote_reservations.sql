-- What services outside hold for an order. A row is the intent: it is committed before the service hears of it.

create table remote_reservations (
    -- Also the key that makes a repeated call to the service harmless.
    id uuid primary key,
    order_id uuid not null references orders (id),
    service text not null check (service in ('inventory', 'seating')),
    state text not null check (state in (
        'wanted', 'unknown', 'refused', 'held', 'confirmed', 'releasing', 'released'
    )),
    -- What the service said was missing, until the order wants to be held anew.
    short jsonb,
    -- How often the service was called without getting an end of it, and when to call again.
    tries integer not null default 0,
    try_at timestamptz,
    -- Given back while a call for it may have been under way: until then it is given back once more.
    in_doubt_until timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index remote_reservations_order_idx on remote_reservations (order_id);

-- A service holds an order once; what goes back may overlap with what is held anew.
create unique index remote_reservations_live_key on remote_reservations (order_id, service)
where state not in ('releasing', 'released');
