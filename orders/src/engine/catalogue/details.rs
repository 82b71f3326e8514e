//! What a product is besides its price: its words in other languages, how it is taxed, what it weighs.

use std::collections::BTreeMap;

use sqlx::{PgConnection, types::Json};

use super::{Catalogue, set_up::lock_revision};
use crate::{
    domain::{
        Caller, FieldError, Language, ProductChange, ProductDetails, ProductId, ProductText,
        Refusal,
    },
    engine::OrderError,
};

impl Catalogue {
    /// What a product is besides its price.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not work here, [`Refusal::NotFound`].
    pub async fn product_details(
        &self,
        caller: &Caller,
        reference: &str,
    ) -> Result<ProductDetails, OrderError> {
        caller.must_work_here()?;
        let mut conn = self.database.pool.acquire().await?;
        let id = find(&mut conn, reference).await?;
        select(&mut conn, id).await
    }

    /// Changes what is said of a product; what `change` is silent about stays.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who may not change products, [`Refusal::Invalid`], [`Refusal::NotFound`].
    pub async fn change_product(
        &self,
        caller: &Caller,
        reference: &str,
        change: ProductChange,
    ) -> Result<ProductDetails, OrderError> {
        caller.must_act_for_others()?;
        let change = change.parse().map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        let id = find(&mut tx, reference).await?;
        if let Some(tax_class) = &change.tax_class {
            sqlx::query!(
                "update products set tax_class = $2 where id = $1 and tax_class <> $2",
                id as ProductId,
                tax_class,
            )
            .execute(&mut *tx)
            .await?;
        }
        set_texts(&mut tx, id, &change.texts).await?;
        set_grams(&mut tx, id, &change.grams).await?;
        let details = select(&mut tx, id).await?;
        tx.commit().await?;
        Ok(details)
    }
}

async fn find(conn: &mut PgConnection, reference: &str) -> Result<ProductId, OrderError> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: ProductId" from products where ref = $1"#,
        reference
    )
    .fetch_optional(conn)
    .await?;
    id.ok_or_else(|| Refusal::NotFound("the product".to_owned()).into())
}

async fn select(conn: &mut PgConnection, id: ProductId) -> Result<ProductDetails, OrderError> {
    let row = sqlx::query!(
        r#"select tax_class,
            (
                select coalesce(jsonb_object_agg(language, jsonb_build_object('title', title, 'description', description)), '{}')
                from product_texts where product_id = $1
            ) as "texts!: Json<BTreeMap<Language, ProductText>>",
            (
                select coalesce(jsonb_object_agg(sku, grams), '{}') from variants where product_id = $1
            ) as "grams!: Json<BTreeMap<String, i32>>"
        from products where id = $1"#,
        id as ProductId,
    )
    .fetch_one(conn)
    .await?;
    Ok(ProductDetails {
        tax_class: row.tax_class,
        texts: row.texts.0,
        grams: row.grams.0,
    })
}

async fn set_texts(
    conn: &mut PgConnection,
    id: ProductId,
    texts: &BTreeMap<Language, Option<ProductText>>,
) -> Result<(), OrderError> {
    for (language, text) in texts {
        match text {
            Some(text) => {
                sqlx::query!(
                    "insert into product_texts (product_id, language, title, description) values ($1, $2, $3, $4)
                     on conflict (product_id, language)
                     do update set title = excluded.title, description = excluded.description",
                    id as ProductId,
                    language.code(),
                    text.title,
                    text.description,
                )
                .execute(&mut *conn)
                .await?;
            }
            None => {
                sqlx::query!(
                    "delete from product_texts where product_id = $1 and language = $2",
                    id as ProductId,
                    language.code(),
                )
                .execute(&mut *conn)
                .await?;
            }
        }
    }
    Ok(())
}

/// # Errors
/// [`Refusal::Invalid`] for SKUs that are not the product's.
async fn set_grams(
    conn: &mut PgConnection,
    id: ProductId,
    grams: &BTreeMap<String, i32>,
) -> Result<(), OrderError> {
    let (skus, weights): (Vec<_>, Vec<_>) = grams
        .iter()
        .map(|(sku, grams)| (sku.clone(), *grams))
        .unzip();
    let weighed = sqlx::query_scalar!(
        "update variants set grams = it.grams from unnest($2::text[], $3::integer[]) as it(sku, grams)
         where product_id = $1 and variants.sku = it.sku returning variants.sku",
        id as ProductId,
        &skus,
        &weights,
    )
    .fetch_all(conn)
    .await?;
    let unknown = grams.keys().filter(|it| !weighed.contains(it));
    let errors: Vec<_> = unknown
        .map(|sku| {
            let pointer = format!("/grams/{}", FieldError::step(sku));
            FieldError::new(pointer, "is not a SKU of this product")
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(errors).into())
    }
}
