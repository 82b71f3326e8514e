\set a random(1, 999)
\set b random(:a + 1, 1000)
begin;
select sku, on_hand - reserved from least_stock where sku in (:a, :b) order by sku for update;
update least_stock set reserved = reserved + 1 where sku in (:a, :b);
select gen_random_uuid() as id \gset
insert into least_orders (id, state, email, total_minor, created_at) values (:'id', 'pending', 'ada@example.com', 3960, now());
insert into least_lines values (:'id', 1, :a, 1, 1800), (:'id', 2, :b, 1, 1800);
insert into least_history values (:'id', 1, 'pending', 'service', now());
insert into least_outbox (order_id, type, data) values (:'id', 'order.created', '{"sequence": 1, "status": "pending", "total_minor": 3960, "currency": "USD"}');
commit;
