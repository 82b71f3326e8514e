//! A storefront's ways of delivery, as those who run the shop see to them. Orders that stand keep how they travel.

use std::collections::BTreeMap;

use sqlx::{PgConnection, types::Json};

use super::{
    Catalogue,
    set_up::{lock_revision, must_exist},
};
use crate::{
    domain::{Caller, DeliveryPrice, DeliveryTerms, FieldError, Language, Refusal, WeightStep},
    engine::{OrderError, error::OnConstraint},
};

impl Catalogue {
    /// How parcels travel from a storefront, in every language, the usual way first.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], also for those who do not work here where the storefront is closed.
    pub async fn delivery_terms(
        &self,
        caller: &Caller,
        storefront: &str,
    ) -> Result<Vec<DeliveryTerms>, OrderError> {
        self.storefront(caller, storefront).await?;
        let mut conn = self.database.pool.acquire().await?;
        select(&mut conn, storefront).await
    }

    /// Adds a way of delivery, behind those that a storefront has.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::Invalid`], [`Refusal::NotFound`] for the
    /// storefront, [`Refusal::Exists`] for its code.
    pub async fn add_delivery_method(
        &self,
        caller: &Caller,
        storefront: &str,
        terms: DeliveryTerms,
    ) -> Result<DeliveryTerms, OrderError> {
        caller.must_run_the_shop()?;
        let terms = terms.parse().map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        must_exist(&mut tx, storefront).await?;
        insert(&mut tx, storefront, &terms).await?;
        tx.commit().await?;
        Ok(terms)
    }

    /// Changes everything about a way of delivery but its code and its place.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::Invalid`], [`Refusal::NotFound`].
    pub async fn change_delivery_method(
        &self,
        caller: &Caller,
        storefront: &str,
        code: &str,
        terms: DeliveryTerms,
    ) -> Result<DeliveryTerms, OrderError> {
        caller.must_run_the_shop()?;
        let code = code.to_owned();
        let terms = DeliveryTerms { code, ..terms };
        let terms = terms.parse().map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        let changed = update(&mut tx, storefront, &terms).await?;
        if changed == 0 {
            return Err(unknown_method().into());
        }
        tx.commit().await?;
        Ok(terms)
    }

    /// Puts a storefront's ways of delivery into this order. The first one is taken where an order names none.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`], [`Refusal::Invalid`] unless
    /// each of them is named once.
    pub async fn order_delivery_methods(
        &self,
        caller: &Caller,
        storefront: &str,
        codes: &[String],
    ) -> Result<Vec<DeliveryTerms>, OrderError> {
        caller.must_run_the_shop()?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        must_exist(&mut tx, storefront).await?;
        let there = select(&mut tx, storefront).await?;
        must_name_each_once(codes, &there)?;
        sqlx::query!(
            "update delivery_methods set position = array_position($2::text[], code) where storefront = $1",
            storefront,
            codes,
        )
        .execute(&mut *tx)
        .await?;
        let ordered = select(&mut tx, storefront).await?;
        tx.commit().await?;
        Ok(ordered)
    }

    /// Offers a way of delivery no more.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn remove_delivery_method(
        &self,
        caller: &Caller,
        storefront: &str,
        code: &str,
    ) -> Result<(), OrderError> {
        caller.must_run_the_shop()?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        let removed = sqlx::query!(
            "delete from delivery_methods where storefront = $1 and code = $2",
            storefront,
            code,
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if removed == 0 {
            return Err(unknown_method().into());
        }
        tx.commit().await?;
        Ok(())
    }
}

fn unknown_method() -> Refusal {
    Refusal::NotFound("the way of delivery".to_owned())
}

fn must_name_each_once(codes: &[String], there: &[DeliveryTerms]) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        let mut refuse = |detail: &str| {
            errors.push(FieldError::new(format!("/codes/{index}"), detail));
        };
        if !there.iter().any(|it| it.code == *code) {
            refuse("is not offered here");
        } else if codes[..index].contains(code) {
            refuse("is named twice");
        }
    }
    let missing = there.iter().filter(|it| !codes.contains(&it.code));
    for method in missing {
        let detail = format!("leave out {}", method.code);
        errors.push(FieldError::new("/codes", detail));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(errors))
    }
}

async fn select(
    conn: &mut PgConnection,
    storefront: &str,
) -> Result<Vec<DeliveryTerms>, OrderError> {
    let rows = sqlx::query!(
        r#"select code, names as "names: Json<BTreeMap<Language, String>>", flat_minor,
            weight_steps as "weight_steps: Json<Vec<WeightStep>>", free_from_minor, days_least, days_most
        from delivery_methods where storefront = $1 order by position, code"#,
        storefront,
    )
    .fetch_all(conn)
    .await?;
    let days = |it: i16| u16::try_from(it).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|it| DeliveryTerms {
            code: it.code,
            names: it.names.0,
            price: match it.weight_steps {
                Some(steps) => DeliveryPrice::ByWeight(steps.0),
                None => DeliveryPrice::Flat(it.flat_minor.unwrap_or(0)),
            },
            free_from_minor: it.free_from_minor,
            days_least: days(it.days_least),
            days_most: days(it.days_most),
        })
        .collect())
}

async fn insert(
    conn: &mut PgConnection,
    storefront: &str,
    terms: &DeliveryTerms,
) -> Result<(), OrderError> {
    let (flat_minor, steps) = price_columns(&terms.price);
    sqlx::query!(
        "insert into delivery_methods (
            storefront, code, position, names, flat_minor, weight_steps, free_from_minor, days_least, days_most
        )
        select $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5, $6, $7, $8
        from delivery_methods where storefront = $1",
        storefront,
        terms.code,
        Json(&terms.names) as _,
        flat_minor,
        steps as _,
        terms.free_from_minor,
        days_column(terms.days_least),
        days_column(terms.days_most),
    )
    .execute(conn)
    .await
    .on_constraint("delivery_methods_pkey", || {
        Refusal::Exists(format!("a way of delivery {}", terms.code))
    })?;
    Ok(())
}

async fn update(
    conn: &mut PgConnection,
    storefront: &str,
    terms: &DeliveryTerms,
) -> Result<u64, OrderError> {
    let (flat_minor, steps) = price_columns(&terms.price);
    let updated = sqlx::query!(
        "update delivery_methods set names = $3, flat_minor = $4, weight_steps = $5, free_from_minor = $6, days_least = $7,
            days_most = $8
        where storefront = $1 and code = $2",
        storefront,
        terms.code,
        Json(&terms.names) as _,
        flat_minor,
        steps as _,
        terms.free_from_minor,
        days_column(terms.days_least),
        days_column(terms.days_most),
    )
    .execute(conn)
    .await?;
    Ok(updated.rows_affected())
}

fn price_columns(price: &DeliveryPrice) -> (Option<i64>, Option<Json<&Vec<WeightStep>>>) {
    match price {
        DeliveryPrice::Flat(minor) => (Some(*minor), None),
        DeliveryPrice::ByWeight(steps) => (None, Some(Json(steps))),
    }
}

fn days_column(days: u16) -> i16 {
    i16::try_from(days).unwrap_or(i16::MAX)
}
