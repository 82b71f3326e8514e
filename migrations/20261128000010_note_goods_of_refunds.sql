-- What became of the goods of each refund and return, beside what became of those of the whole line: so that a refund
-- which the payment provider refused, made once more, keeps back and puts back nothing a second time.

alter table refund_items
    -- How many of them no parcel takes any more.
    add column withdrawn integer not null default 0,
    -- How many of them are back on the shelf.
    add column restocked integer not null default 0;

alter table return_items
    -- How many of them are back on the shelf.
    add column restocked integer not null default 0;

-- Earlier ones: as far as the line says, the first before the others, refunds before returns.
with goods as (
    select refund_id, it.line, it.quantity, order_lines.withdrawn, order_lines.restocked,
        sum(it.quantity) over (partition by it.order_id, it.line order by refund_id) - it.quantity as before
    from refund_items it
    join order_lines using (order_id, line)
    join refunds on refunds.id = refund_id
    where refunds.state <> 'failed'
)
update refund_items it set
    withdrawn = least(it.quantity, greatest(0, goods.withdrawn - before)),
    restocked = least(it.quantity, greatest(0, goods.restocked - before))
from goods where it.refund_id = goods.refund_id and it.line = goods.line;

with goods as (
    select return_id, it.line, order_lines.restocked - coalesce((
            select sum(other.restocked) from refund_items other
            where other.order_id = it.order_id and other.line = it.line
        ), 0) as restocked,
        sum(it.quantity) over (partition by it.order_id, it.line order by return_id) - it.quantity as before
    from return_items it
    join order_lines using (order_id, line)
    join returns on returns.id = return_id
    where returns.state = 'received'
)
update return_items it set restocked = least(it.quantity, greatest(0, goods.restocked - before))
from goods where it.return_id = goods.return_id and it.line = goods.line;

alter table refund_items
    add constraint refund_items_withdrawn_check check (withdrawn between 0 and quantity),
    add constraint refund_items_restocked_check check (restocked between 0 and quantity);
alter table return_items
    add constraint return_items_restocked_check check (restocked between 0 and quantity);
