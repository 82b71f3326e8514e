-- Goods that are back on the shelf here, and have to go back to the service that held them. A row is the intent: it is
-- committed before the service hears of it.

create table remote_returns (
    -- Also the key that makes a repeated call to the service harmless.
    id uuid primary key,
    order_id uuid not null references orders (id),
    reservation_id uuid not null references remote_reservations (id),
    -- Lines, and how many of each.
    items jsonb not null,
    -- Void: there is nothing that they could go back to, since all of the reservation went back, or it was never held.
    state text not null check (state in ('pending', 'done', 'refused', 'void')),
    -- How often the service was called without getting an end of it, and when to call again.
    tries integer not null default 0,
    try_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index remote_returns_pending_idx on remote_returns (order_id) where state = 'pending';
