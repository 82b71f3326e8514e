//! The storefronts there are, as every page has to know them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgPool, types::Json};

use super::{Catalogue, currency};
use crate::{
    domain::{Sender, Storefront},
    engine::OrderError,
};

/// How long a server goes on showing what another server has changed. What an order costs does not hang on it.
const MEMORY: Duration = Duration::seconds(1);

/// The storefronts as they were a moment ago.
#[derive(Clone, Default)]
pub(super) struct RecentStorefronts(Arc<Mutex<Option<Recent>>>);

struct Recent {
    storefronts: Arc<[Storefront]>,
    read_at: DateTime<Utc>,
}

impl RecentStorefronts {
    fn lock(&self) -> MutexGuard<'_, Option<Recent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads them anew the next time.
    pub(super) fn forget(&self) {
        *self.lock() = None;
    }
}

impl Catalogue {
    /// All storefronts, open or not, the default one first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn storefronts(&self) -> Result<Arc<[Storefront]>, OrderError> {
        let now = self.database.clock.now();
        if let Some(recent) = self.storefronts.lock().as_ref()
            && now - recent.read_at < MEMORY
        {
            return Ok(recent.storefronts.clone());
        }
        let storefronts: Arc<[Storefront]> = read_storefronts(&self.database.pool).await?.into();
        *self.storefronts.lock() = Some(Recent {
            storefronts: storefronts.clone(),
            read_at: now,
        });
        Ok(storefronts)
    }
}

/// All storefronts as they are now, the default one first.
pub(in crate::engine) async fn read_storefronts(
    pool: &PgPool,
) -> Result<Vec<Storefront>, OrderError> {
    let rows = sqlx::query!(
        r#"select code, name, path, host, currency, languages, tax_basis_points, prices_include_tax, tax_delivery,
            shipping_countries, sender as "sender: Json<Sender>", position, is_open,
            (
                select coalesce(jsonb_object_agg(tax_class, basis_points), '{}') from tax_rates
                where storefront = storefronts.code
            ) as "tax_rates!: Json<BTreeMap<String, i32>>"
        from storefronts order by code <> $1, position, code"#,
        Storefront::DEFAULT,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Storefront {
                currency: currency(&row.code, &row.currency)?,
                code: row.code,
                name: row.name,
                path: row.path,
                host: row.host,
                languages: row
                    .languages
                    .iter()
                    .filter_map(|it| it.parse().ok())
                    .collect(),
                tax_basis_points: row.tax_basis_points,
                prices_include_tax: row.prices_include_tax,
                tax_delivery: row.tax_delivery,
                shipping_countries: row.shipping_countries,
                sender: row.sender.map(|it| it.0),
                tax_rates: row.tax_rates.0,
                position: row.position,
                is_open: row.is_open,
            })
        })
        .collect()
}
