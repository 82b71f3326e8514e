//! Finding orders: one, or a page of many.

use super::{Orders, access, read};
use crate::{
    domain::{
        Caller, CustomerId, Identity, Order, OrderFilter, OrderId, OrderToken, Page, PageRequest,
        Refusal,
    },
    engine::OrderError,
};

impl Orders {
    /// One order, if it exists for this caller.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], also for another person's order.
    pub async fn find(&self, caller: &Caller, id: OrderId) -> Result<Order, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let record = read::document(&mut conn, id).await?;
        access::check(&self.database.secrets, caller, &record)?;
        Ok(record.order)
    }

    /// The token that opens an order for whoever holds it, for the links we send.
    ///
    /// # Errors
    /// The caller may not see the order.
    pub async fn token(&self, caller: &Caller, id: OrderId) -> Result<OrderToken, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let record = read::document(&mut conn, id).await?;
        access::check(&self.database.secrets, caller, &record)?;
        Ok(access::token(
            &self.database.secrets,
            id,
            record.token_version,
        ))
    }

    /// A page of orders, newest first: all for those who work here, their own for a customer.
    ///
    /// # Errors
    /// [`Refusal::SignInNeeded`] for a guest.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &OrderFilter,
        page: PageRequest,
    ) -> Result<Page<Order>, OrderError> {
        let customer = match caller.identity {
            Identity::Guest => return Err(Refusal::SignInNeeded.into()),
            Identity::Person { id, .. } if !caller.works_here() => Some(id),
            Identity::Person { .. } | Identity::Service(_) | Identity::System => filter.customer,
        };
        let limit = usize::from(page.limit.clamp(1, 100));
        let states: Vec<String> = filter
            .status
            .iter()
            .map(|it| it.as_str().to_owned())
            .collect();
        let mut conn = self.database.pool.acquire().await?;
        // One more than asked for tells whether there is a next page, without counting.
        let mut ids = sqlx::query_scalar!(
            r#"select id as "id: OrderId" from orders
            where archived_at is null
                and ($1::uuid is null or id < $1)
                and ($2::text[] is null or state = any($2))
                and ($3::uuid is null or customer_id = $3)
                and ($4::text is null or external_ref = $4)
                and ($5::text is null or storefront = $5)
                and ($6::timestamptz is null or created_at >= $6)
                and ($7::timestamptz is null or created_at < $7)
                and ($8::text is null or search @@ $8::text::tsquery)
                and (not $9 or needs_attention is not null)
            order by id desc limit $10"#,
            page.after.map(|it| it.0),
            Some(&states[..]).filter(|it| !it.is_empty()),
            customer.map(|it| it.0),
            filter.external_ref,
            filter.storefront,
            filter.placed_from,
            filter.placed_to,
            filter.q.as_deref().and_then(search_query),
            filter.needs_attention,
            i64::try_from(limit + 1).unwrap_or(i64::MAX),
        )
        .fetch_all(&mut *conn)
        .await?;
        let has_more = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().copied().filter(|_| has_more);
        let data = read::documents(&mut conn, &ids)
            .await?
            .into_iter()
            .map(|it| it.order)
            .collect();
        Ok(Page { data, next })
    }
}

impl Orders {
    /// A page of one user's orders. `user` is our id, a bearer token's subject, or another system's id.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a customer who asks for somebody else's, [`Refusal::SignInNeeded`] for a guest.
    pub async fn list_of_user(
        &self,
        caller: &Caller,
        user: &str,
        filter: OrderFilter,
        page: PageRequest,
    ) -> Result<Page<Order>, OrderError> {
        let known = sqlx::query_scalar!(
            r#"select id as "id: CustomerId" from customers where id = $1 or external_ref = $2"#,
            user.parse::<CustomerId>().ok().map(|it| it.0),
            user,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        if !caller.works_here() {
            let person = caller.person().ok_or(Refusal::SignInNeeded)?;
            if known != Some(person) {
                return Err(Refusal::NotFound("the user".to_owned()).into());
            }
        }
        // Orders placed by a service may name a customer who has no account here.
        let external_ref = known.is_none().then(|| user.to_owned());
        self.list(
            caller,
            &OrderFilter {
                customer: known,
                external_ref,
                ..filter
            },
            page,
        )
        .await
    }
}

/// Each word as the beginning of a word that the order is found by, in Postgres' notation. `None` without words.
fn search_query(q: &str) -> Option<String> {
    let words: Vec<String> = q
        .to_lowercase()
        .split_whitespace()
        .map(|word| word.trim_start_matches('#').replace(['\'', '\\', '\0'], ""))
        .filter(|word| !word.is_empty())
        .map(|word| format!("'{word}':*"))
        .collect();
    if words.is_empty() {
        None
    } else {
        Some(words.join(" & "))
    }
}
