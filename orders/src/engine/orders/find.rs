//! Finding orders: one, or a page of many.

use super::{Orders, access, read, select};
use crate::{
    domain::{
        Caller, CustomerId, Identity, Order, OrderFilter, OrderId, OrderToken, Page, PageRequest,
        Refusal,
    },
    engine::{Database, OrderError},
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
        let filter = OrderFilter {
            customer,
            ..filter.clone()
        };
        let mut conn = self.database.pool.acquire().await?;
        // One more than asked for tells whether there is a next page, without counting.
        let mut ids = select::newest(&mut conn, &filter, page.after, limit + 1).await?;
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

/// An order, with the token that opens it for whoever holds it; nothing of one that is archived.
pub(in crate::engine) async fn with_token(
    database: &Database,
    id: OrderId,
) -> Result<Option<(Order, OrderToken)>, OrderError> {
    let mut conn = database.pool.acquire().await?;
    let record = read::document(&mut conn, id).await?;
    let token = access::token(&database.secrets, id, record.token_version);
    Ok((!record.is_archived).then_some((record.order, token)))
}
