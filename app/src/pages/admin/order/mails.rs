//! What the order's customer was written.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use orders::{Addressee, Delivery, DeliveryState, Order};

use super::super::deliveries::{DeliveryChip, DeliveryTime, ResendForm, mail_words};

/// The mails about an order, newest first; nothing where there are none.
#[component]
pub(super) fn Mails(order: Order, mails: Vec<Delivery>) -> impl IntoView {
    let page = format!("/admin/orders/{}", order.id);
    let rows: Vec<_> = mails
        .into_iter()
        .filter(|mail| is_or_will_be_sent(mail, &order))
        .map(|mail| view! { <MailRow mail page=page.clone() /> })
        .collect();
    let was_resent = use_query_map().get_untracked().get("done").as_deref() == Some("resent");
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" id="mails" data-live aria-labelledby="mails-heading">
                <h2 id="mails-heading">"Mails to the customer"</h2>
                {was_resent.then(|| view! { <p class="quiet" role="status">"It is being sent again."</p> })}
                <ul class="mail-list">{rows}</ul>
            </section>
        }
    })
}

/// What waits and is no news any more is forgotten when its turn comes.
fn is_or_will_be_sent(mail: &Delivery, order: &Order) -> bool {
    let is_news = match mail.to {
        Addressee::Mail(kind) => kind.is_news(order),
        Addressee::WebhookId(_) => false,
    };
    is_news || mail.state != DeliveryState::Waiting
}

#[component]
fn MailRow(mail: Delivery, page: String) -> impl IntoView {
    let words = mail_words(&mail);
    view! {
        <li>
            <div>
                <p class="cluster">{words} <DeliveryChip delivery=mail.clone() /></p>
                <p class="quiet"><DeliveryTime delivery=mail.clone() /></p>
                {mail.last_error.clone().map(|it| view! { <p class="quiet">{it}</p> })}
            </div>
            <ResendForm delivery=mail name=words.to_owned() page />
        </li>
    }
    .into_any()
}
