//! One product: goods to put into the cart, or an event with its seats.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use orders::{
    Availability, Currency, DeliveryMethod, DeliveryPrice, Money, Product, ProductKind, Refusal,
    Variant,
};

use super::{event::EventView, sold_elsewhere::SoldElsewhere};
use crate::{
    AppError,
    api::product::{ProductView, Seller, find_product, find_sellers},
    components::{
        Breadcrumb, Icon, Notice, ProductPicture, RefusalNotice, loaded, price_note, price_words,
        stock_words,
    },
    shop::{in_shop, shop},
    words::{amount, days, say},
};

/// A product, by its reference.
#[component]
pub(in crate::pages) fn ProductPage() -> impl IntoView {
    let params = use_params_map();
    let reference = move || params.with(|it| it.get("reference")).unwrap_or_default();
    let found = Resource::new(reference, Found::find);
    loaded(found, |found| match found {
        Found::Here(found) => view! { <SoldHere found /> }.into_any(),
        Found::Elsewhere(sellers) => view! { <SoldElsewhere sellers /> }.into_any(),
    })
}

/// Where a product was found.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
enum Found {
    Here(ProductView),
    /// At these storefronts only.
    Elsewhere(Vec<Seller>),
}

impl Found {
    async fn find(reference: String) -> Result<Self, AppError> {
        match find_product(reference.clone()).await {
            Err(AppError::Refused(Refusal::NotFound(what))) => {
                let sellers = find_sellers(reference).await?;
                if sellers.is_empty() {
                    return Err(Refusal::NotFound(what).into());
                }
                Ok(Self::Elsewhere(sellers))
            }
            found => found.map(Self::Here),
        }
    }
}

#[component]
fn SoldHere(found: ProductView) -> impl IntoView {
    let ProductView {
        product,
        delivery_methods,
    } = found;
    let title = product.title.clone();
    let content = match product.kind {
        ProductKind::Goods => view! { <GoodsView product delivery_methods /> }.into_any(),
        ProductKind::Event => view! { <EventView event=product /> }.into_any(),
    };
    view! {
        <Title text=title.clone() />
        <Breadcrumb here=title />
        <div class="stack">
            <RefusalNotice />
            {content}
        </div>
    }
}

#[component]
fn GoodsView(product: Product, delivery_methods: Vec<DeliveryMethod>) -> impl IntoView {
    let left = product.availability();
    let (words, stock) = stock_words(product.kind, left);
    let adds_delivery = delivery_methods
        .first()
        .is_some_and(|it| it.price != DeliveryPrice::Flat(0));
    let note = price_note(&shop().storefront, adds_delivery);
    let buy = if left == Availability::SoldOut {
        view! { <SoldOut /> }.into_any()
    } else {
        view! { <BuyForm product=product.clone() /> }.into_any()
    };
    view! {
        <article class="product-page">
            <ProductPicture path=product.picture.clone() alt=product.title.clone() />
            <div class="product-about">
                <div class="stack" data-gap="small">
                    <h1>{product.title.clone()}</h1>
                    <p class="product-price">{price_words(&product)} " " {note.map(|it| view! { <small>{it}</small> })}</p>
                    <p class="stock-note" data-stock=stock>{words}</p>
                </div>
                {product.description.map(|it| view! { <p class="product-lead">{it}</p> })}
                {buy}
                <Promises currency=product.currency delivery_methods />
            </div>
        </article>
    }
}

#[component]
fn SoldOut() -> impl IntoView {
    view! {
        <Notice icon="clock">
            <h2>{say("Sold out for now", "Zurzeit ausverkauft")}</h2>
            <p>{say("We don’t take money for things we can’t send yet.", "Wir nehmen kein Geld für Dinge, die wir noch nicht schicken können.")}</p>
            <p class="cluster">
                <a class="button" href=in_shop("/")>{say("See what is in stock", "Zeigen, was auf Lager ist")}</a>
            </p>
        </Notice>
    }
}

#[component]
fn BuyForm(product: Product) -> impl IntoView {
    let most = product
        .variants
        .iter()
        .map(|it| it.available)
        .max()
        .unwrap_or(1);
    let differs = product.price_from().is_some_and(|(_, differs)| differs);
    let choice = match product.variants.as_slice() {
        [only] => view! { <input type="hidden" name="sku" value=only.sku.clone() /> }.into_any(),
        variants => {
            let first = variants.iter().position(|it| it.available > 0);
            let choices: Vec<_> = variants
                .iter()
                .enumerate()
                .map(|(index, variant)| {
                    let price = differs.then(|| Money::new(variant.price_minor, product.currency));
                    let is_first = first == Some(index);
                    view! { <VariantChoice variant=variant.clone() price is_first /> }
                })
                .collect();
            view! {
                <fieldset class="choice-group">
                    <legend>{say("Which one", "Welche Ausführung")}</legend>
                    <div class="choice-list">{choices}</div>
                </fieldset>
            }
            .into_any()
        }
    };
    view! {
        <form class="product-buy" action=in_shop("/fn/add_to_cart") method="post">
            <input type="hidden" name="product" value=product.reference />
            {choice}
            <div class="buy-row">
                <div class="field quantity-field">
                    <label for="quantity">{say("Quantity", "Anzahl")}</label>
                    <input
                        class="input"
                        id="quantity"
                        name="quantity"
                        type="number"
                        inputmode="numeric"
                        min="1"
                        max=most.to_string()
                        value="1"
                        required
                    />
                </div>
                <button class="button" data-kind="primary" data-wide>{say("Add to cart", "In den Warenkorb")}</button>
            </div>
        </form>
    }
}

#[component]
fn VariantChoice(variant: Variant, price: Option<Money>, is_first: bool) -> impl IntoView {
    let left = Availability::of(i64::from(variant.available));
    let (words, stock) = stock_words(ProductKind::Goods, left);
    let note = stock.map(|_| view! { <span class="choice-note">{words}</span> });
    let title = variant.title.unwrap_or_else(|| variant.sku.clone());
    view! {
        <label class="choice">
            <input
                type="radio"
                name="sku"
                value=variant.sku
                required
                checked=is_first
                disabled=left == Availability::SoldOut
            />
            <span class="choice-text">{title}</span>
            {price.map(|it| view! { <span class="choice-amount">{amount(it)}</span> })}
            {note}
        </label>
    }
}

#[component]
fn Promises(currency: Currency, delivery_methods: Vec<DeliveryMethod>) -> impl IntoView {
    let usual = delivery_methods.into_iter().next();
    let (delivery, price) = usual.map_or_else(
        || (say("Free delivery", "Kostenloser Versand").to_owned(), None),
        |it| {
            let days = days(it.days_least, it.days_most);
            let in_days = say(format!("Delivery in {days}"), format!("Versand: {days}"));
            (in_days, Some(delivery_words(&it, currency)))
        },
    );
    let follow = say(
        "Follow the parcel on your order’s own page",
        "Verfolgen Sie das Paket auf der Seite Ihrer Bestellung",
    );
    view! {
        <ul class="promise-list">
            <li>
                <Icon name="truck" />
                <p>{delivery} <small>{price.unwrap_or_else(|| follow.to_owned())}</small></p>
            </li>
            <li>
                <Icon name="refund" />
                <p>
                    {say("Change your mind until the parcel leaves", "Überlegen Sie es sich anders, bis das Paket losgeht")}
                    <small>{say("Cancelling pays everything back", "Eine Stornierung erstattet alles")}</small>
                </p>
            </li>
        </ul>
    }
}

/// What a way of delivery costs before it is known for what: `Free`, `From €4.90, free from €75.00 on`.
fn delivery_words(method: &DeliveryMethod, currency: Currency) -> String {
    let money = |minor| amount(Money::new(minor, currency));
    let least = match &method.price {
        DeliveryPrice::Flat(0) => return say("Free of charge", "Kostenlos").to_owned(),
        DeliveryPrice::Flat(minor) => money(*minor),
        DeliveryPrice::ByWeight(steps) => {
            let least = money(steps.iter().map(|it| it.price_minor).min().unwrap_or(0));
            say(format!("From {least}"), format!("Ab {least}"))
        }
    };
    match method.free_from_minor.map(money) {
        Some(from) => say(
            format!("{least}, free from {from} on"),
            format!("{least}, kostenlos ab {from}"),
        ),
        None => least,
    }
}
