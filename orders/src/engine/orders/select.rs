//! Which orders a filter selects, newest first. No page reads the whole table, whatever it is filtered by.
//!
//! The statement holds only the conditions that are asked for, and is planned with their values: one prepared statement
//! for all of them would be planned for none, and read everything.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    domain::{Cursor, OrderFilter, OrderId, PageNumber},
    engine::OrderError,
};

/// A search that finds more orders than this is for a common word, whose newest orders are near the end of the table.
const COMMON: usize = 2_000;

/// How many of the newest orders are looked through before the index of words is asked: that reads all orders that have
/// a word, and a common word is in many.
const NEAR: i64 = 1_000;

/// The newest orders that the filter selects, at most `limit`, from behind `after`.
pub(super) async fn newest(
    conn: &mut PgConnection,
    filter: &OrderFilter,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Vec<OrderId>, OrderError> {
    let selected = |select| selected(select, filter, after);
    let Some(words) = filter.q.as_deref().and_then(search_query) else {
        return page(conn, selected("select id"), limit).await;
    };
    let mut near = selected("select id from (select id, search");
    near.push(" order by id desc limit ").push_bind(NEAR);
    near.push(") as near where search @@ ")
        .push_bind(&words)
        .push("::tsquery");
    let near = page(conn, near, limit).await?;
    if near.len() >= limit {
        return Ok(near);
    }
    let found = search(conn, &words).await?;
    let mut query = selected("select id");
    if found.len() > COMMON {
        query
            .push(" and search @@ ")
            .push_bind(words)
            .push("::tsquery");
    } else {
        query.push(" and id = any(").push_bind(found).push(")");
    }
    page(conn, query, limit).await
}

/// A numbered page of the orders that the filter selects, newest first. Its words are not looked at.
pub(super) async fn numbered(
    conn: &mut PgConnection,
    filter: &OrderFilter,
    page: PageNumber,
) -> Result<Vec<OrderId>, OrderError> {
    let mut query = selected("select id", filter, None);
    query
        .push(" order by id desc limit ")
        .push_bind(i64::from(page.limit))
        .push(" offset ")
        .push_bind(i64::try_from(page.offset()).unwrap_or(i64::MAX));
    let ids = query.build_query_scalar().persistent(false);
    Ok(ids.fetch_all(conn).await?)
}

/// A statement that begins with `select`, of the orders that the filter selects, without the filter's words.
fn selected(select: &str, filter: &OrderFilter, after: Option<Cursor>) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(select);
    query.push(" from orders where archived_at is null");
    narrow(&mut query, filter, after);
    query
}

async fn page(
    conn: &mut PgConnection,
    mut query: QueryBuilder<Postgres>,
    limit: usize,
) -> Result<Vec<OrderId>, OrderError> {
    query
        .push(" order by id desc limit ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let ids = query.build_query_scalar().persistent(false);
    Ok(ids.fetch_all(conn).await?)
}

/// The orders that have all the words, in no order; one more than [`COMMON`] when there are more than that.
async fn search(conn: &mut PgConnection, words: &str) -> Result<Vec<OrderId>, OrderError> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id: OrderId" from orders where search @@ $1::text::tsquery limit $2"#,
        words,
        i64::try_from(COMMON + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

fn narrow(query: &mut QueryBuilder<Postgres>, filter: &OrderFilter, after: Option<Cursor>) {
    if let Some(after) = after {
        query.push(" and id < ").push_bind(after.0);
    }
    if !filter.status.is_empty() {
        let states: Vec<_> = filter.status.iter().map(|it| it.as_str()).collect();
        query.push(" and state = any(").push_bind(states).push(")");
    }
    if let Some(customer) = filter.customer {
        query.push(" and customer_id = ").push_bind(customer);
    }
    if let Some(external_ref) = &filter.external_ref {
        query
            .push(" and external_ref = ")
            .push_bind(external_ref.clone());
    }
    if let Some(storefront) = &filter.storefront {
        query
            .push(" and storefront = ")
            .push_bind(storefront.clone());
    }
    // Ids begin with the time in milliseconds, taken a moment after `created_at`, and have an index.
    if let Some(from) = filter.placed_from {
        query.push(" and created_at >= ").push_bind(from);
        query.push(" and id >= ").push_bind(first_id(from, 0));
    }
    if let Some(to) = filter.placed_to {
        query.push(" and created_at < ").push_bind(to);
        query.push(" and id < ").push_bind(first_id(to, 1_000));
    }
    if filter.needs_attention {
        query.push(" and needs_attention is not null");
    }
}

/// The smallest id that an order placed so many milliseconds after a time could have.
fn first_id(at: DateTime<Utc>, milliseconds: u64) -> Uuid {
    let at = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let [_, _, time @ ..] = at.saturating_add(milliseconds).to_be_bytes();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&time);
    Uuid::from_bytes(bytes)
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
