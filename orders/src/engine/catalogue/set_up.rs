//! Setting up where things are sold. For those who run the shop.
//!
//! Whoever changes what is offered locks the catalogue's revision first: two of them wait for each other, and not in a
//! circle. Orders only read it.

use std::collections::BTreeMap;

use sqlx::{PgConnection, types::Json};

use super::{Catalogue, read_storefronts};
use crate::{
    domain::{Caller, Refusal, Storefront, StorefrontDocument},
    engine::{
        OrderError,
        error::{OnConstraint, constraint},
    },
};

impl Catalogue {
    /// One storefront. Only those who work here see one that is closed.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn storefront(&self, caller: &Caller, code: &str) -> Result<Storefront, OrderError> {
        let storefronts = read_storefronts(&self.database.pool).await?.into_iter();
        let mut seen = storefronts.filter(|it| it.is_open || caller.works_here());
        let found = seen.find(|it| it.code == code);
        found.ok_or_else(|| unknown_storefront().into())
    }

    /// Makes a storefront.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::Invalid`], [`Refusal::Exists`] for its code.
    pub async fn create_storefront(
        &self,
        caller: &Caller,
        document: StorefrontDocument,
    ) -> Result<Storefront, OrderError> {
        caller.must_run_the_shop()?;
        let new = document.parse().map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        insert(&mut tx, &new).await?;
        set_tax_rates(&mut tx, &new.code, &new.tax_rates).await?;
        tx.commit().await?;
        self.storefronts.forget();
        Ok(new)
    }

    /// Changes everything about a storefront but its code. Orders that stand keep what they were placed by.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`], [`Refusal::Invalid`], also for
    /// another currency where something is counted in the one it has.
    pub async fn change_storefront(
        &self,
        caller: &Caller,
        code: &str,
        document: StorefrontDocument,
    ) -> Result<Storefront, OrderError> {
        caller.must_run_the_shop()?;
        let code = code.to_owned();
        let changed = StorefrontDocument { code, ..document };
        let changed = changed.parse().map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        let currency = sqlx::query_scalar!(
            "select currency from storefronts where code = $1",
            changed.code
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(unknown_storefront)?;
        if currency != changed.currency.code() && counts(&mut tx, &changed.code).await? {
            let detail =
                "cannot change: orders, prices, ways of delivery or codes are counted in it";
            return Err(Refusal::field("/currency", detail).into());
        }
        update(&mut tx, &changed).await?;
        set_tax_rates(&mut tx, &changed.code, &changed.tax_rates).await?;
        tx.commit().await?;
        self.storefronts.forget();
        Ok(changed)
    }

    /// Lets a storefront take orders, or lets it take none from now on.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn open_storefront(
        &self,
        caller: &Caller,
        code: &str,
        is_open: bool,
    ) -> Result<Storefront, OrderError> {
        caller.must_run_the_shop()?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        sqlx::query!(
            "update storefronts set is_open = $2 where code = $1 and is_open <> $2",
            code,
            is_open,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.storefronts.forget();
        self.storefront(caller, code).await
    }
}

/// Waits for others who change what is offered.
pub(super) async fn lock_revision(conn: &mut PgConnection) -> Result<(), OrderError> {
    sqlx::query!("select revision from catalogue_revision for update")
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// # Errors
/// [`Refusal::NotFound`] if there is no such storefront.
pub(super) async fn must_exist(
    conn: &mut PgConnection,
    storefront: &str,
) -> Result<(), OrderError> {
    let found = sqlx::query_scalar!("select 1 from storefronts where code = $1", storefront)
        .fetch_optional(conn)
        .await?;
    match found {
        Some(_) => Ok(()),
        None => Err(unknown_storefront().into()),
    }
}

pub(super) fn unknown_storefront() -> Refusal {
    Refusal::NotFound("the storefront".to_owned())
}

/// Whether anything is counted in the storefront's currency. What variants cost is the default storefront's.
async fn counts(conn: &mut PgConnection, storefront: &str) -> Result<bool, OrderError> {
    let counts = sqlx::query_scalar!(
        r#"select exists (select 1 from orders where storefront = $1)
            or exists (select 1 from prices where storefront = $1)
            or exists (select 1 from delivery_methods where storefront = $1)
            or exists (select 1 from discount_codes where storefront = $1)
            or $1 = $2 and exists (select 1 from variants) as "counts!""#,
        storefront,
        Storefront::DEFAULT,
    )
    .fetch_one(conn)
    .await?;
    Ok(counts)
}

async fn insert(conn: &mut PgConnection, it: &Storefront) -> Result<(), OrderError> {
    sqlx::query!(
        "insert into storefronts (
            code, name, path, host, currency, languages, tax_basis_points, prices_include_tax, tax_delivery,
            shipping_countries, sender, position, is_open
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        it.code,
        it.name,
        it.path,
        it.host,
        it.currency.code(),
        &language_codes(it),
        it.tax_basis_points,
        it.prices_include_tax,
        it.tax_delivery,
        it.shipping_countries.as_deref(),
        it.sender.as_ref().map(Json) as _,
        it.position,
        it.is_open,
    )
    .execute(conn)
    .await
    .on_constraint("storefronts_pkey", || {
        Refusal::Exists(format!("a storefront {}", it.code))
    })
    .map_err(taken_address)?;
    Ok(())
}

async fn update(conn: &mut PgConnection, it: &Storefront) -> Result<(), OrderError> {
    sqlx::query!(
        "update storefronts set name = $2, path = $3, host = $4, currency = $5, languages = $6, tax_basis_points = $7,
            prices_include_tax = $8, tax_delivery = $9, shipping_countries = $10, sender = $11, position = $12,
            is_open = $13
        where code = $1",
        it.code,
        it.name,
        it.path,
        it.host,
        it.currency.code(),
        &language_codes(it),
        it.tax_basis_points,
        it.prices_include_tax,
        it.tax_delivery,
        it.shipping_countries.as_deref(),
        it.sender.as_ref().map(Json) as _,
        it.position,
        it.is_open,
    )
    .execute(conn)
    .await
    .map_err(|error| taken_address(error.into()))?;
    Ok(())
}

fn language_codes(storefront: &Storefront) -> Vec<String> {
    let languages = storefront.languages.iter();
    languages.map(|it| it.code().to_owned()).collect()
}

/// Two storefronts cannot be found at one address.
fn taken_address(error: OrderError) -> OrderError {
    let OrderError::Database(cause) = &error else {
        return error;
    };
    match constraint(cause) {
        Some("storefronts_path_key") => {
            Refusal::field("/path", "belongs to another storefront").into()
        }
        Some("storefronts_host_key") => {
            Refusal::field("/host", "belongs to another storefront").into()
        }
        _ => error,
    }
}

/// Makes `rates` all that a storefront taxes otherwise than by its own rate.
async fn set_tax_rates(
    conn: &mut PgConnection,
    storefront: &str,
    rates: &BTreeMap<String, i32>,
) -> Result<(), OrderError> {
    let (classes, basis_points): (Vec<_>, Vec<_>) = rates
        .iter()
        .map(|(class, rate)| (class.clone(), *rate))
        .unzip();
    sqlx::query!(
        "with gone as (delete from tax_rates where storefront = $1 and tax_class <> all ($2))
        insert into tax_rates (storefront, tax_class, basis_points)
        select $1, tax_class, basis_points from unnest($2::text[], $3::integer[]) as it(tax_class, basis_points)
        on conflict (storefront, tax_class) do update set basis_points = excluded.basis_points
        where tax_rates.basis_points <> excluded.basis_points",
        storefront,
        &classes,
        &basis_points,
    )
    .execute(conn)
    .await?;
    Ok(())
}
