//! The cart.

use leptos::prelude::*;
use leptos_meta::Title;
use orders::{Cart, CartLine, Currency, Money};

use crate::{
    api::cart::find_cart,
    components::{Icon, LinePicture, Notice, RefusalNotice, SumList, WhyTotal, loaded},
};

/// What the visitor has chosen.
#[component]
pub(in crate::pages) fn CartPage() -> impl IntoView {
    let cart = Resource::new(|| (), |()| find_cart());
    loaded(cart, |cart| {
        let content = match cart {
            Some(cart) => view! { <FullCart cart /> }.into_any(),
            None => view! { <EmptyCart /> }.into_any(),
        };
        view! {
            <Title text="Your cart" />
            {content}
        }
    })
}

#[component]
fn EmptyCart() -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>"Your cart"</h1>
        </div>
        <div class="stack">
            <RefusalNotice />
            <div class="empty-state">
                <Icon name="bag" />
                <h2>"Nothing in it yet"</h2>
                <p>"What you add stays here for two weeks, on this device."</p>
                <a class="button" href="/">"Look around the shop"</a>
            </div>
        </div>
    }
}

#[component]
fn FullCart(cart: Cart) -> impl IntoView {
    let total = Money::new(cart.total_minor, cart.currency);
    let can_be_had = cart.can_be_had();
    let lines: Vec<_> = cart
        .lines
        .into_iter()
        .map(|line| view! { <CartLineItem line currency=cart.currency /> })
        .collect();
    view! {
        <div class="two-columns">
            <div>
                <div class="page-head">
                    <h1>"Your cart"</h1>
                </div>
                <div class="stack">
                    <RefusalNotice />
                    {(!can_be_had).then(|| view! { <Shortage /> })}
                    <ul class="cart-lines">{lines}</ul>
                </div>
            </div>
            <section class="card sum-card" aria-labelledby="sum">
                <h2 id="sum">"What it comes to"</h2>
                <SumList explanation=cart.explanation.clone() total />
                <WhyTotal explanation=cart.explanation total />
                {if can_be_had {
                    view! {
                        <a class="button" data-kind="primary" data-wide href="/checkout">
                            "Check out"
                        </a>
                    }
                    .into_any()
                } else {
                    view! {
                        <p class="sum-aside">
                            "Change what there is too little of, then you can check out."
                        </p>
                    }
                    .into_any()
                }}
            </section>
        </div>
    }
}

#[component]
fn Shortage() -> impl IntoView {
    view! {
        <Notice icon="alert" kind="attention">
            <h2>"Something has changed since you put it in"</h2>
            <p>"There is less of it now than you chose. Take what is left, or take it out."</p>
        </Notice>
    }
}

#[component]
fn CartLineItem(line: CartLine, currency: Currency) -> impl IntoView {
    let each = Money::new(line.unit_price_minor, currency);
    let note = if line.is_seat {
        "A seat, so there is one of it".to_owned()
    } else if (1..=5).contains(&line.available) {
        format!("{each} each, {} left", line.available)
    } else {
        format!("{each} each")
    };
    let problem = (!line.can_be_had()).then(|| {
        let words = match line.available {
            ..=0 => "Sold out meanwhile".to_owned(),
            left => format!("Only {left} left, you chose {}", line.quantity),
        };
        view! { <p class="stock-note" data-stock="low">{words}</p> }
    });
    view! {
        <li class="cart-line">
            <LinePicture path=line.picture.clone() size=(88, 110) />
            <div class="line-about">
                <h2><a href=format!("/products/{}", line.product)>{line.title.clone()}</a></h2>
                <p class="line-note">{note}</p>
                {problem}
            </div>
            <p class="line-amount">{Money::new(line.total_minor, currency).to_string()}</p>
            <LineControls line />
        </li>
    }
}

#[component]
fn LineControls(line: CartLine) -> impl IntoView {
    let (sku, title) = (line.sku.clone(), line.title.clone());
    let take_rest = (!line.can_be_had() && line.available > 0).then(|| {
        view! {
            <SetQuantity sku=sku.clone() quantity=line.available.to_string()>
                <button class="button">{format!("Take {}", line.available)}</button>
            </SetQuantity>
        }
    });
    let form = format!("quantity-{sku}");
    let update = (!line.is_seat).then(|| {
        view! { <button class="button line-update" data-kind="quiet" form=form>"Update"</button> }
    });
    view! {
        <div class="line-controls">
            {take_rest}
            {(!line.is_seat).then(|| view! { <QuantityStepper line /> })}
            <SetQuantity sku quantity="0">
                <button class="button" data-kind="quiet">
                    "Remove"
                    <span class="visually-hidden">{format!(" {title}")}</span>
                </button>
            </SetQuantity>
            {update}
        </div>
    }
}

#[component]
fn QuantityStepper(line: CartLine) -> impl IntoView {
    let (title, quantity) = (line.title, i64::from(line.quantity));
    let id = format!("quantity-{}-field", line.sku);
    let is_all = quantity >= i64::from(line.available);
    let (fewer, more) = (format!("One {title} fewer"), format!("One {title} more"));
    view! {
        <div class="quantity-stepper">
            <SetQuantity sku=line.sku.clone() quantity=(quantity - 1).to_string()>
                <button disabled=quantity <= 1>
                    <Icon name="minus" />
                    <span class="visually-hidden">{fewer}</span>
                </button>
            </SetQuantity>
            <form id=format!("quantity-{}", line.sku) action="/fn/set_quantity" method="post">
                <input type="hidden" name="sku" value=line.sku.clone() />
                <label class="visually-hidden" for=id.clone()>{format!("Quantity of {title}")}</label>
                <input
                    class="input"
                    id=id
                    name="quantity"
                    type="number"
                    inputmode="numeric"
                    min="0"
                    max=line.available.to_string()
                    value=quantity.to_string()
                    required
                />
            </form>
            <SetQuantity sku=line.sku quantity=(quantity + 1).to_string()>
                <button disabled=is_all>
                    <Icon name="plus" />
                    <span class="visually-hidden">{more}</span>
                </button>
            </SetQuantity>
        </div>
    }
}

/// Says how many of a SKU the cart has; `children` is the button.
#[component]
fn SetQuantity(sku: String, #[prop(into)] quantity: String, children: Children) -> impl IntoView {
    view! {
        <form action="/fn/set_quantity" method="post">
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value=quantity />
            {children()}
        </form>
    }
}
