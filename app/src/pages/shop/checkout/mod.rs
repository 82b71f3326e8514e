//! From a cart to an order.

mod address;
mod corrections;
mod fields;
mod leave;
mod news;
mod review;
mod summary;

use leptos::prelude::*;
use leptos_meta::Title;
use orders::{Cart, Customer};

use super::discount::DiscountFields;
use crate::{
    api::{
        checkout::{Checkout, find_checkout},
        checkout_form::{SEEN_AT, SEEN_TOTAL},
    },
    components::{CardNumber, DeliveryChoice, ErrorSummary, Icon, Notice, loaded, refusal_code},
    shop,
    shop::in_shop,
    words::say,
};
use address::{AddressFields, Destination};
use corrections::Corrections;
use fields::ContactFields;
use leave::NoForm;
pub(super) use leave::{CHECKOUT_FORM, Leave, PayOnEnter, is_checkout};
use news::News;
use review::Review;
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
            Some(cart) if cart.is_too_heavy || cart.lines.iter().any(|it| !it.is_sold) => {
                view! { <CartFirst /> }.into_any()
            }
            Some(cart) => view! { <CheckoutView checkout cart /> }.into_any(),
            None => view! { <NothingToBuy /> }.into_any(),
        };
        view! {
            <Title text=say("Checkout", "Kasse") />
            {content}
        }
    })
}

#[component]
fn NothingToBuy() -> impl IntoView {
    view! {
        <NoForm />
        <div class="page-head">
            <h1>{say("Checkout", "Kasse")}</h1>
        </div>
        <div class="empty-state">
            <Icon name="bag" />
            <h2>{say("Your cart is empty", "Ihr Warenkorb ist leer")}</h2>
            <p>
                {say("If you have just placed an order, it is safe: look for it under your orders, or open the link you kept.", "Wenn Sie gerade bestellt haben, ist alles gut: Sehen Sie unter Ihren Bestellungen nach, oder öffnen Sie den Link, den Sie aufgehoben haben.")}
            </p>
            <a class="button" href=in_shop("/")>{say("Look around the shop", "Im Shop umsehen")}</a>
        </div>
    }
}

/// Not all of the cart can be bought here, or sent: that is changed where it stands.
#[component]
fn CartFirst() -> impl IntoView {
    view! {
        <NoForm />
        <div class="page-head">
            <h1>{say("Checkout", "Kasse")}</h1>
        </div>
        <div class="empty-state">
            <Icon name="bag" />
            <h2>
                {say(
                    "Not all of your cart can be sent from this shop",
                    "Nicht alles in Ihrem Warenkorb kann dieser Shop schicken",
                )}
            </h2>
            <p>
                {say(
                    "Take out what is marked there, then you can check out.",
                    "Nehmen Sie dort heraus, was markiert ist, dann geht es zur Kasse.",
                )}
            </p>
            <a class="button" href=in_shop("/cart")>{say("Back to the cart", "Zurück zum Warenkorb")}</a>
        </div>
    }
}

#[component]
fn CheckoutView(checkout: Checkout, cart: Cart) -> impl IntoView {
    view! {
        <div class="checkout-page">
            <PayOnEnter />
            <div class="page-head">
                <h1>{say("Checkout", "Kasse")}</h1>
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
            view! { <p>{say(
                    format!("Signed in as {who}. The order is kept in your account."),
                    format!("Angemeldet als {who}. Die Bestellung steht dann in Ihrem Konto."),
                )}</p> }
                .into_any()
        }
        None => view! {
            <p>
                {say("Have an account? ", "Haben Sie ein Konto? ")}
                <Leave to=in_shop("/sign-in?next=/checkout")>{say("Sign in", "Melden Sie sich an")}</Leave>
                {say(" and the order is kept there.", ", und die Bestellung steht dort.")}
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
    let storefront = shop().storefront;
    let (draft, destination) = Destination::of(draft, &storefront);
    let corrections = Corrections::of(&draft.errors, destination.format());
    let all = corrections.all();
    let top = if all.is_empty() {
        let seen_here = draft.field(SEEN_AT) == storefront.code;
        let seen_minor = (draft.field(SEEN_TOTAL).parse().ok()).filter(|_| seen_here);
        view! { <News seen_minor cart=cart.clone() /> }.into_any()
    } else {
        view! { <ErrorSummary corrections=all /> }.into_any()
    };
    let typed_code = draft.field("discount_code");
    let card_error = corrections.at("card_number");
    let ships = cart.ships();
    view! {
        <form class="checkout-form" id=CHECKOUT_FORM action=in_shop("/fn/place_order") method="post" novalidate>
            <input type="hidden" name="form[key]" value=key />
            <input type="hidden" name="form[storefront]" value=storefront.code />
            {top}
            <ContactFields draft=draft.clone() corrections=corrections.clone() customer />
            {ships.then(|| view! { <AddressFields draft corrections destination /> })}
            <Delivery cart=cart.clone() />
            <DiscountCode cart=cart.clone() typed=typed_code />
            <fieldset class="form-section" id="payment">
                <legend>
                    <h2>{say("Payment", "Zahlung")}</h2>
                </legend>
                {if !takes_cards {
                    view! { <NoCards /> }.into_any()
                } else if cart.total_minor == 0 {
                    view! { <p>{say("Nothing is to be paid.", "Es ist nichts zu zahlen.")}</p> }
                        .into_any()
                } else {
                    view! { <CardNumber name="form[card_number]" is_sandbox error=card_error /> }
                        .into_any()
                }}
            </fieldset>
            <Review cart takes_cards />
        </form>
    }
}

/// The code that takes something off.
#[component]
fn DiscountCode(cart: Cart, typed: String) -> impl IntoView {
    view! {
        <fieldset class="form-section discount-code" id="code">
            <legend>
                <h2 class="visually-hidden">{say("Discount", "Rabatt")}</h2>
            </legend>
            <DiscountFields cart typed />
        </fieldset>
    }
}

/// How the parcel travels, where there is a choice.
#[component]
fn Delivery(cart: Cart) -> impl IntoView {
    (!cart.shipping_methods.is_empty()).then(|| {
        view! {
            <fieldset class="form-section" id="delivery">
                <legend>
                    <h2>{say("Delivery", "Versand")}</h2>
                </legend>
                <DeliveryChoice
                    cart
                    name="form[shipping_method]"
                    parts=vec!["order-summary", "payment", "review-part"]
                />
            </fieldset>
        }
    })
}

#[component]
fn NoCards() -> impl IntoView {
    view! {
        <Notice icon="card">
            <h3>{say("Paying by card is not available here", "Kartenzahlung ist hier nicht möglich")}</h3>
            <p>{say("So nothing can be ordered on this page for now. Your cart stays as it is.", "Zurzeit lässt sich auf dieser Seite also nichts bestellen. Ihr Warenkorb bleibt, wie er ist.")}</p>
        </Notice>
    }
}
