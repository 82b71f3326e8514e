//! Beside an order: who bought it, where it goes, its money.

use leptos::{context::Provider, prelude::*};
use leptos_router::location::Url;
use orders::{Contact, Order};

use crate::components::{AddressBlock, SumList, SumRow, WhyTotal};

/// Who bought the order, and what they had to say.
#[component]
pub(super) fn Customer(contact: Contact, note: Option<String>) -> impl IntoView {
    let email = contact.email.map(|email| {
        let others = format!("/admin/orders?q={}", Url::escape(&email));
        view! {
            <li><a href=format!("mailto:{email}")>{email.clone()}</a></li>
            <li><a href=others>"All orders of this address"</a></li>
        }
    });
    let phone = contact.phone.map(|phone| {
        view! { <li><a href=format!("tel:{phone}")>{phone.clone()}</a></li> }
    });
    let elsewhere = contact.external_ref.map(|reference| {
        view! { <p class="quiet">"Known elsewhere as " <span class="code">{reference}</span></p> }
    });
    let guest = contact
        .id
        .is_none()
        .then(|| view! { <p class="quiet">"Bought as a guest"</p> });
    let note = note.map(|note| {
        view! {
            <dl class="fact-list">
                <div><dt>"Note"</dt><dd>{note}</dd></div>
            </dl>
        }
    });
    view! {
        <section class="card" aria-labelledby="customer">
            <h2 id="customer">"Customer"</h2>
            <div class="stack" data-gap="small">
                <p>{contact.name.unwrap_or_else(|| "No name given".to_owned())}</p>
                <ul class="link-list">{email} {phone}</ul>
                {elsewhere} {guest} {note}
            </div>
        </section>
    }
    .into_any()
}

/// Where the order's parcels go.
#[component]
pub(super) fn Delivery(order: Order) -> impl IntoView {
    let name = order.customer.name;
    order.shipping_address.map(|address| {
        view! {
            <section class="card" aria-labelledby="address">
                <h2 id="address">"Delivery address"</h2>
                <AddressBlock address name />
            </section>
        }
    })
}

/// What the order costs and why, as the buyer was told, and what has come in and gone back.
#[component]
pub(super) fn Money(order: Order) -> impl IntoView {
    let (total, language) = (order.money(order.total_minor), order.language);
    let (captured, refunded) = (
        order.money(order.captured_minor()),
        order.money(order.refunded_minor),
    );
    view! {
        <section class="card" id="money" data-live aria-labelledby="money-heading">
            <h2 id="money-heading">"Money"</h2>
            <div class="stack" data-gap="small">
                <Provider value=language>
                    <div lang=language.code()>
                        <SumList explanation=order.explanation.clone() total />
                        <WhyTotal explanation=order.explanation total />
                    </div>
                </Provider>
                <dl class="sum-list">
                    <SumRow label="Captured" amount=captured.to_string() quiet=true />
                    <SumRow label="Refunded" amount=refunded.to_string() quiet=true />
                </dl>
                <p class="quiet">
                    "Sold at the storefront " <span class="code">{order.storefront}</span>
                    ", and explained as the buyer reads it"
                </p>
            </div>
        </section>
    }
}
