//! How much of a SKU there is.

use super::Catalogue;
use crate::{
    domain::{Caller, Refusal, StockLevel},
    engine::{
        OrderError,
        error::{OnConstraint, constraint},
    },
};

impl Catalogue {
    /// The stock of one SKU. For those who work here.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`].
    pub async fn stock(&self, caller: &Caller, sku: &str) -> Result<StockLevel, OrderError> {
        caller.must_work_here()?;
        let level = sqlx::query_as!(
            StockLevel,
            r#"select sku, on_hand, reserved, on_hand - reserved as "available!" from stock where sku = $1"#,
            sku,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        level.ok_or_else(|| unknown_sku().into())
    }

    /// Says how many there are, whatever was there before. For those who work here.
    ///
    /// # Errors
    /// [`Refusal::Reserved`] for fewer than orders hold, [`Refusal::Invalid`] for more than one of a seat or fewer
    /// than none, [`Refusal::NotFound`], [`Refusal::Forbidden`].
    pub async fn set_stock(
        &self,
        caller: &Caller,
        sku: &str,
        on_hand: i32,
    ) -> Result<StockLevel, OrderError> {
        caller.must_work_here()?;
        if on_hand < 0 {
            return Err(Refusal::field("/on_hand", "must not be negative").into());
        }
        let result = sqlx::query_as!(
            StockLevel,
            r#"update stock set on_hand = $2 where sku = $1
            returning sku, on_hand, reserved, on_hand - reserved as "available!""#,
            sku,
            on_hand,
        )
        .fetch_optional(&self.database.pool)
        .await;
        if result
            .as_ref()
            .is_err_and(|error| constraint(error) == Some("stock_reserved_check"))
        {
            let reserved = self.stock(caller, sku).await?.reserved;
            return Err(Refusal::Reserved { reserved }.into());
        }
        result
            .on_constraint("stock_seat_check", || {
                Refusal::field("/on_hand", "must be 0 or 1 for a seat")
            })?
            .ok_or_else(|| unknown_sku().into())
    }

    /// The stock of several SKUs, in no order; those that are not sold are left out. For those who work here.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub async fn stock_levels(
        &self,
        caller: &Caller,
        skus: &[String],
    ) -> Result<Vec<StockLevel>, OrderError> {
        caller.must_work_here()?;
        let levels = sqlx::query_as!(
            StockLevel,
            r#"select sku, on_hand, reserved, on_hand - reserved as "available!" from stock where sku = any($1)"#,
            skus,
        )
        .fetch_all(&self.database.pool)
        .await?;
        Ok(levels)
    }
}

fn unknown_sku() -> Refusal {
    Refusal::NotFound("the SKU".to_owned())
}
