-- Who asked for a link to choose a new password. The link is made when its mail is sent, and kept nowhere.
create table password_mails (
    customer_id uuid primary key references customers (id) on delete cascade,
    -- Where they asked, which is who writes to them, and in which language.
    storefront text not null references storefronts (code),
    language text not null,
    asked_at timestamptz not null,
    -- When it is sent, or sent again. Null: it was sent, or given up.
    next_at timestamptz,
    attempts integer not null default 0
);

create index password_mails_due_idx on password_mails (next_at) where next_at is not null;
