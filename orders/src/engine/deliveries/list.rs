//! What became of telling others, and telling them again. Mails to customers are seen to by everybody who works here,
//! webhooks by those who run the shop.

use sqlx::{PgConnection, QueryBuilder};

use super::Deliveries;
use crate::{
    domain::{
        Addressee, Caller, Delivery, DeliveryFilter, DeliveryId, DeliveryState, DeliveryTarget,
        EventType, MailKind, OrderId, Page, PageRequest, Refusal, WebhookId,
    },
    engine::OrderError,
};

impl Deliveries {
    /// A page of deliveries, those of the newest events first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not see to them.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: DeliveryFilter,
        page: PageRequest<DeliveryId>,
    ) -> Result<Page<Delivery, DeliveryId>, OrderError> {
        match filter.target {
            Some(DeliveryTarget::Mail) => caller.must_work_here()?,
            Some(DeliveryTarget::Webhook) | None => caller.must_act_for_others()?,
        }
        let limit = usize::from(page.limit.clamp(1, 100));
        let mut conn = self.database.pool.acquire().await?;
        // One more than asked for tells whether there is a next page, without counting.
        let mut ids = newest(&mut conn, filter, page.after, limit + 1).await?;
        let has_more = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().copied().filter(|_| has_more);
        let data = read(&mut conn, &ids).await?;
        Ok(Page { data, next })
    }

    /// Sends a delivery at once, with all its attempts before it. One that is just being sent stays as it is.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not see to it, [`Refusal::NotFound`].
    pub async fn resend(&self, caller: &Caller, id: DeliveryId) -> Result<Delivery, OrderError> {
        caller.must_work_here()?;
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        let found = read(&mut tx, &[id]).await?.pop();
        if let Some(Addressee::WebhookId(_)) = found.map(|it| it.to) {
            caller.must_act_for_others()?;
        }
        sqlx::query!(
            "update deliveries set state = 'waiting', attempts = 0, next_at = $2, ended_at = null
            where id = $1 and claim is null",
            id as DeliveryId,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let found = read(&mut tx, &[id]).await?.pop();
        commit!(tx, "resend_delivery");
        found.ok_or_else(|| Refusal::NotFound("the delivery".to_owned()).into())
    }

    /// Sends everything again that was set aside of a webhook. Returns how many there were.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn resend_set_aside(
        &self,
        caller: &Caller,
        webhook: WebhookId,
    ) -> Result<u64, OrderError> {
        self.webhook(caller, webhook).await?;
        let resent = sqlx::query!(
            "update deliveries set state = 'waiting', attempts = 0, next_at = $2, ended_at = null
            where id in (
                select id from deliveries where endpoint_id = $1 and state = 'set_aside' order by id for update
            )",
            webhook as WebhookId,
            self.database.clock.now(),
        )
        .execute(&self.database.pool)
        .await?;
        Ok(resent.rows_affected())
    }
}

/// The newest deliveries that the filter selects, from behind `after`. Planned with what is asked for, as orders are.
async fn newest(
    conn: &mut PgConnection,
    filter: DeliveryFilter,
    after: Option<DeliveryId>,
    limit: usize,
) -> Result<Vec<DeliveryId>, OrderError> {
    let mut query = QueryBuilder::new("select id from deliveries where true");
    if let Some(target) = filter.target {
        query.push(format!(" and target = '{target}'"));
    }
    if let Some(after) = after {
        query.push(" and id < ").push_bind(after);
    }
    if let Some(state) = filter.state {
        query.push(" and state = ").push_bind(state);
    }
    if let Some(webhook) = filter.webhook {
        query.push(" and endpoint_id = ").push_bind(webhook);
    }
    if let Some(order) = filter.order {
        query.push(" and order_id = ").push_bind(order);
    }
    query
        .push(" order by id desc limit ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let ids = query
        .build_query_scalar()
        .persistent(false)
        .fetch_all(conn)
        .await?;
    Ok(ids)
}

async fn read(conn: &mut PgConnection, ids: &[DeliveryId]) -> Result<Vec<Delivery>, OrderError> {
    let ids: Vec<_> = ids.iter().map(|it| it.0).collect();
    let rows = sqlx::query!(
        r#"select id as "id: DeliveryId", endpoint_id as "webhook: WebhookId", mail as "mail: MailKind", event_id,
            type as "event_type: EventType", order_id as "order_id: OrderId",
            coalesce((data ->> 'number')::bigint, 0) as "order_number!", sequence, state as "state: DeliveryState",
            attempts, next_at, last_error, last_status, created_at, ended_at
        from deliveries where id = any($1) order by id desc"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let deliveries = rows.into_iter().filter_map(|row| {
        Some(Delivery {
            id: row.id,
            // The table holds one of both.
            to: match row.webhook {
                Some(id) => Addressee::WebhookId(id),
                None => Addressee::Mail(row.mail?),
            },
            event_id: row.event_id,
            event_type: row.event_type,
            order_id: row.order_id,
            order_number: row.order_number,
            sequence: row.sequence,
            state: row.state,
            attempts: row.attempts,
            next_at: row.next_at,
            last_error: row.last_error,
            last_status: row.last_status,
            created_at: row.created_at,
            ended_at: row.ended_at,
        })
    });
    Ok(deliveries.collect())
}
