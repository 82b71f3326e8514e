-- What others are told over HTTP: who wants to hear, and what became of telling them.

create table webhook_endpoints (
    id uuid primary key,
    -- One endpoint an address, so that a creation that is repeated makes no second one.
    url text not null constraint webhook_endpoints_url_key unique,
    -- Kept as it is: every delivery is signed with it.
    secret bytea not null,
    -- The one before, with which deliveries are signed too until then.
    old_secret bytea,
    old_secret_until timestamptz,
    -- Which events it hears of. Empty: all.
    event_types text[] not null default '{}',
    -- Null: enabled.
    disabled_because text check (disabled_because in ('asked', 'gone')),
    created_at timestamptz not null,
    constraint webhook_endpoints_old_secret_check check ((old_secret is null) = (old_secret_until is null))
);

-- One event on its way to one target. It holds what is sent: the outbox may forget the event meanwhile.
create table deliveries (
    -- In the order in which the relay passed them on.
    id bigint generated always as identity primary key,
    -- What kind of target: each kind has its sender.
    target text not null check (target in ('webhook')),
    endpoint_id uuid references webhook_endpoints (id) on delete cascade,
    event_id uuid not null,
    order_id uuid not null,
    sequence integer not null,
    type text not null,
    data jsonb not null,
    at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'set_aside')),
    -- How often it was sent, or begun to be sent, since it was last asked for.
    attempts integer not null default 0,
    -- When it is sent next. While it is being sent: when its sender is taken for dead.
    next_at timestamptz,
    -- Whose turn it is. A sender whose claim was taken over finds another one here, and writes nothing.
    claim uuid,
    -- Of the last attempt that failed.
    last_error text,
    -- The HTTP status of the last answer.
    last_status smallint,
    created_at timestamptz not null,
    -- When it was delivered or set aside.
    ended_at timestamptz,
    constraint deliveries_event_key unique (endpoint_id, event_id),
    constraint deliveries_endpoint_check check ((target = 'webhook') = (endpoint_id is not null)),
    constraint deliveries_waiting_check check ((state = 'waiting') = (next_at is not null)),
    constraint deliveries_ended_check check ((state = 'waiting') = (ended_at is null)),
    constraint deliveries_claim_check check (claim is null or state = 'waiting')
);

create index deliveries_due_idx on deliveries (endpoint_id, next_at) where state = 'waiting';

create index deliveries_open_idx on deliveries (endpoint_id, state, id desc) where state <> 'delivered';

create index deliveries_endpoint_idx on deliveries (endpoint_id, id desc);

-- For forgetting.
create index deliveries_delivered_idx on deliveries (ended_at) where state = 'delivered';
