//! Where things are sold.

use super::Catalogue;
use crate::{
    domain::Caller,
    engine::{OrderError, orders::DEFAULT_STOREFRONT},
};

impl Catalogue {
    /// Sets up the default storefront, in US dollars, with `tax_basis_points` on top of its prices. One that is there
    /// keeps everything but its tax rate.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn set_up_storefront(
        &self,
        caller: &Caller,
        tax_basis_points: i32,
    ) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        sqlx::query!(
            "insert into storefronts (code, name, currency, tax_basis_points, prices_include_tax)
             values ($1, 'Parcel & Post', 'USD', $2, false)
             on conflict (code) do update set tax_basis_points = excluded.tax_basis_points
             where storefronts.tax_basis_points <> excluded.tax_basis_points",
            DEFAULT_STOREFRONT,
            tax_basis_points,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }
}
