//! The cart.

use leptos::prelude::*;
use leptos_meta::Title;
use orders::{Cart, Money};

use super::{cart_line::CartLineItem, discount::DiscountFields};
use crate::{
    api::cart::find_cart,
    components::{DeliveryChoice, Icon, Notice, RefusalNotice, SumList, WhyTotal, loaded},
    shop::in_shop,
    words::say,
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
            <Title text=say("Your cart", "Ihr Warenkorb") />
            {content}
        }
    })
}

#[component]
fn EmptyCart() -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>{say("Your cart", "Ihr Warenkorb")}</h1>
        </div>
        <div class="stack">
            <RefusalNotice />
            <div class="empty-state">
                <Icon name="bag" />
                <h2>{say("Nothing in it yet", "Noch ist nichts darin")}</h2>
                <p>
                    {say(
                        "What you add stays here for two weeks, on this device.",
                        "Was Sie hineinlegen, bleibt zwei Wochen hier, auf diesem Gerät.",
                    )}
                </p>
                <a class="button" href=in_shop("/")>{say("Look around the shop", "Im Shop umsehen")}</a>
            </div>
        </div>
    }
}

#[component]
fn FullCart(cart: Cart) -> impl IntoView {
    let lines: Vec<_> = cart
        .lines
        .iter()
        .cloned()
        .map(|line| view! { <CartLineItem line currency=cart.currency /> })
        .collect();
    view! {
        <div class="two-columns">
            <div>
                <div class="page-head">
                    <h1>{say("Your cart", "Ihr Warenkorb")}</h1>
                </div>
                <div class="stack">
                    <RefusalNotice />
                    <WhatIsWrong cart=cart.clone() />
                    <ul class="cart-lines">{lines}</ul>
                </div>
            </div>
            <div class="stack cart-side">
                <Delivery cart=cart.clone() />
                <DiscountCode cart=cart.clone() />
                <Sum cart />
            </div>
        </div>
    }
}

/// The code that takes something off.
#[component]
fn DiscountCode(cart: Cart) -> impl IntoView {
    view! {
        <section class="card discount-code" id="code" aria-label=say("Discount", "Rabatt")>
            <form class="stack" data-gap="small" action=in_shop("/fn/enter_code") method="post">
                <input type="hidden" name="next" value="/cart" />
                <DiscountFields cart is_alone=true />
            </form>
        </section>
    }
}

/// How the parcel travels, where there is a choice.
#[component]
fn Delivery(cart: Cart) -> impl IntoView {
    (!cart.shipping_methods.is_empty()).then(|| {
        view! {
            <section class="card" id="delivery" aria-labelledby="delivery-heading">
                <form class="stack" data-gap="small" action=in_shop("/fn/choose_delivery") method="post">
                    <input type="hidden" name="next" value="/cart" />
                    <fieldset class="choice-group">
                        <legend>
                            <h2 id="delivery-heading">{say("Delivery", "Versand")}</h2>
                        </legend>
                        <DeliveryChoice cart name="form[shipping_method]" parts=vec!["cart-sum"] />
                    </fieldset>
                </form>
            </section>
        }
    })
}

#[component]
fn Sum(cart: Cart) -> impl IntoView {
    let total = Money::new(cart.total_minor, cart.currency);
    let on = if cart.can_be_had() {
        view! {
            <a class="button" data-kind="primary" data-wide href=in_shop("/checkout")>
                {say("Check out", "Zur Kasse")}
            </a>
        }
        .into_any()
    } else {
        view! {
            <p class="sum-aside">
                {say(
                    "Change what is marked, then you can check out.",
                    "Ändern Sie, was markiert ist, dann geht es zur Kasse.",
                )}
            </p>
        }
        .into_any()
    };
    let announcement = crate::words::amount(total);
    view! {
        <section
            class="card sum-card"
            id="cart-sum"
            aria-labelledby="sum"
            data-announce=say(
                format!("The total is {announcement}"),
                format!("Die Gesamtsumme ist {announcement}"),
            )
        >
            <h2 id="sum">{say("What it comes to", "Was es kostet")}</h2>
            <SumList explanation=cart.explanation.clone() total />
            <WhyTotal explanation=cart.explanation total />
            {on}
        </section>
    }
}

/// Why the cart cannot be bought as it is; nothing if it can.
#[component]
fn WhatIsWrong(cart: Cart) -> impl IntoView {
    let (heading, sentence) = if cart.lines.iter().any(|it| !it.is_sold) {
        say(
            (
                "Not everything is sold in this shop",
                "Take it out to go on here, or buy it in a shop that sells it.",
            ),
            (
                "Nicht alles wird in diesem Shop verkauft",
                "Nehmen Sie es heraus, um hier weiterzumachen, oder kaufen Sie es in einem Shop, der es verkauft.",
            ),
        )
    } else if cart.is_too_heavy {
        say(
            (
                "This is too heavy for one parcel",
                "No way of delivery carries as much. Take something out, and order it separately.",
            ),
            (
                "Das ist zu schwer für ein Paket",
                "Keine Versandart trägt so viel. Nehmen Sie etwas heraus, und bestellen Sie es getrennt.",
            ),
        )
    } else if !cart.can_be_had() {
        say(
            (
                "Something has changed since you put it in",
                "There is less of it now than you chose. Take what is left, or take it out.",
            ),
            (
                "Seitdem hat sich etwas geändert",
                "Es ist weniger da, als Sie gewählt haben. Nehmen Sie, was übrig ist, oder nehmen Sie es heraus.",
            ),
        )
    } else {
        return ().into_any();
    };
    view! {
        <Notice icon="alert" kind="attention">
            <h2>{heading}</h2>
            <p>{sentence}</p>
        </Notice>
    }
    .into_any()
}
