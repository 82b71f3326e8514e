//! The cart.

use leptos::prelude::*;
use leptos_meta::Title;
use orders::{Cart, Money};

use super::cart_line::CartLineItem;
use crate::{
    api::cart::find_cart,
    components::{Icon, Notice, RefusalNotice, SumList, WhyTotal, loaded},
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
