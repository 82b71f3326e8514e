-- What is kept for ever, and what others are told. Both are written in the transaction that makes the change.

create table order_history (
    order_id uuid not null references orders (id),
    version integer not null,
    from_state text,
    to_state text not null,
    change text not null,
    actor text not null,
    reason text,
    request_id text not null,
    at timestamptz not null,
    primary key (order_id, version)
);

create function write_order_history() returns trigger language plpgsql as $$
begin
    insert into order_history (order_id, version, from_state, to_state, change, actor, reason, request_id, at)
    values (
        new.id, new.version, case when tg_op = 'UPDATE' then old.state end, new.state,
        new.last_change, new.last_actor, new.last_reason, new.last_request_id, new.updated_at
    );
    return null;
end
$$;

create trigger orders_placed after insert on orders
for each row execute function write_order_history();

create trigger orders_changed after update on orders
for each row when (old.version <> new.version) execute function write_order_history();

-- A change of state without a new version would leave no trace.
create function refuse_untold_change() returns trigger language plpgsql as $$
begin
    raise exception 'the state of order % changes without a new version', new.id;
end
$$;

create trigger orders_untold before update on orders
for each row when (old.state <> new.state and old.version = new.version) execute function refuse_untold_change();

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;

create trigger order_history_append_only before update or delete or truncate on order_history
for each statement execute function refuse_rewriting();

create trigger payment_facts_append_only before update or delete or truncate on payment_facts
for each statement execute function refuse_rewriting();

create table outbox (
    id bigint generated always as identity primary key,
    order_id uuid not null references orders (id),
    -- From 1, without gaps within an order.
    sequence integer not null,
    event_id uuid not null default gen_random_uuid(),
    type text not null,
    data jsonb not null,
    at timestamptz not null,
    relayed_at timestamptz,
    constraint outbox_sequence_key unique (order_id, sequence)
);

-- Rows are marked one by one, not by "greater than the last id": ids commit out of order.
create index outbox_waiting_idx on outbox (id) where relayed_at is null;

-- Who does what only one may do at a time. A lease and not a session lock: that outlives a cut-off owner.
create table leases (
    name text primary key,
    holder uuid not null,
    -- Grows with every change of hands, so that a slow former holder's writes are void.
    fence bigint not null default 0,
    held_until timestamptz not null
);
