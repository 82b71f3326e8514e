-- Orders and what belongs to them.

-- Gaps are allowed: a gapless counter would be one row that all orders share.
create sequence order_numbers start 1001;

create table orders (
    id uuid primary key,
    number bigint not null default nextval('order_numbers') constraint orders_number_key unique,
    state text not null check (state in (
        'pending', 'payment_pending', 'payment_failed', 'confirmed', 'processing', 'shipped',
        'delivered', 'completed', 'cancelled', 'failed', 'refunded'
    )),
    version integer not null default 1,
    needs_attention text,
    storefront text not null references storefronts (code),
    currency text not null,
    customer_id uuid references customers (id),
    external_ref text,
    email text,
    name text,
    phone text,
    shipping_address jsonb,
    billing_address jsonb,
    subtotal_minor bigint not null check (subtotal_minor >= 0),
    discount_minor bigint not null check (discount_minor >= 0),
    shipping_minor bigint not null check (shipping_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    total_minor bigint not null check (total_minor >= 0),
    explanation jsonb not null,
    note text,
    -- Words that a search finds it by, lower-case.
    search tsvector not null,
    -- A guest's token is made from this; raising it revokes the tokens given out.
    token_version integer not null default 1,
    -- When an unpaid order gives its stock back.
    expires_at timestamptz,
    -- When `advance` has to look at it again; null when nothing is due.
    due_at timestamptz,
    -- Who works on it right now: until when, and the fencing number that makes a slow twin's result void.
    lease_until timestamptz,
    lease_fence bigint not null default 0,
    -- How many events it has told.
    event_sequence integer not null default 0,
    archived_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- What history says of the change that made this version.
    last_change text not null,
    last_actor text not null,
    last_reason text,
    last_request_id text not null
) with (fillfactor = 80);

create index orders_customer_idx on orders (customer_id, id desc) where customer_id is not null;
create index orders_external_ref_idx on orders (external_ref, id desc) where external_ref is not null;
create index orders_state_idx on orders (state, id desc);
create index orders_due_idx on orders (due_at) where due_at is not null;
create index orders_search_idx on orders using gin (search);

create table order_lines (
    order_id uuid not null references orders (id),
    line integer not null,
    product_ref text not null,
    sku text not null references variants (sku),
    title text not null,
    quantity integer not null check (quantity > 0),
    unit_price_minor bigint not null check (unit_price_minor >= 0),
    tax_minor bigint not null check (tax_minor >= 0),
    total_minor bigint not null check (total_minor >= 0),
    seat_id integer,
    seat_code text,
    -- Whether a parcel carries it.
    ships boolean not null,
    -- Its claim on stock. Stock moves only together with it.
    claim text not null check (claim in ('held', 'taken', 'returned')),
    primary key (order_id, line)
);

create table payments (
    -- Also the key that makes a repeated call to the provider harmless.
    id uuid primary key,
    order_id uuid not null references orders (id),
    attempt integer not null,
    provider text not null,
    method text not null,
    -- What the provider made of the card; wiped as soon as the payment is decided.
    token text,
    amount_minor bigint not null check (amount_minor >= 0),
    state text not null check (state in ('started', 'running', 'unknown', 'captured', 'declined')),
    -- What the provider calls it.
    provider_ref text,
    -- How often the provider was asked without getting an end of it, and when to ask again.
    asked integer not null default 0,
    ask_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint payments_attempt_key unique (order_id, attempt)
);

-- One payment at a time: nobody pays twice while the first is undecided.
create unique index payments_open_key on payments (order_id) where state in ('started', 'running', 'unknown');

create table refunds (
    -- Also the key that makes a repeated call to the provider harmless.
    id uuid primary key,
    order_id uuid not null references orders (id),
    payment_id uuid not null references payments (id),
    amount_minor bigint not null check (amount_minor > 0),
    state text not null check (state in ('pending', 'succeeded', 'failed')),
    reason text,
    provider_ref text,
    tries integer not null default 0,
    try_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index refunds_order_idx on refunds (order_id);

-- What providers said, once for each payment and status, however often they say it.
create table payment_facts (
    provider text not null,
    provider_ref text not null,
    fact text not null check (fact in ('captured', 'declined')),
    payment_id uuid not null references payments (id),
    order_id uuid not null references orders (id),
    amount_minor bigint not null,
    at timestamptz not null,
    primary key (provider, provider_ref, fact)
);

create table shipments (
    id uuid primary key,
    order_id uuid not null references orders (id),
    carrier text not null,
    tracking_number text not null,
    tracking_url text,
    estimated_delivery timestamptz,
    shipped_at timestamptz not null,
    delivered_at timestamptz
);

create index shipments_order_idx on shipments (order_id);

create table shipment_items (
    shipment_id uuid not null references shipments (id),
    order_id uuid not null,
    line integer not null,
    quantity integer not null check (quantity > 0),
    primary key (shipment_id, line),
    foreign key (order_id, line) references order_lines (order_id, line)
);

create table tickets (
    id uuid primary key,
    order_id uuid not null,
    line integer not null,
    sku text not null references variants (sku),
    seat_id integer not null,
    ticket_code text not null constraint tickets_code_key unique,
    issued_at timestamptz not null,
    checked_in_at timestamptz,
    -- Set when the seat is given back.
    revoked_at timestamptz,
    foreign key (order_id, line) references order_lines (order_id, line)
);

create index tickets_order_idx on tickets (order_id);
-- A seat has at most one ticket that counts.
create unique index tickets_seat_key on tickets (sku) where revoked_at is null;

-- Which order a repeated request already made.
create table idempotency_keys (
    -- Who sent it: keys of different callers never meet.
    scope text not null,
    key text not null,
    -- SHA-256 of the request.
    fingerprint bytea not null,
    order_id uuid not null,
    created_at timestamptz not null,
    primary key (scope, key)
);
