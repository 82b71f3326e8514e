//! Making discount codes and changing their rules.
//!
//! Every change of a rule raises the code's revision: an order that was priced by other rules does not stand. Uses are
//! counted only where there is a limit; so a change, which may set one, waits for the orders that are claiming the code
//! or giving it back, and counts anew.

use sqlx::PgConnection;

use super::{Discounts, list::find};
use crate::{
    domain::{Caller, Discount, DiscountCode, NewDiscountCode, Refusal},
    engine::{
        OrderError,
        error::{OnConstraint, constraint},
        orders::discount::{lock_alone, recount},
    },
};

impl Discounts {
    /// Makes a discount code.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::Invalid`], [`Refusal::Exists`].
    pub async fn create(
        &self,
        caller: &Caller,
        new: NewDiscountCode,
    ) -> Result<DiscountCode, OrderError> {
        caller.must_run_the_shop()?;
        let new = new.parse().map_err(Refusal::Invalid)?;
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        must_be_a_storefront(&mut tx, new.storefront.as_deref()).await?;
        let (kind, basis_points, amount_minor) = new.kind.columns();
        sqlx::query!(
            "insert into discount_codes (
                code, kind, basis_points, amount_minor, storefront, minimum_minor, starts_at, ends_at, use_limit,
                customer_limit, is_active, created_at
            ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            new.code,
            kind,
            basis_points,
            amount_minor,
            new.storefront,
            new.minimum_minor,
            new.starts_at,
            new.ends_at,
            new.use_limit,
            new.customer_limit,
            new.is_active,
            now,
        )
        .execute(&mut *tx)
        .await
        .on_constraint("discount_codes_pkey", || {
            Refusal::Exists(format!("a code {}", new.code))
        })
        .map_err(unusual_letters)?;
        let code = find(&mut tx, &new.code, now).await?;
        tx.commit().await?;
        Ok(code)
    }

    /// Changes all rules of a code. Orders that stand keep what it took off them.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`], [`Refusal::Invalid`], also for a
    /// limit below what orders hold.
    pub async fn change(
        &self,
        caller: &Caller,
        code: &str,
        rules: NewDiscountCode,
    ) -> Result<DiscountCode, OrderError> {
        caller.must_run_the_shop()?;
        let code = code.to_owned();
        let rules = NewDiscountCode { code, ..rules };
        let rules = rules.parse().map_err(Refusal::Invalid)?;
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        lock_alone(&mut tx, &rules.code).await?;
        let before = find(&mut tx, &rules.code, now).await?;
        if rules
            .use_limit
            .is_some_and(|it| i64::from(it) < before.uses)
        {
            let detail = format!("is below the {} uses that orders hold", before.uses);
            return Err(Refusal::field("/use_limit", &detail).into());
        }
        must_be_a_storefront(&mut tx, rules.storefront.as_deref()).await?;
        update(&mut tx, &rules).await?;
        recount(&mut tx, &rules.code).await?;
        let code = find(&mut tx, &rules.code, now).await?;
        tx.commit().await?;
        Ok(code)
    }

    /// Lets a code be used, or no more from now on.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn activate(
        &self,
        caller: &Caller,
        code: &str,
        is_active: bool,
    ) -> Result<DiscountCode, OrderError> {
        caller.must_run_the_shop()?;
        let code = Discount::normalize(code);
        let mut tx = self.database.pool.begin().await?;
        lock_alone(&mut tx, &code).await?;
        sqlx::query!(
            "update discount_codes set is_active = $2, revision = revision + 1 where code = $1 and is_active <> $2",
            code,
            is_active,
        )
        .execute(&mut *tx)
        .await?;
        let code = find(&mut tx, &code, self.database.clock.now()).await?;
        tx.commit().await?;
        Ok(code)
    }
}

async fn update(conn: &mut PgConnection, rules: &NewDiscountCode) -> Result<(), OrderError> {
    let (kind, basis_points, amount_minor) = rules.kind.columns();
    sqlx::query!(
        "update discount_codes set kind = $2, basis_points = $3, amount_minor = $4, storefront = $5, minimum_minor = $6,
            starts_at = $7, ends_at = $8, use_limit = $9, customer_limit = $10, is_active = $11, revision = revision + 1,
            uses = case when $9::integer is null then 0 else (
                select count(*) from discount_claims claim where claim.code = $1 and returned_at is null
            ) end
        where code = $1",
        rules.code,
        kind,
        basis_points,
        amount_minor,
        rules.storefront,
        rules.minimum_minor,
        rules.starts_at,
        rules.ends_at,
        rules.use_limit,
        rules.customer_limit,
        rules.is_active,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// # Errors
/// [`Refusal::Invalid`] for a storefront that does not exist.
async fn must_be_a_storefront(
    conn: &mut PgConnection,
    storefront: Option<&str>,
) -> Result<(), OrderError> {
    let Some(storefront) = storefront else {
        return Ok(());
    };
    let found = sqlx::query_scalar!("select 1 from storefronts where code = $1", storefront)
        .fetch_optional(conn)
        .await?;
    match found {
        Some(_) => Ok(()),
        None => Err(Refusal::field("/storefront", "is not known").into()),
    }
}

/// The database has its own idea of some capital letters.
fn unusual_letters(error: OrderError) -> OrderError {
    let is_unusual = |cause: &sqlx::Error| constraint(cause) == Some("discount_codes_code_check");
    if matches!(&error, OrderError::Database(cause) if is_unusual(cause)) {
        return Refusal::field("/code", "has letters that cannot be compared").into();
    }
    error
}
