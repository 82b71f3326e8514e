-- Orders with something undecided: each has a time at which it is looked at again (`orders.due_at`), or was forgotten.
create view loose_ends as
select order_id from payments where state in ('started', 'running', 'unknown')
union all
select order_id from refunds where state = 'pending'
union all
select id from orders where state in ('pending', 'payment_pending', 'payment_failed') and expires_at is not null
union all
select order_id from remote_reservations where state in ('wanted', 'unknown', 'releasing')
union all
-- What is held is confirmed once it is sold, and what is refused ends an order that waits for it.
select order_id from remote_reservations join orders on orders.id = order_id
where remote_reservations.state in ('held', 'refused')
    and (remote_reservations.state = 'refused') = (orders.state in ('pending', 'payment_pending', 'payment_failed'))
union all
select order_id from remote_returns where state = 'pending';

create index remote_reservations_open_idx on remote_reservations (order_id)
where state in ('wanted', 'unknown', 'refused', 'held', 'releasing');
