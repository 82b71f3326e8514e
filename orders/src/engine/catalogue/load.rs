//! Setting up storefronts and codes from one document.

use sqlx::{PgConnection, types::Json};

use super::Catalogue;
use crate::{
    domain::{
        Assortment, Caller, DeliveryPrice, DiscountKind, NewDeliveryMethod, NewDiscountCode,
        NewStorefront,
    },
    engine::OrderError,
};

impl Catalogue {
    /// Adds what is not there yet of an assortment; what is there stays as it is. Prices of SKUs that nobody sells are
    /// left out.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn load_assortment(
        &self,
        caller: &Caller,
        assortment: &Assortment,
    ) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        let mut tx = self.database.pool.begin().await?;
        for (position, new) in (0..).zip(&assortment.storefronts) {
            load_storefront(&mut tx, position, new).await?;
            load_terms(&mut tx, new).await?;
            for (position, method) in (0..).zip(&new.delivery_methods) {
                load_method(&mut tx, &new.storefront.code, position, method).await?;
            }
        }
        for code in &assortment.discount_codes {
            let now = self.database.clock.now();
            load_code(&mut tx, code, now).await?;
        }
        commit!(tx, "load_assortment");
        self.storefronts.forget();
        Ok(())
    }
}

/// The default storefront is there from the start; what it may not have is who sends.
async fn load_storefront(
    conn: &mut PgConnection,
    position: i32,
    new: &NewStorefront,
) -> Result<(), OrderError> {
    let it = &new.storefront;
    let languages: Vec<_> = it.languages.iter().map(|it| it.code().to_owned()).collect();
    sqlx::query!(
        "insert into storefronts (
            code, name, path, host, currency, languages, tax_basis_points, prices_include_tax, tax_delivery,
            shipping_countries, sender, position, is_open
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (code) do update set sender = excluded.sender where storefronts.sender is null",
        it.code,
        it.name,
        it.path,
        it.host,
        it.currency.code(),
        &languages,
        it.tax_basis_points,
        it.prices_include_tax,
        it.tax_delivery,
        it.shipping_countries.as_deref(),
        it.sender.as_ref().map(Json) as _,
        position,
        it.is_open,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn load_terms(conn: &mut PgConnection, new: &NewStorefront) -> Result<(), OrderError> {
    sqlx::query!(
        "with rates as (
            insert into tax_rates (storefront, tax_class, basis_points)
            select $1, key, value::integer from jsonb_each_text($2)
            on conflict do nothing
        )
        insert into prices (storefront, sku, price_minor)
        select $1, variants.sku, value::bigint from jsonb_each_text($3) join variants on variants.sku = key
        on conflict do nothing",
        new.storefront.code,
        Json(&new.tax_rates) as _,
        Json(&new.prices) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn load_method(
    conn: &mut PgConnection,
    storefront: &str,
    position: i32,
    method: &NewDeliveryMethod,
) -> Result<(), OrderError> {
    let (flat_minor, weight_steps) = match &method.price {
        DeliveryPrice::Flat(minor) => (Some(*minor), None),
        DeliveryPrice::ByWeight(steps) => (None, Some(Json(steps))),
    };
    sqlx::query!(
        "insert into delivery_methods (
            storefront, code, position, names, flat_minor, weight_steps, free_from_minor, days_least, days_most
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict do nothing",
        storefront,
        method.code,
        position,
        Json(&method.names) as _,
        flat_minor,
        weight_steps as _,
        method.free_from_minor,
        method.days_least,
        method.days_most,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn load_code(
    conn: &mut PgConnection,
    code: &NewDiscountCode,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), OrderError> {
    let (kind, basis_points, amount_minor) = match code.discount.kind {
        DiscountKind::Percent(basis_points) => ("percent", Some(basis_points), None),
        DiscountKind::Amount(minor) => ("amount", None, Some(minor)),
        DiscountKind::FreeDelivery => ("free_delivery", None, None),
    };
    sqlx::query!(
        "insert into discount_codes (
            code, kind, basis_points, amount_minor, storefront, minimum_minor, use_limit, customer_limit, created_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict do nothing",
        code.discount.code,
        kind,
        basis_points,
        amount_minor,
        code.storefront,
        code.discount.minimum_minor,
        code.use_limit,
        code.customer_limit,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
