-- What an API key may do, how often, and when it was used; ending all sign-ins of a person; links for a new password.

alter table service_keys
    -- Empty: everything that programs may do.
    add column scopes text[] not null default '{}',
    add column requests_per_minute integer
        constraint service_keys_requests_check check (requests_per_minute between 1 and 1000000),
    -- To the minute: not every request writes it.
    add column last_used_at timestamptz;

-- Raised by whatever ends all sign-ins: a session or token of ours that says another number is no sign-in any more.
alter table customers add column sign_in_version integer not null default 0;

-- One link a person: a new one takes the place of the one before.
create table password_resets (
    customer_id uuid primary key constraint password_resets_customer_id_fkey references customers (id) on delete cascade,
    -- SHA-256 of the token in the link.
    hash bytea not null unique,
    expires_at timestamptz not null
);
