//! A product in a list.

use leptos::prelude::*;
use orders::{Availability, Product};

use super::{ProductPicture, price_words, stock_words};
use crate::{shop::in_shop, words::say};

/// A product with its picture, price and stock.
#[component]
pub(crate) fn ProductCard(
    product: Product,
    /// Whether the list has a heading of its own, so that this one is a level deeper.
    #[prop(optional)]
    is_below_heading: bool,
    /// Whether the picture may be loaded once it comes into sight.
    #[prop(optional)]
    lazy: bool,
) -> impl IntoView {
    let price = price_words(&product);
    let left = product.availability();
    let (words, stock) = stock_words(product.kind, left);
    // The words below the picture say it too.
    let flag = (left == Availability::SoldOut)
        .then(|| view! { <span class="picture-flag" aria-hidden="true">{say("Sold out", "Ausverkauft")}</span> });
    let link = view! { <a href=in_shop(&format!("/products/{}", product.reference))>{product.title.clone()}</a> };
    let heading = if is_below_heading {
        view! { <h3>{link}</h3> }.into_any()
    } else {
        view! { <h2>{link}</h2> }.into_any()
    };
    view! {
        <li class="product-card" data-stock=stock>
            <ProductPicture path=product.picture lazy>
                {flag}
            </ProductPicture>
            {heading}
            <p class="product-facts">
                <span class="product-price">{price}</span>
                <span class="stock-note" data-stock=stock>
                    {words}
                </span>
            </p>
        </li>
    }
}
