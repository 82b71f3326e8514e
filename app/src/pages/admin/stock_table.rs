//! Products as rows of a table, each variant with its stock.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{Availability, Money, Product, StockLevel, Variant};

use crate::{
    api::product_details,
    components::{LinePicture, price_words},
};

/// Every variant with its stock; an event as a whole.
#[component]
pub(super) fn StockTable(
    products: Vec<Product>,
    stock: BTreeMap<String, StockLevel>,
    /// Whether products lead to where they are changed, and not to the shop.
    may_change: bool,
    /// Where the page begins.
    after: String,
    /// The SKU whose number was refused.
    refused: Option<String>,
) -> impl IntoView {
    let rows: Vec<_> = products
        .into_iter()
        .flat_map(|product| {
            let variants = product.variants.clone();
            let event = variants
                .is_empty()
                .then(|| view! { <EventRow event=product.clone() may_change /> }.into_any());
            variants
                .into_iter()
                .map(|variant| {
                    let level = stock.get(&variant.sku).cloned();
                    let is_refused = refused.as_ref() == Some(&variant.sku);
                    let after = after.clone();
                    view! { <VariantRow product=product.clone() variant level may_change after is_refused /> }
                        .into_any()
                })
                .chain(event)
                .collect::<Vec<_>>()
        })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Variants with their stock"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Product"</th>
                        <th scope="col">"SKU"</th>
                        <th scope="col" class="number">"Price"</th>
                        <th scope="col" class="number">"Available"</th>
                        <th scope="col" class="number">"Reserved"</th>
                        <th scope="col">"On hand"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn VariantRow(
    product: Product,
    variant: Variant,
    #[prop(optional_no_strip)] level: Option<StockLevel>,
    may_change: bool,
    after: String,
    is_refused: bool,
) -> impl IntoView {
    let price = Money::new(variant.price_minor, product.currency);
    let name = match &variant.title {
        Some(title) => format!("{}, {title}", product.title),
        None => product.title.clone(),
    };
    view! {
        <tr>
            <ProductCell product variant=variant.title may_change />
            <td class="code" data-label="SKU">{variant.sku.clone()}</td>
            <td class="number" data-end>{price.to_string()}</td>
            <td class="number" data-label="Available"><Left left=i64::from(variant.available) /></td>
            <td class="number" data-label="Reserved">{level.as_ref().map(|it| it.reserved)}</td>
            <td data-wide><StockForm sku=variant.sku name on_hand=level.map(|it| it.on_hand) after is_refused /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn EventRow(event: Product, may_change: bool) -> impl IntoView {
    let left = event.seats.iter().filter(|it| it.available).count();
    let seats = format!("{} seats", event.seats.len());
    let price = price_words(&event);
    view! {
        <tr>
            <ProductCell product=event variant=Some(seats) may_change />
            <td class="quiet" data-label="SKU">"one for each seat"</td>
            <td class="number" data-end>{price}</td>
            <td class="number" data-label="Available">
                <Left left=i64::try_from(left).unwrap_or(i64::MAX) />
            </td>
            <td></td>
            <td></td>
        </tr>
    }
    .into_any()
}

#[component]
fn ProductCell(product: Product, variant: Option<String>, may_change: bool) -> impl IntoView {
    let href = if may_change {
        product_details::path(&product.reference)
    } else {
        format!("/products/{}", product.reference)
    };
    view! {
        <th scope="row" data-wide>
            <div class="product-cell">
                <LinePicture path=product.picture size=(32, 40) />
                <div>
                    <a href=href>{product.title}</a>
                    {variant.map(|it| view! { <small>{it}</small> })}
                </div>
            </div>
        </th>
    }
    .into_any()
}

#[component]
fn Left(left: i64) -> impl IntoView {
    let (words, stock) = match Availability::of(left) {
        Availability::SoldOut => ("Sold out".to_owned(), "out"),
        Availability::Few(left) => (format!("{left}, low"), "low"),
        Availability::InStock => (left.to_string(), "in"),
    };
    view! { <span class="stock-note" data-stock=stock>{words}</span> }
}

#[component]
fn StockForm(
    sku: String,
    name: String,
    #[prop(optional_no_strip)] on_hand: Option<i32>,
    after: String,
    is_refused: bool,
) -> impl IntoView {
    let id = format!("on-hand-{sku}");
    view! {
        <form class="inline-form" action="/fn/set_stock" method="post">
            <label class="visually-hidden" for=id.clone()>{format!("On hand, {name}")}</label>
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="after" value=after />
            <input
                class="input" id=id name="on_hand" type="number" inputmode="numeric" min="0" required
                value=on_hand.map(|it| it.to_string()) aria-invalid=is_refused.then_some("true")
                max="1000000000"
            />
            <button class="button">"Set" <span class="visually-hidden">{format!(" stock of {name}")}</span></button>
        </form>
    }
}
