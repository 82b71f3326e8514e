//! What things cost where. For those who work here to see, for those who may change products to set.
//!
//! The default storefront's prices are the variants' own. Another storefront in the same currency sells at them where
//! none is set for it; one in another currency sells only what has a price there.

use sqlx::PgConnection;

use super::{
    Catalogue, currency,
    set_up::{lock_revision, must_exist},
};
use crate::{
    domain::{Caller, FieldError, Price, PriceChange, Refusal, Storefront},
    engine::OrderError,
};

/// Which prices are asked for.
struct Wanted<'a> {
    storefront: Option<&'a str>,
    product: Option<&'a str>,
    /// What SKUs or titles hold.
    q: &'a str,
    /// Behind this SKU.
    after: &'a str,
    limit: i64,
}

impl Catalogue {
    /// What is to pay at a storefront for each SKU, in their order; with `q`, for those that hold it, or whose title
    /// does. The second half is where the next page begins.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not work here, [`Refusal::NotFound`].
    pub async fn storefront_prices(
        &self,
        caller: &Caller,
        storefront: &str,
        q: Option<&str>,
        after: Option<&str>,
        limit: u16,
    ) -> Result<(Vec<Price>, Option<String>), OrderError> {
        caller.must_work_here()?;
        let limit = limit.clamp(1, 100);
        let wanted = Wanted {
            storefront: Some(storefront),
            product: None,
            q: q.unwrap_or_default().trim(),
            after: after.unwrap_or_default(),
            limit: i64::from(limit) + 1,
        };
        let mut conn = self.database.pool.acquire().await?;
        must_exist(&mut conn, storefront).await?;
        let mut prices = select(&mut conn, &wanted).await?;
        let has_more = prices.len() > usize::from(limit);
        prices.truncate(usize::from(limit));
        let next = prices.last().map(|it| it.sku.clone());
        Ok((prices, next.filter(|_| has_more)))
    }

    /// What is to pay for a product at every storefront, variant by variant.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not work here.
    pub async fn product_prices(
        &self,
        caller: &Caller,
        reference: &str,
    ) -> Result<Vec<Price>, OrderError> {
        caller.must_work_here()?;
        let wanted = Wanted {
            storefront: None,
            product: Some(reference),
            q: "",
            after: "",
            limit: i64::MAX,
        };
        let mut conn = self.database.pool.acquire().await?;
        select(&mut conn, &wanted).await
    }

    /// Sets all of these prices, or takes them away, or none of them. Orders that stand keep what they were placed for.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who may not change products, [`Refusal::Invalid`], naming every price that
    /// cannot be.
    pub async fn set_prices(
        &self,
        caller: &Caller,
        changes: &[PriceChange],
    ) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        PriceChange::check(changes).map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        must_be_sold(&mut tx, changes).await?;
        write(&mut tx, changes).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn select(conn: &mut PgConnection, wanted: &Wanted<'_>) -> Result<Vec<Price>, OrderError> {
    let rows = sqlx::query!(
        r#"select storefronts.code as storefront, storefronts.currency, variants.sku,
            concat_ws(', ', products.title, variants.title) as "title!", shelf.price_minor as "price_minor?",
            (prices.sku is not null or storefronts.code = $5) as "is_own!"
        from variants
        join products on products.id = variants.product_id
        cross join storefronts
        left join shelf on shelf.storefront = storefronts.code and shelf.sku = variants.sku
        left join prices on prices.storefront = storefronts.code and prices.sku = variants.sku
        where ($1::text is null or storefronts.code = $1) and ($2::text is null or products.ref = $2)
            and variants.sku > $3
            and strpos(lower(concat_ws(' ', variants.sku, products.title, variants.title)), lower($6)) > 0
        order by case when $2::text is not null then variants.position end, variants.sku, storefronts.code <> $5,
            storefronts.position, storefronts.code
        limit $4"#,
        wanted.storefront,
        wanted.product,
        wanted.after,
        wanted.limit,
        Storefront::DEFAULT,
        wanted.q,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Price {
                currency: currency(&row.storefront, &row.currency)?,
                storefront: row.storefront,
                sku: row.sku,
                title: row.title,
                price_minor: row.price_minor,
                is_own: row.is_own,
            })
        })
        .collect()
}

/// # Errors
/// [`Refusal::Invalid`] for SKUs and storefronts that do not exist.
async fn must_be_sold(conn: &mut PgConnection, changes: &[PriceChange]) -> Result<(), OrderError> {
    let (storefronts, skus, _) = columns(changes);
    let found = sqlx::query!(
        r#"select storefronts.code is not null as "is_storefront!", variants.sku is not null as "is_sku!"
        from unnest($1::text[], $2::text[]) with ordinality as it(storefront, sku, place)
        left join storefronts on storefronts.code = it.storefront
        left join variants on variants.sku = it.sku
        order by place"#,
        &storefronts,
        &skus,
    )
    .fetch_all(conn)
    .await?;
    let mut errors = Vec::new();
    for (index, (found, change)) in found.into_iter().zip(changes).enumerate() {
        let mut refuse = |field: &str, detail: &str| {
            let pointer = format!("/prices/{index}/{field}");
            errors.push(FieldError::new(pointer, detail));
        };
        if !found.is_storefront {
            refuse("storefront", "is not known");
        }
        if !found.is_sku {
            refuse("sku", "is not known");
        }
        if change.storefront == Storefront::DEFAULT && change.price_minor.is_none() {
            refuse(
                "price_minor",
                "is missing: the default storefront sells everything",
            );
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(errors).into())
    }
}

async fn write(conn: &mut PgConnection, changes: &[PriceChange]) -> Result<(), OrderError> {
    let (storefronts, skus, prices) = columns(changes);
    sqlx::query!(
        "with it as (
            select * from unnest($1::text[], $2::text[], $3::bigint[]) as it(storefront, sku, price_minor)
        ), own as (
            update variants set price_minor = it.price_minor from it
            where it.storefront = $4 and variants.sku = it.sku and variants.price_minor <> it.price_minor
        ), gone as (
            delete from prices using it
            where prices.storefront = it.storefront and prices.sku = it.sku
                and (it.price_minor is null or it.storefront = $4)
        )
        insert into prices (storefront, sku, price_minor)
        select storefront, sku, price_minor from it where price_minor is not null and storefront <> $4
        on conflict (storefront, sku) do update set price_minor = excluded.price_minor
        where prices.price_minor <> excluded.price_minor",
        &storefronts,
        &skus,
        &prices as _,
        Storefront::DEFAULT,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The changes as Postgres unnests them.
fn columns(changes: &[PriceChange]) -> (Vec<String>, Vec<String>, Vec<Option<i64>>) {
    let storefronts = changes.iter().map(|it| it.storefront.clone()).collect();
    let skus = changes.iter().map(|it| it.sku.trim().to_owned()).collect();
    let prices = changes.iter().map(|it| it.price_minor).collect();
    (storefronts, skus, prices)
}
