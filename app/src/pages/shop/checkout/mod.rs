//! From a cart to an order.

mod address;
mod corrections;
mod fields;
mod summary;

use leptos::prelude::*;
use leptos_meta::Title;
use orders::{Cart, Customer, Money};

use crate::{
    api::checkout::{Checkout, find_checkout},
    components::{
        CardNumber, ErrorSummary, Icon, Notice, RefusalNotice, SumList, WhyTotal, loaded,
        refusal_code,
    },
    shop,
};
use address::{AddressFields, Destination};
use corrections::Corrections;
use fields::ContactFields;
use summary::OrderSummary;

/// Where an order is placed and paid.
#[component]
pub(in crate::pages) fn CheckoutPage() -> impl IntoView {
    let checkout = Resource::new(|| (), |()| find_checkout());
    let is_refused = refusal_code().is_some();
    loaded(checkout, move |mut checkout| {
        // What was wrong last week is no news.
        if !is_refused {
            checkout.draft.errors.clear();
        }
        let content = match checkout.cart.clone() {
            Some(cart) => view! { <CheckoutView checkout cart /> }.into_any(),
            None => view! { <NothingToBuy /> }.into_any(),
        };
        view! {
            <Title text="Checkout" />
            {content}
        }
    })
}

#[component]
fn NothingToBuy() -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>"Checkout"</h1>
        </div>
        <div class="empty-state">
            <Icon name="bag" />
            <h2>"Your cart is empty"</h2>
            <p>
                "If you have just placed an order, it is safe: look for it under your orders, or open the link you kept."
            </p>
            <a class="button" href="/">"Look around the shop"</a>
        </div>
    }
}

#[component]
fn CheckoutView(checkout: Checkout, cart: Cart) -> impl IntoView {
    view! {
        <div class="checkout-page">
            <div class="page-head">
                <h1>"Checkout"</h1>
                <WhoBuys customer=checkout.customer.clone() />
            </div>
            <OrderSummary cart=cart.clone() />
            <CheckoutForm checkout cart />
        </div>
    }
}

#[component]
fn WhoBuys(customer: Option<Customer>) -> impl IntoView {
    match customer {
        Some(customer) => {
            let who = customer.email.unwrap_or(customer.name);
            view! { <p>{format!("Signed in as {who}. The order is kept in your account.")}</p> }
                .into_any()
        }
        None => view! {
            <p>
                "Have an account? "
                <a href="/sign-in?next=/checkout">"Sign in"</a>
                " and the order is kept there."
            </p>
        }
        .into_any(),
    }
}

#[component]
fn CheckoutForm(checkout: Checkout, cart: Cart) -> impl IntoView {
    let Checkout {
        customer,
        draft,
        key,
        takes_cards,
        is_sandbox,
        ..
    } = checkout;
    let destination = Destination::of(&draft, &shop().storefront);
    let corrections = Corrections::of(&draft.errors, destination.format());
    let all = corrections.all();
    let top = if all.is_empty() {
        view! { <RefusalNotice /> }.into_any()
    } else {
        view! { <ErrorSummary corrections=all /> }.into_any()
    };
    let card_error = corrections.at("card_number");
    let ships = cart.ships();
    view! {
        <form class="checkout-form" action="/fn/place_order" method="post" novalidate>
            <input type="hidden" name="form[key]" value=key />
            <input
                type="hidden"
                name="form[expected_total_minor]"
                value=cart.total_minor.to_string()
            />
            {takes_cards.then(|| view! { <PayOnEnter /> })}
            {top}
            <ContactFields draft=draft.clone() corrections=corrections.clone() customer />
            {ships.then(|| view! { <AddressFields draft corrections destination /> })}
            <fieldset class="form-section">
                <legend>
                    <h2>"Payment"</h2>
                </legend>
                {if takes_cards {
                    view! { <CardNumber name="form[card_number]" is_sandbox error=card_error /> }
                        .into_any()
                } else {
                    view! { <NoCards /> }.into_any()
                }}
            </fieldset>
            <Review cart takes_cards />
        </form>
    }
}

/// Enter presses a form's first button. Without JavaScript that would be the one that changes the country.
#[component]
fn PayOnEnter() -> impl IntoView {
    view! {
        <noscript>
            <button class="visually-hidden" tabindex="-1" aria-hidden="true">"Pay"</button>
        </noscript>
    }
}

#[component]
fn NoCards() -> impl IntoView {
    view! {
        <Notice icon="card">
            <h3>"Paying by card is not available here"</h3>
            <p>"So nothing can be ordered on this page for now. Your cart stays as it is."</p>
        </Notice>
    }
}

#[component]
fn Review(cart: Cart, takes_cards: bool) -> impl IntoView {
    let total = Money::new(cart.total_minor, cart.currency);
    let pay = takes_cards.then(|| {
        let promise = if cart.ships() {
            "You can cancel until the parcel leaves. Cancelling pays everything back."
        } else {
            "Your tickets are on the next page."
        };
        view! {
            <div class="form-foot">
                <button class="button" data-kind="primary" data-wide>
                    <Icon name="lock" />
                    {format!("Pay {total}")}
                </button>
                <p>{promise}</p>
            </div>
        }
    });
    view! {
        <section class="form-section" aria-labelledby="review">
            <h2 id="review">"Review"</h2>
            <SumList explanation=cart.explanation.clone() total />
            <WhyTotal explanation=cart.explanation total />
            {pay}
        </section>
    }
}
