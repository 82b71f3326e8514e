\set a random(1, 999)
\set b random(:a + 1, 1000)
\set id random(1, 9000000000000000000)
begin;
select sku, on_hand - reserved from least_stock where sku in (:a, :b) order by sku for update;
update least_stock set reserved = reserved + 1 where sku in (:a, :b);
insert into least_orders (id, state, email, total_minor, created_at) values (md5((:id)::text)::uuid, 'pending', 'ada@example.com', 3960, now());
insert into least_lines values (md5((:id)::text)::uuid, 1, :a, 1, 1800), (md5((:id)::text)::uuid, 2, :b, 1, 1800);
insert into least_history values (md5((:id)::text)::uuid, 1, 'pending', 'service', now());
insert into least_outbox (order_id, type, data) values (md5((:id)::text)::uuid, 'order.created', '{"sequence": 1, "status": "pending", "total_minor": 3960, "currency": "USD"}');
commit;
