-- When the provider last agreed with what a payment says. A payment that changed since is to be audited.
alter table payments add column audited_at timestamptz;

create index payments_unaudited_idx on payments (updated_at)
where state in ('captured', 'declined') and (audited_at is null or audited_at < updated_at);

create index refunds_pending_idx on refunds (order_id) where state = 'pending';
