-- Customers, staff, the programs that call us, and what browsers remember.

create table customers (
    id uuid primary key,
    -- Lower-case; null for customers known only by another system's id.
    email text constraint customers_email_key unique,
    -- What another system calls them.
    external_ref text constraint customers_external_ref_key unique,
    name text not null,
    role text not null default 'customer' check (role in ('customer', 'staff', 'admin')),
    -- Argon2id, in PHC notation; null for those who cannot sign in with a password.
    password_hash text,
    created_at timestamptz not null
);

create table sessions (
    -- SHA-256 of the cookie's id: whoever reads this table cannot become anybody.
    id bytea primary key,
    data jsonb not null,
    expires_at timestamptz not null
);

create index sessions_expires_idx on sessions (expires_at);

create table service_keys (
    id uuid primary key,
    name text not null,
    -- The first characters, so that people can tell keys apart.
    prefix text not null,
    -- SHA-256 of the key, which is random and long enough to need no salt.
    hash bytea not null constraint service_keys_hash_key unique,
    created_at timestamptz not null,
    revoked_at timestamptz
);

create table carts (
    id uuid primary key,
    updated_at timestamptz not null
);

create table cart_lines (
    cart_id uuid not null references carts (id) on delete cascade,
    sku text not null references variants (sku),
    quantity integer not null check (quantity between 1 and 10000),
    added_at timestamptz not null,
    primary key (cart_id, sku)
);
