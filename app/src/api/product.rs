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

/// A storefront that sells a product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seller {
    /// The storefront's name.
    pub name: String,
    /// The product's page there.
    pub address: String,
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

/// The storefronts that sell a product.
#[server(endpoint = "find_sellers")]
pub async fn find_sellers(reference: String) -> Result<Vec<Seller>, AppError> {
    use orders::{Market, OrderError, Refusal};
    let Here { engine, shop, .. } = crate::ssr::here()?;
    let path = format!("/products/{reference}");
    let mut sellers = Vec::new();
    for storefront in shop.open.iter() {
        let market = Market {
            storefront: storefront.code.clone(),
            language: Some(shop.language),
        };
        match engine.catalogue.product(&market, &reference).await {
            Ok(_) => sellers.push(Seller {
                name: storefront.name.clone(),
                address: shop.address_at(storefront, &path),
            }),
            Err(OrderError::Refused(Refusal::NotFound(_))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sellers)
}
