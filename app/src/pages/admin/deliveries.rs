//! What is on its way to webhooks and customers, and what became of it.

use leptos::prelude::*;
use orders::{Addressee, Delivery, DeliveryState, MailKind};

use crate::components::{Moment, StatusChip, TimeStyle, Tone};

/// A delivery in a list: what it is called, and what stands below.
pub(super) struct Row {
    pub(super) delivery: Delivery,
    pub(super) name: String,
    pub(super) note: Option<String>,
}

/// Deliveries, each with how it stands, and a button that sends it again.
#[component]
pub(super) fn DeliveryTable(
    /// What they are, for those who hear the page.
    caption: &'static str,
    /// What is on its way.
    what: &'static str,
    rows: Vec<Row>,
    /// The page to which one comes back.
    page: String,
) -> impl IntoView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| view! { <DeliveryRow row page=page.clone() /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{what}</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col" class="number">"Attempts"</th>
                        <th scope="col">"When"</th>
                        <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn DeliveryRow(row: Row, page: String) -> impl IntoView {
    let Row {
        delivery,
        name,
        note,
    } = row;
    view! {
        <tr>
            <th scope="row" class="webhook-cell">
                <a href=format!("/admin/orders/{}", delivery.order_id)>{name.clone()}</a>
                {note.map(|it| view! { <small>{it}</small> })}
            </th>
            <td data-end><DeliveryChip delivery=delivery.clone() /></td>
            <td data-wide>{delivery.last_error.clone()}</td>
            <td class="number" data-label="Attempts">{delivery.attempts}</td>
            <td><DeliveryTime delivery=delivery.clone() /></td>
            <td><ResendForm delivery name page /></td>
        </tr>
    }
    .into_any()
}

/// How a delivery stands.
#[component]
pub(super) fn DeliveryChip(delivery: Delivery) -> impl IntoView {
    let tone = match delivery.state {
        DeliveryState::Waiting => Tone::Waiting,
        DeliveryState::Delivered => Tone::Paid,
        DeliveryState::SetAside => Tone::Attention,
    };
    view! { <StatusChip tone word=state_word(&delivery) /> }
}

/// When it was sent, or will be.
#[component]
pub(super) fn DeliveryTime(delivery: Delivery) -> impl IntoView {
    let (words, at) = match (delivery.next_at, delivery.ended_at) {
        (Some(next), _) if delivery.attempts == 0 => ("Due", next),
        (Some(next), _) => ("Next try", next),
        (None, Some(ended)) => (state_word(&delivery), ended),
        (None, None) => ("Since", delivery.created_at),
    };
    view! { <span class="quiet">{words} " "</span> <Moment at style=TimeStyle::ShortMinute /> }
}

fn state_word(delivery: &Delivery) -> &'static str {
    match (delivery.state, delivery.to) {
        (DeliveryState::Waiting, _) => "Waiting",
        (DeliveryState::Delivered, Addressee::WebhookId(_)) => "Delivered",
        (DeliveryState::Delivered, Addressee::Mail(_)) => "Sent",
        (DeliveryState::SetAside, _) => "Set aside",
    }
}

/// A button that sends it again.
#[component]
pub(super) fn ResendForm(
    delivery: Delivery,
    /// Which one, for those who hear the page.
    name: String,
    /// The page to which one comes back.
    page: String,
) -> impl IntoView {
    view! {
        <form action="/fn/resend_delivery" method="post">
            <input type="hidden" name="id" value=delivery.id.to_string() />
            <input type="hidden" name="next" value=page />
            <button class="button" data-size="small">
                "Send again" <span class="visually-hidden">{format!(" {name}")}</span>
            </button>
        </form>
    }
}

/// What a mail is about, in a word or two.
pub(super) fn mail_words(delivery: &Delivery) -> &'static str {
    match delivery.to {
        Addressee::WebhookId(_) => "",
        Addressee::Mail(kind) => match kind {
            MailKind::Received => "Waits for payment",
            MailKind::Confirmed => "Confirmed",
            MailKind::Shipped => "Parcel left",
            MailKind::Cancelled => "Cancelled",
            MailKind::Refunded => "Money back",
        },
    }
}

/// Links to the deliveries in each state. `path` is where those in a state are.
pub(super) fn state_links(
    chosen: Option<DeliveryState>,
    taken: &'static str,
    path: impl Fn(Option<DeliveryState>) -> String,
) -> Vec<AnyView> {
    [
        (None, "All"),
        (Some(DeliveryState::Waiting), "Waiting"),
        (Some(DeliveryState::SetAside), "Set aside"),
        (Some(DeliveryState::Delivered), taken),
    ]
    .into_iter()
    .map(|(state, word)| {
        let is_chosen = (state == chosen).then_some("true");
        view! { <a href=path(state) aria-current=is_chosen>{word}</a> }.into_any()
    })
    .collect()
}
