//! Discount codes at orders: an order claims a use when it is placed, and gives it back when it stops.
//!
//! Locks come in one order, so that nobody waits for each other in a circle: the order's stock, the right to use the code
//! as it is, the code's row where its uses are limited, the customer's row.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::{CodeProblem, Contact, CustomerId, Discount, DiscountKind, Order, OrderId, Refusal},
    engine::OrderError,
};

/// A code that can be used now, as far as can be told without its lock.
pub(in crate::engine) struct Code {
    pub(in crate::engine) discount: Discount,
    /// Of its rules.
    revision: i32,
    is_limited: bool,
    customer_limit: Option<i32>,
}

/// The code, or why it cannot be used at `storefront` now.
///
/// # Errors
/// The database failed.
pub(in crate::engine) async fn find(
    pool: &PgPool,
    storefront: &str,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<Code, CodeProblem>, OrderError> {
    let row = sqlx::query!(
        r#"select basis_points, amount_minor, storefront, minimum_minor, starts_at, ends_at, use_limit, customer_limit,
            is_active, uses, revision
        from discount_codes where code = $1"#,
        code,
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row.filter(|it| it.is_active) else {
        return Ok(Err(CodeProblem::Unknown));
    };
    if row.storefront.is_some_and(|it| it != storefront) {
        return Ok(Err(CodeProblem::Elsewhere));
    }
    if row.starts_at.is_some_and(|it| now < it) {
        return Ok(Err(CodeProblem::Early));
    }
    if row.ends_at.is_some_and(|it| now >= it) {
        return Ok(Err(CodeProblem::Over));
    }
    if row.use_limit.is_some_and(|it| row.uses >= it) {
        return Ok(Err(CodeProblem::UsedUp));
    }
    Ok(Ok(Code {
        discount: Discount {
            code: code.to_owned(),
            kind: DiscountKind::of(row.basis_points, row.amount_minor),
            minimum_minor: row.minimum_minor,
        },
        revision: row.revision,
        is_limited: row.use_limit.is_some(),
        customer_limit: row.customer_limit,
    }))
}

/// Claims a use for `order`. False if the rules that it was priced by are no more.
///
/// # Errors
/// [`Refusal::CodeUsedUp`], also where this customer has used it as often as one may.
pub(super) async fn claim(
    conn: &mut PgConnection,
    code: &Code,
    order: &Order,
) -> Result<bool, OrderError> {
    let name = &code.discount.code;
    let used_up = || Refusal::CodeUsedUp(name.clone());
    // Before the code's row is locked: others wait for it.
    let customer = customer(&mut *conn, &order.customer).await?;
    if code.is_limited {
        let now = sqlx::query!(
            "select revision, uses >= use_limit as is_used_up from discount_codes where code = $1 for update",
            name,
        )
        .fetch_one(&mut *conn)
        .await?;
        if now.revision != code.revision {
            return Ok(false);
        }
        if now.is_used_up == Some(true) {
            return Err(used_up().into());
        }
    } else {
        // Without a limit orders share no row: they only look, while nobody changes the code.
        lock_with_others(&mut *conn, name).await?;
        let revision =
            sqlx::query_scalar!("select revision from discount_codes where code = $1", name)
                .fetch_one(&mut *conn)
                .await?;
        if revision != code.revision {
            return Ok(false);
        }
    }
    if let Some(limit) = code.customer_limit {
        let Some(customer) = &customer else {
            let detail = "is for customers with an e-mail address";
            return Err(Refusal::field("/discount_code", detail).into());
        };
        let claimed = sqlx::query!(
            "insert into discount_customers (code, customer, uses) values ($1, $2, 1)
             on conflict (code, customer) do update set uses = discount_customers.uses + 1
             where discount_customers.uses < $3",
            name,
            customer,
            limit,
        )
        .execute(&mut *conn)
        .await?
        .rows_affected();
        if claimed == 0 {
            return Err(used_up().into());
        }
    }
    sqlx::query!(
        "with counted as (update discount_codes set uses = uses + 1 where code = $2 and use_limit is not null)
        insert into discount_claims (order_id, code, customer) values ($1, $2, $3)",
        order.id as OrderId,
        name,
        customer,
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// Gives back the use of `code` that `order` holds, once.
pub(super) async fn give_back(
    conn: &mut PgConnection,
    order: OrderId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    lock_with_others(&mut *conn, code).await?;
    let returned = sqlx::query!(
        "update discount_claims set returned_at = $2 where order_id = $1 and returned_at is null
         returning code, customer",
        order as OrderId,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(returned) = returned else {
        return Ok(());
    };
    sqlx::query!(
        "update discount_codes set uses = uses - 1 where code = $1 and use_limit is not null",
        returned.code,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update discount_customers set uses = uses - 1 where code = $1 and customer = $2",
        returned.code,
        returned.customer,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the code's rules as they are until the transaction ends, as any number of orders may at once. A lock beside the
/// row: one on the row would be written onto it.
async fn lock_with_others(conn: &mut PgConnection, code: &str) -> Result<(), OrderError> {
    sqlx::query!(
        "select pg_advisory_xact_lock_shared(hashtextextended('discount_codes ' || $1, 0))",
        code
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// Waits until no order is claiming the code or giving it back, and lets none begin before the transaction ends.
pub(in crate::engine) async fn lock_alone(
    conn: &mut PgConnection,
    code: &str,
) -> Result<(), OrderError> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('discount_codes ' || $1, 0))",
        code
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "select 1 as locked from discount_codes where code = $1 for update",
        code
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}

/// Counts the uses of each customer anew, where the code has a limit for them. For whoever has locked it.
pub(in crate::engine) async fn recount(
    conn: &mut PgConnection,
    code: &str,
) -> Result<(), OrderError> {
    sqlx::query!("delete from discount_customers where code = $1", code)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into discount_customers (code, customer, uses)
         select code, customer, count(*) from discount_claims join discount_codes using (code)
         where code = $1 and customer_limit is not null and returned_at is null and customer is not null
         group by code, customer",
        code,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What one customer is known by: their account's address, however they write it, or the account where it has none; a
/// guest by the address that they name, or by another system's name for them.
async fn customer(
    conn: &mut PgConnection,
    contact: &Contact,
) -> Result<Option<String>, OrderError> {
    let Some(account) = contact.id else {
        let email = contact.email.as_ref().map(|it| it.to_lowercase());
        return Ok(email.or_else(|| contact.external_ref.clone()));
    };
    let email = sqlx::query_scalar!(
        "select lower(email) from customers where id = $1",
        account as CustomerId,
    )
    .fetch_optional(conn)
    .await?;
    Ok(Some(email.flatten().unwrap_or_else(|| account.to_string())))
}
