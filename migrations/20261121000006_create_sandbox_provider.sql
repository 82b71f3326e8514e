-- The sandbox payment provider's own books. It stands in for a company outside: nothing else reads these tables.

create table sandbox_charges (
    -- The caller's idempotency key.
    key uuid primary key,
    amount_minor bigint not null,
    outcome text not null check (outcome in ('captured', 'declined')),
    -- Until then the charge is running.
    settles_at timestamptz not null
);

create table sandbox_refunds (
    key uuid primary key,
    charge uuid not null references sandbox_charges (key),
    amount_minor bigint not null check (amount_minor > 0)
);
