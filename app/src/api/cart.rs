//! The visitor's cart.

use leptos::prelude::*;
use orders::Cart;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The cart with its prices; `None` while nothing was put into it.
#[server(endpoint = "find_cart")]
pub async fn find_cart() -> Result<Option<Cart>, AppError> {
    cart_of(&crate::ssr::here()?).await
}

/// The visitor's cart; `None` while nothing was put into it.
#[cfg(feature = "ssr")]
pub(super) async fn cart_of(here: &Here) -> Result<Option<Cart>, AppError> {
    let Some(cart) = here.visitor.cart().await? else {
        return Ok(None);
    };
    let cart = here.engine.carts.find(cart, &here.market).await?;
    Ok(Some(cart).filter(|it| !it.lines.is_empty()))
}

/// How many things are in the cart.
#[server(endpoint = "count_cart")]
pub async fn count_cart() -> Result<i64, AppError> {
    let Here {
        engine, visitor, ..
    } = crate::ssr::here()?;
    match visitor.cart().await? {
        Some(cart) => Ok(engine.carts.count(cart).await?),
        None => Ok(0),
    }
}

/// Form: puts one thing, or several seats, into the cart and shows it. `product` is where the form stands.
#[server(endpoint = "add_to_cart")]
pub async fn add_to_cart(
    #[server(default)] product: String,
    #[server(default)] sku: String,
    #[server(default)] quantity: String,
    #[server(default)] seats: Vec<String>,
) -> Result<(), AppError> {
    use crate::ssr;
    let Here {
        engine, visitor, ..
    } = ssr::here()?;
    let skus = if sku.is_empty() { seats } else { vec![sku] };
    let quantity = if quantity.is_empty() {
        1
    } else {
        quantity.trim().parse().unwrap_or(0)
    };
    let path = ssr::own_path(&format!("/products/{product}"), "/");
    if skus.is_empty() {
        ssr::redirect(&format!("{path}?error=nothing_chosen"));
        return Ok(());
    }
    let cart = visitor.cart_or_new().await?;
    for sku in &skus {
        if let Err(error) = engine.carts.add(cart, sku, quantity).await {
            ssr::redirect(&format!("{path}?error={}", AppError::from(error).code()));
            return Ok(());
        }
    }
    ssr::redirect("/cart");
    Ok(())
}

/// Form: says how many of a SKU the cart has; 0 takes it out.
#[server(endpoint = "set_quantity")]
pub async fn set_quantity(
    #[server(default)] sku: String,
    #[server(default)] quantity: String,
) -> Result<(), AppError> {
    use crate::ssr;
    let Here {
        engine, visitor, ..
    } = ssr::here()?;
    let cart = visitor.cart_or_new().await?;
    let quantity = quantity.trim().parse().unwrap_or(-1);
    match engine
        .carts
        .set(cart, &sku, quantity)
        .await
        .map_err(AppError::from)
    {
        Ok(()) => ssr::redirect("/cart"),
        Err(error) => ssr::redirect(&format!("/cart?error={}", error.code())),
    }
    Ok(())
}
