//! What the order's customer was written.

use leptos::prelude::*;
use orders::{Delivery, OrderId};

use super::super::deliveries::{DeliveryChip, DeliveryTime, ResendForm, mail_words};

/// The mails about an order, newest first; nothing where there are none.
#[component]
pub(super) fn Mails(order: OrderId, mails: Vec<Delivery>) -> impl IntoView {
    (!mails.is_empty()).then(|| {
        let rows: Vec<_> = mails
            .into_iter()
            .map(|mail| view! { <MailRow order mail /> })
            .collect();
        view! {
            <section class="card" id="mails" data-live aria-labelledby="mails-heading">
                <h2 id="mails-heading">"Mails to the customer"</h2>
                <ul class="mail-list">{rows}</ul>
            </section>
        }
    })
}

#[component]
fn MailRow(order: OrderId, mail: Delivery) -> impl IntoView {
    let words = mail_words(&mail);
    let page = format!("/admin/orders/{order}");
    view! {
        <li>
            <div>
                <p>{words}</p>
                <p class="quiet"><DeliveryTime delivery=mail.clone() /></p>
                {mail.last_error.clone().map(|it| view! { <p class="quiet">{it}</p> })}
            </div>
            <DeliveryChip delivery=mail.clone() />
            <ResendForm delivery=mail name=words.to_owned() page />
        </li>
    }
    .into_any()
}
