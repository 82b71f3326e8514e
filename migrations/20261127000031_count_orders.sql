-- How many orders there are, so that a numbered page can say of how many without reading them all. Placing and changing
-- orders write nothing here: the relay folds what they told. What it has not folded yet is added when the numbers are read.

create table order_counts (
    -- Whose; null: everybody's.
    customer_id uuid,
    state text not null,
    count bigint not null,
    constraint order_counts_key unique nulls not distinct (customer_id, state)
);

-- What an event changes about how many orders are in a state. An archived order leaves all counts with the event that
-- says so; what happens to it later counts no more.
create function order_count_changes(type text, data jsonb) returns table (state text, change bigint)
language sql immutable as $$
    select data ->> 'status', 1 where type = 'order.created'
    union all
    select data ->> 'status', 1 where type = 'order.status_changed' and data -> 'archived' is null
    union all
    select data ->> 'previous_status', -1 where type = 'order.status_changed' and data -> 'archived' is null
    union all
    select data ->> 'status', -1 where type = 'order.updated' and data ->> 'change' = 'archived'
$$;

-- Counts anew. Nobody writes orders or tells of them meanwhile: between the two statements something could be folded,
-- or told, that then counts twice or not at all.
create function count_orders_anew() returns void language plpgsql as $$
begin
    lock table orders, outbox in share mode;
    delete from order_counts;
    insert into order_counts (customer_id, state, count)
    select null, state, count(*) from orders where archived_at is null group by state
    union all
    select customer_id, state, count(*) from orders
    where archived_at is null and customer_id is not null group by customer_id, state;
    -- What waits will be folded, so it is not counted yet.
    insert into order_counts (customer_id, state, count)
    select whose.customer_id, moved.state, -sum(moved.change)
    from outbox join orders on orders.id = order_id
    cross join lateral order_count_changes(type, data) as moved
    cross join lateral (
        select null::uuid as customer_id
        union all select orders.customer_id where orders.customer_id is not null
    ) as whose
    where relayed_at is null
    group by whose.customer_id, moved.state
    on conflict (customer_id, state) do update set count = order_counts.count + excluded.count;
end
$$;

select count_orders_anew();
