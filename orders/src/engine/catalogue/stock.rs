//! How much of a SKU there is.

use sqlx::PgConnection;

use super::Catalogue;
use crate::{
    domain::{Caller, Refusal, StockLevel, parse_on_hand},
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
    /// [`Refusal::Reserved`] for fewer than orders hold, [`Refusal::Invalid`] for what cannot be on a shelf, more than one
    /// of a seat or one that is sold, [`Refusal::NotFound`], [`Refusal::Forbidden`].
    pub async fn set_stock(
        &self,
        caller: &Caller,
        sku: &str,
        on_hand: i32,
    ) -> Result<StockLevel, OrderError> {
        caller.must_work_here()?;
        let on_hand = parse_on_hand(on_hand).map_err(|it| Refusal::field("/on_hand", it))?;
        let mut tx = self.database.pool.begin().await?;
        must_be_free(&mut tx, sku, on_hand).await?;
        let result = sqlx::query_as!(
            StockLevel,
            r#"update stock set on_hand = $2 where sku = $1
            returning sku, on_hand, reserved, on_hand - reserved as "available!""#,
            sku,
            on_hand,
        )
        .fetch_optional(&mut *tx)
        .await;
        if result
            .as_ref()
            .is_err_and(|error| constraint(error) == Some("stock_reserved_check"))
        {
            let reserved = self.stock(caller, sku).await?.reserved;
            return Err(Refusal::Reserved { reserved }.into());
        }
        let level = result
            .on_constraint("stock_seat_check", || {
                Refusal::field("/on_hand", "must be 0 or 1 for a seat")
            })?
            .ok_or_else(unknown_sku)?;
        tx.commit().await?;
        Ok(level)
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

/// Locks the SKU's stock. A seat that somebody has the ticket for must not be sold again.
async fn must_be_free(conn: &mut PgConnection, sku: &str, on_hand: i32) -> Result<(), OrderError> {
    sqlx::query!("select from stock where sku = $1 for update", sku)
        .fetch_optional(&mut *conn)
        .await?;
    let is_taken = sqlx::query_scalar!(
        r#"select exists (select from tickets where sku = $1 and revoked_at is null) as "is_taken!""#,
        sku,
    )
    .fetch_one(conn)
    .await?;
    if is_taken && on_hand > 0 {
        return Err(Refusal::field("/on_hand", "must be 0: somebody has the ticket").into());
    }
    Ok(())
}

fn unknown_sku() -> Refusal {
    Refusal::NotFound("the SKU".to_owned())
}
