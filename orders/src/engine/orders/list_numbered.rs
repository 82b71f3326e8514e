//! Orders in pages that are numbered, and how many there are of them.

use sqlx::PgConnection;

use super::{Orders, read, select};
use crate::{
    domain::{
        Caller, CustomerId, Identity, NumberedPage, Order, OrderFilter, OrderState, PageNumber,
        Refusal,
    },
    engine::OrderError,
};

impl Orders {
    /// A numbered page of the orders in any of `states` (empty: all), newest first: all of them for those who work here,
    /// their own for a customer.
    ///
    /// # Errors
    /// [`Refusal::SignInNeeded`] for a guest.
    pub async fn list_numbered(
        &self,
        caller: &Caller,
        states: &[OrderState],
        page: PageNumber,
    ) -> Result<NumberedPage<Order>, OrderError> {
        let customer = match caller.identity {
            Identity::Guest => return Err(Refusal::SignInNeeded.into()),
            Identity::Person { id, .. } if !caller.works_here() => Some(id),
            Identity::Person { .. } | Identity::Service(_) | Identity::System => None,
        };
        let page = page.clamped();
        let filter = OrderFilter {
            status: states.to_vec(),
            customer,
            ..OrderFilter::default()
        };
        // One moment, so that page and total agree. It only reads, so it ends as it goes.
        let mut tx = (self.database.pool)
            .begin_with("begin isolation level repeatable read read only")
            .await?;
        let ids = select::numbered(&mut tx, &filter, page).await?;
        let orders = read::documents(&mut tx, &ids).await?;
        let total = count(&mut tx, customer, states).await?;
        Ok(NumberedPage {
            data: orders.into_iter().map(|it| it.order).collect(),
            page,
            total,
        })
    }
}

/// How many orders there are: as the relay counted them, with what it has not counted yet.
async fn count(
    conn: &mut PgConnection,
    customer: Option<CustomerId>,
    states: &[OrderState],
) -> Result<u64, OrderError> {
    let states: Vec<String> = states.iter().map(|it| it.as_str().to_owned()).collect();
    let total = sqlx::query_scalar!(
        r#"select coalesce(sum(count), 0)::bigint as "total!" from (
            select state, count from order_counts where customer_id is not distinct from $1
            union all
            select moved.state, moved.change
            from outbox
            join orders on orders.id = order_id
            cross join lateral order_count_changes(type, data) as moved
            where relayed_at is null and ($1::uuid is null or customer_id = $1)
        ) counted where $2::text[] = '{}' or state = any($2)"#,
        customer.map(|it| it.0),
        &states,
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(total).unwrap_or(0))
}
