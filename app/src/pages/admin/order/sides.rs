//! Beside an order: who bought it, where it goes, its money.

use leptos::prelude::*;
use orders::{Contact, Order};

use crate::components::{AddressBlock, SumList, SumRow, WhyTotal};

/// Who bought the order, and what they had to say.
#[component]
pub(super) fn Customer(contact: Contact, note: Option<String>) -> impl IntoView {
    let list = |words: String| format!("/admin/orders?q={}", leptos_router::location::Url::escape(&words));
    let email = contact.email.map(|email| {
        view! {
            <li><a href=format!("mailto:{email}")>{email.clone()}</a></li>
            <li><a href=list(email)>"All orders of this address"</a></li>
        }
    });
    view! {
        <section class="card" aria-labelledby="customer">
            <h2 id="customer">"Customer"</h2>
            <p>{contact.name.unwrap_or_else(|| "No name given".to_owned())}</p>
            <ul class="link-list">
                {email} {contact.phone.map(|phone| view! { <li><a href=format!("tel:{phone}")>{phone.clone()}</a></li> })}
            </ul>
            {contact.external_ref.map(|it| view! { <p class="quiet">"Known elsewhere as " <span class="code">{it}</span></p> })}
            {contact.id.is_none().then(|| view! { <p class="quiet">"Bought as a guest"</p> })}
            {note.map(|note| view! { <p class="timeline-note">{note}</p> })}
        </section>
    }
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

/// What the order costs, why, and what has come in and gone back.
#[component]
pub(super) fn Money(order: Order) -> impl IntoView {
    let total = order.money(order.total_minor);
    let (captured, refunded) = (order.money(order.captured_minor()), order.money(order.refunded_minor));
    view! {
        <section class="card" id="money" data-live aria-labelledby="money-heading">
            <h2 id="money-heading">"Money"</h2>
            <SumList explanation=order.explanation.clone() total>
                <SumRow label="Captured" amount=captured quiet=true />
                <SumRow label="Refunded" amount=refunded quiet=true />
            </SumList>
            <WhyTotal explanation=order.explanation total />
        </section>
    }
}
