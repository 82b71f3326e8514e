//! The goods of refunds and returns: those that no parcel took are not sent any more, and those that are wanted there go
//! back on the shelf. Each once: what a refund that was refused did to them counts for the one that is made in its place,
//! and what was refunded while it travelled is not shelved again when it arrives.

use sqlx::PgConnection;

use super::stock;
use crate::{
    domain::{LineQuantity, Order, OrderId, RefundId, RefundItem, Return, ReturnId},
    engine::{Clock, OrderError},
};

/// What becomes of some of a line.
struct Goods {
    line: u32,
    quantity: u32,
    /// How many of them are not to be sent, and how many of those a refused refund kept back already.
    withdrawn: Part,
    /// How many of them are to be shelved, and how many of those a refused refund put there already.
    restocked: Part,
}

#[derive(Clone, Copy)]
struct Part {
    wanted: u32,
    done: u32,
}

impl Part {
    fn of(wanted: u32, left_over: u32) -> Self {
        Self {
            wanted,
            done: wanted.min(left_over),
        }
    }

    fn to_do(self) -> u32 {
        self.wanted - self.done
    }
}

/// Keeps the items of `refund` from being sent, and puts them back on the shelf where `restock` says so.
///
/// # Errors
/// As [`stock::put_back`].
pub(super) async fn settle(
    conn: &mut PgConnection,
    order: &Order,
    refund: RefundId,
    items: &[RefundItem],
    restock: bool,
    clock: &Clock,
) -> Result<(), OrderError> {
    let left_over = left_over(conn, order.id).await?;
    let goods: Vec<Goods> = items
        .iter()
        .map(|item| {
            let found = left_over.iter().find(|it| it.line == item.line);
            let (kept, shelved) = found.map_or((0, 0), |it| (it.withdrawn, it.restocked));
            let unsent = order.line(item.line).map_or(0, |it| order.unsent(it));
            let restocked = if restock { item.quantity } else { 0 };
            Goods {
                line: item.line,
                quantity: item.quantity,
                withdrawn: Part::of(item.quantity.min(unsent + kept), kept),
                restocked: Part::of(restocked, shelved),
            }
        })
        .collect();
    let some = |to_do: fn(&Goods) -> u32| -> Vec<LineQuantity> {
        let items = goods.iter().map(|it| LineQuantity {
            line: it.line,
            quantity: to_do(it),
        });
        items.filter(|it| it.quantity > 0).collect()
    };
    stock::withdraw(conn, order.id, &some(|it| it.withdrawn.to_do())).await?;
    let to_shelve = some(|it| it.restocked.to_do());
    let back = if to_shelve.is_empty() {
        Vec::new()
    } else {
        stock::put_back(conn, order, &to_shelve, clock).await?.items
    };
    let shelved = |goods: &Goods| {
        let now = back.iter().find(|it| it.line == goods.line);
        let now = now.map_or(0, |it| it.quantity);
        (goods.restocked.done + now).min(goods.quantity)
    };
    note(conn, refund, &goods, shelved).await
}

/// What refused refunds did to a line, and no other has taken over.
struct LeftOver {
    line: u32,
    withdrawn: u32,
    restocked: u32,
}

/// Beyond what the order's other refunds and its returns account for.
async fn left_over(conn: &mut PgConnection, order: OrderId) -> Result<Vec<LeftOver>, OrderError> {
    let rows = sqlx::query!(
        r#"select line, order_lines.withdrawn - by_refunds.withdrawn as "withdrawn!",
            order_lines.restocked - by_refunds.restocked - by_returns.restocked as "restocked!"
        from order_lines
        cross join lateral (
            select coalesce(sum(it.withdrawn), 0)::integer as withdrawn, coalesce(sum(it.restocked), 0)::integer as restocked
            from refund_items it join refunds on refunds.id = refund_id
            where it.order_id = $1 and it.line = order_lines.line and state <> 'failed'
        ) by_refunds
        cross join lateral (
            select coalesce(sum(it.restocked), 0)::integer as restocked from return_items it
            where it.order_id = $1 and it.line = order_lines.line
        ) by_returns
        where order_id = $1"#,
        order as OrderId,
    )
    .fetch_all(conn)
    .await?;
    let number = |it: i32| u32::try_from(it).unwrap_or(0);
    let rows = rows.into_iter().map(|it| LeftOver {
        line: number(it.line),
        withdrawn: number(it.withdrawn),
        restocked: number(it.restocked),
    });
    Ok(rows.collect())
}

async fn note(
    conn: &mut PgConnection,
    refund: RefundId,
    goods: &[Goods],
    shelved: impl Fn(&Goods) -> u32,
) -> Result<(), OrderError> {
    let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
    let column =
        |read: &dyn Fn(&Goods) -> u32| goods.iter().map(|it| number(read(it))).collect::<Vec<_>>();
    sqlx::query!(
        "update refund_items set withdrawn = goods.withdrawn, restocked = goods.restocked
        from unnest($2::integer[], $3::integer[], $4::integer[]) as goods(line, withdrawn, restocked)
        where refund_id = $1 and refund_items.line = goods.line",
        refund as RefundId,
        &column(&|it| it.line),
        &column(&|it| it.withdrawn.wanted),
        &column(&shelved),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts what came back in a return on the shelf, but for what refunds put there since it was asked for. Whether services
/// outside have to be told.
///
/// # Errors
/// As [`stock::put_back`].
pub(super) async fn shelve_return(
    conn: &mut PgConnection,
    order: &Order,
    found: &Return,
    clock: &Clock,
) -> Result<bool, OrderError> {
    let (lines, quantities) = stock::columns(&found.items);
    let wanted = sqlx::query!(
        r#"select line as "line!", greatest(0, quantity - coalesce((
                select sum(it.restocked) from refund_items it join refunds on refunds.id = refund_id
                where it.order_id = $1 and it.line = wanted.line and refunds.created_at >= $4
            ), 0))::integer as "quantity!"
        from unnest($2::integer[], $3::integer[]) as wanted(line, quantity)"#,
        order.id as OrderId,
        &lines,
        &quantities,
        found.created_at,
    )
    .fetch_all(&mut *conn)
    .await?;
    let wanted: Vec<_> = wanted
        .into_iter()
        .map(|it| stock::line_quantity(it.line, it.quantity))
        .filter(|it| it.quantity > 0)
        .collect();
    let back = stock::put_back(&mut *conn, order, &wanted, clock).await?;
    let (lines, quantities) = stock::columns(&back.items);
    sqlx::query!(
        "update return_items set restocked = least(return_items.quantity, back.quantity)
        from unnest($2::integer[], $3::integer[]) as back(line, quantity)
        where return_id = $1 and return_items.line = back.line",
        found.id as ReturnId,
        &lines,
        &quantities,
    )
    .execute(conn)
    .await?;
    Ok(back.is_to_be_told)
}
