//! What is sold.

use leptos::prelude::*;
use orders::{DeliveryMethod, Product};
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// A page of products.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductPage {
    /// The products.
    pub products: Vec<Product>,
    /// The reference behind which the next page begins, if there is one.
    pub next: Option<String>,
}

/// A product, and how it gets to whoever buys it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductView {
    /// The product.
    pub product: Product,
    /// How parcels travel, the usual way first.
    pub delivery_methods: Vec<DeliveryMethod>,
}

/// Products that contain every word of `q`, from behind the reference `after`.
#[server(endpoint = "find_products")]
pub async fn find_products(
    q: Option<String>,
    after: Option<String>,
) -> Result<ProductPage, AppError> {
    let Here { engine, market, .. } = crate::ssr::here()?;
    let (products, next) = engine
        .catalogue
        .products(&market, q.as_deref(), after.as_deref(), 24)
        .await?;
    Ok(ProductPage { products, next })
}

/// One product.
#[server(endpoint = "find_product")]
pub async fn find_product(reference: String) -> Result<ProductView, AppError> {
    let Here { engine, market, .. } = crate::ssr::here()?;
    let catalogue = &engine.catalogue;
    Ok(ProductView {
        product: catalogue.product(&market, &reference).await?,
        delivery_methods: catalogue.delivery_methods(&market).await?,
    })
}
