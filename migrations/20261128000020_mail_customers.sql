-- Mails to customers are deliveries too. What they say is written when they are sent, from the order as it is then.

alter table deliveries
    drop constraint deliveries_target_check,
    add constraint deliveries_target_check check (target in ('webhook', 'mail')),
    -- What the mail is about.
    add column mail text check (mail in ('received', 'confirmed', 'shipped', 'cancelled', 'refunded')),
    add constraint deliveries_about_check check ((target = 'mail') = (mail is not null));

-- One mail an event.
create unique index deliveries_mail_key on deliveries (event_id) where target = 'mail';

create index deliveries_mail_due_idx on deliveries (next_at) where target = 'mail' and state = 'waiting';

-- For lists: of a kind, of a kind in a state, of an order.
create index deliveries_target_idx on deliveries (target, id desc);

create index deliveries_state_idx on deliveries (target, state, id desc) where state <> 'delivered';

create index deliveries_order_idx on deliveries (order_id, id desc);
