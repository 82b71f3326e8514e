//! What an order is called, and how far it is.

use leptos::prelude::*;
use orders::{HistoryEntry, Order, OrderState};

use crate::{
    components::{Moment, OrderChip, OrderStepper, TimeStyle, order_steps, standing},
    words::say,
};

/// The order's number and state.
#[component]
pub(super) fn OrderHead(
    order: Order,
    history: Vec<HistoryEntry>,
    /// Whether the page's heading is above.
    is_below_thanks: bool,
) -> impl IntoView {
    let (_, word) = standing(order.status, order.payment_status);
    let title = view! {
        {say("Order ", "Bestellung ")}
        <span class="order-number">{format!("#{}", order.number)}</span>
    };
    let heading = if is_below_thanks {
        view! { <h2 class="order-title">{title}</h2> }.into_any()
    } else {
        view! { <h1 class="order-title">{title}</h1> }.into_any()
    };
    view! {
        <div
            class="order-head"
            id="order-head"
            data-live
            data-announce=say(
                format!("Order {} is now: {word}", order.number),
                format!("Bestellung {} ist jetzt: {word}", order.number),
            )
        >
            {heading}
            <div class="cluster">
                <OrderChip state=order.status payment=order.payment_status large=true />
                <p>{what_next(&order, &history)}</p>
            </div>
        </div>
    }
}

/// The one sentence beside the state.
fn what_next(order: &Order, history: &[HistoryEntry]) -> AnyView {
    let since = |state| {
        history
            .iter()
            .find(|it| it.to == state && it.from != Some(state))
            .map_or(order.updated_at, |it| it.at)
    };
    match order.status {
        OrderState::Pending | OrderState::PaymentPending | OrderState::PaymentFailed => {
            view! { {say("Placed ", "Aufgegeben am ")} <Moment at=order.created_at /> }.into_any()
        }
        OrderState::Confirmed if !order.tickets.is_empty() => {
            say("Your tickets are below", "Ihre Karten stehen unten").into_any()
        }
        OrderState::Confirmed | OrderState::Processing => say(
            "Nothing more for you to do",
            "Für Sie ist nichts mehr zu tun",
        )
        .into_any(),
        OrderState::Shipped => {
            let expected = order
                .shipments
                .iter()
                .filter_map(|it| it.estimated_delivery)
                .max();
            match expected {
                Some(at) => view! { {say("Expected ", "Erwartet: ")} <Moment at style=TimeStyle::Day /> }.into_any(),
                None => view! { {say("Left ", "Verschickt am ")} <Moment at=since(OrderState::Shipped) /> }.into_any(),
            }
        }
        state => view! { <Moment at=since(state) /> }.into_any(),
    }
}

/// How far the order is, step by step.
#[component]
pub(super) fn Progress(order: Order, history: Vec<HistoryEntry>) -> impl IntoView {
    let steps = order_steps(&order, &history);
    view! {
        <section class="card" id="order-progress" data-live aria-labelledby="progress">
            <h2 class="visually-hidden" id="progress">{say("Where it is", "Wo sie ist")}</h2>
            <OrderStepper steps />
        </section>
    }
}
