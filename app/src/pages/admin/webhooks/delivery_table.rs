//! Deliveries as rows of a table.

use leptos::prelude::*;
use orders::{Delivery, DeliveryState, Webhook};

use crate::components::{Moment, StatusChip, TimeStyle, Tone};

/// Deliveries, each with how it stands, and a button that sends it again.
#[component]
pub(super) fn DeliveryTable(deliveries: Vec<Delivery>, webhooks: Vec<Webhook>) -> impl IntoView {
    let rows: Vec<_> = deliveries
        .into_iter()
        .map(|delivery| {
            let to = webhooks.iter().find(|it| it.id == delivery.webhook_id);
            let to = to.map(|it| it.url.clone()).unwrap_or_default();
            view! { <DeliveryRow delivery to /> }
        })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Deliveries, those of the newest events first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Event"</th>
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
fn DeliveryRow(delivery: Delivery, to: String) -> impl IntoView {
    let (tone, word) = match delivery.state {
        DeliveryState::Waiting => (Tone::Waiting, "Waiting"),
        DeliveryState::Delivered => (Tone::Paid, "Delivered"),
        DeliveryState::SetAside => (Tone::Attention, "Set aside"),
    };
    let (words, at) = match (delivery.next_at, delivery.ended_at) {
        (Some(next), _) if delivery.attempts == 0 => ("Due", next),
        (Some(next), _) => ("Next try", next),
        (None, Some(ended)) => (word, ended),
        (None, None) => ("Since", delivery.created_at),
    };
    let name = format!(
        "{}, event {}",
        delivery.event_type.as_str(),
        delivery.sequence
    );
    view! {
        <tr>
            <th scope="row" class="webhook-cell">
                <a href=format!("/admin/orders/{}", delivery.order_id)>{name.clone()}</a>
                <small>{to}</small>
            </th>
            <td data-end><StatusChip tone word /></td>
            <td data-wide>{delivery.last_error}</td>
            <td class="number" data-label="Attempts">{delivery.attempts}</td>
            <td>
                <span class="quiet">{words} " "</span> <Moment at style=TimeStyle::ShortMinute />
            </td>
            <td>
                <form action="/fn/resend_delivery" method="post">
                    <input type="hidden" name="id" value=delivery.id.to_string() />
                    <button class="button" data-size="small">
                        "Send again" <span class="visually-hidden">{format!(" {name}")}</span>
                    </button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
