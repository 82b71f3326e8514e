//! What the order's customer was written.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use orders::{Addressee, Delivery, DeliveryState, MailKind, Order};

use super::super::deliveries::{DeliveryChip, DeliveryTime, ResendForm, mail_words};

/// The mails about an order, newest first; nothing where there are none.
#[component]
pub(super) fn Mails(order: Order, mails: Vec<Delivery>) -> impl IntoView {
    let page = format!("/admin/orders/{}", order.id);
    let stands = [MailKind::Received, MailKind::Confirmed].map(Addressee::Mail);
    let tells = |it: &Delivery| stands.contains(&it.to) && it.state == DeliveryState::Delivered;
    let was_told = mails.iter().any(tells);
    let rows: Vec<_> = mails
        .into_iter()
        .filter_map(|mail| {
            let Addressee::Mail(kind) = mail.to else {
                return None;
            };
            let is_news = kind.is_news(&order, was_told);
            // What waits and is no news any more is forgotten when its turn comes.
            let is_shown = is_news || mail.state != DeliveryState::Waiting;
            let page = page.clone();
            is_shown.then(|| view! { <MailRow mail is_news page /> })
        })
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

#[component]
fn MailRow(
    mail: Delivery,
    /// Whether there is a point in sending it again.
    is_news: bool,
    page: String,
) -> impl IntoView {
    let words = mail_words(&mail);
    let failure = (mail.state != DeliveryState::Delivered)
        .then(|| mail.last_error.clone())
        .flatten();
    let resend = is_news.then(|| {
        view! { <ResendForm delivery=mail.clone() name=words.to_owned() page /> }
    });
    view! {
        <li>
            <div>
                <p class="cluster">{words} <DeliveryChip delivery=mail.clone() /></p>
                <p class="quiet"><DeliveryTime delivery=mail.clone() /></p>
                {failure.map(|it| view! { <p class="quiet">{it}</p> })}
            </div>
            {resend}
        </li>
    }
    .into_any()
}
