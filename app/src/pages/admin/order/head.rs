//! An order's number, how it stands, and what can be done to it.

use leptos::prelude::*;
use orders::{Order, OrderState, PaymentStatus};

use super::{commands::Steps, stop::Stops};
use crate::{
    api::Draft,
    components::{Moment, Notice, OrderChip, StatusChip, Tone, standing},
};

/// The top of an order's page.
#[component]
pub(super) fn Head(order: Order, refund_draft: Draft) -> impl IntoView {
    let (_, word) = standing(order.status, order.payment_status);
    let money = money_chip(&order).map(|(tone, word)| view! { <StatusChip tone word /> });
    view! {
        <div
            class="stack"
            data-gap="small"
            id="order-head"
            data-live
            data-announce=format!("Order #{} is now: {word}", order.number)
        >
            <div class="admin-head">
                <div class="cluster">
                    <h1>
                        <span class="visually-hidden">"Order "</span>
                        <span class="order-number">{format!("#{}", order.number)}</span>
                    </h1>
                    <OrderChip state=order.status payment=order.payment_status />
                    {money}
                    <span class="quiet">"Placed " <Moment at=order.created_at relative=true /></span>
                </div>
                <div class="command-bar">
                    <Stops order=order.clone() refund_draft />
                    <Steps order=order.clone() />
                </div>
            </div>
            {order.needs_attention.map(|reason| view! {
                <Notice icon="alert" kind="attention">
                    <h2>"Needs attention"</h2>
                    <p>{reason}</p>
                    <form class="cluster" action="/fn/resolve_attention" method="post">
                        <input type="hidden" name="id" value=order.id.to_string() />
                        <button class="button" data-size="small">"Mark as seen to"</button>
                    </form>
                </Notice>
            })}
        </div>
    }
    .into_any()
}

/// What the order's own state does not say about its money.
fn money_chip(order: &Order) -> Option<(Tone, &'static str)> {
    match order.payment_status {
        PaymentStatus::Captured if order.status == OrderState::Confirmed => None,
        PaymentStatus::Refunded if order.status == OrderState::Refunded => None,
        PaymentStatus::None | PaymentStatus::Pending | PaymentStatus::Failed => None,
        PaymentStatus::Unknown => Some((Tone::Attention, "Payment unclear")),
        PaymentStatus::Authorized => Some((Tone::Waiting, "Authorised")),
        PaymentStatus::Captured => Some((Tone::Paid, "Paid in full")),
        PaymentStatus::PartiallyRefunded => Some((Tone::Refunded, "Partly refunded")),
        PaymentStatus::Refunded => Some((Tone::Refunded, "Money back")),
    }
}
