//! Discount codes at orders: an order claims a use when it is placed, and gives it back when it stops.
//!
//! The claim comes after the stock's, and so does giving it back: nobody waits for each other in a circle.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::{CodeProblem, Contact, Discount, DiscountKind, Order, OrderId, Refusal},
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
            kind: match (row.basis_points, row.amount_minor) {
                (Some(basis_points), _) => DiscountKind::Percent(basis_points),
                (None, Some(minor)) => DiscountKind::Amount(minor),
                (None, None) => DiscountKind::FreeDelivery,
            },
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
        // Without a limit orders share no row: they only look.
        let revision =
            sqlx::query_scalar!("select revision from discount_codes where code = $1", name)
                .fetch_one(&mut *conn)
                .await?;
        if revision != code.revision {
            return Ok(false);
        }
    }
    let customer = customer(&order.customer);
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
        customer.filter(|_| code.customer_limit.is_some()),
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// Gives back the use that `order` holds, once.
pub(super) async fn give_back(
    conn: &mut PgConnection,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<(), OrderError> {
    sqlx::query!(
        "with returned as (
            update discount_claims set returned_at = $2 where order_id = $1 and returned_at is null
            returning code, customer
        ), counted as (
            update discount_codes set uses = uses - 1 from returned
            where discount_codes.code = returned.code and use_limit is not null
        )
        update discount_customers set uses = uses - 1 from returned
        where discount_customers.code = returned.code and discount_customers.customer = returned.customer",
        order as OrderId,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What one customer is known by: their address, however they write it, else their account or another system's name.
fn customer(contact: &Contact) -> Option<String> {
    let email = contact.email.as_ref().map(|it| it.to_lowercase());
    let account = || contact.id.map(|it| it.to_string());
    email
        .or_else(account)
        .or_else(|| contact.external_ref.clone())
}
