//! Right after buying.

use leptos::prelude::*;
use orders::OrderState;

use super::OrderView;
use crate::components::CopyLink;

/// Thanks, and how to find the order again.
#[component]
pub(super) fn Thanks(view: OrderView) -> impl IntoView {
    let order = view.order;
    let who = order.customer.name.clone();
    let thanks = who.map_or_else(
        || "Thank you".to_owned(),
        |name| format!("Thank you, {name}"),
    );
    let news = match order.status {
        OrderState::Confirmed if order.tickets.is_empty() => " is paid. We pack it next.",
        OrderState::Confirmed => " is paid. Your tickets are below.",
        status if status.is_unpaid() => " is placed. We are waiting for your bank.",
        _ => " is here. Below is how it stands now.",
    };
    view! {
        <section class="thanks-banner" aria-labelledby="thanks">
            <h1 id="thanks" tabindex="-1">{thanks}</h1>
            <p id="order-thanks" data-live>
                "Order " <strong class="order-number">{format!("#{}", order.number)}</strong> {news}
            </p>
            {if view.in_account {
                view! { <p>"You find it again under " <a href="/account/orders">"My orders"</a> "."</p> }
                    .into_any()
            } else {
                view! { <KeepLink link=view.link /> }.into_any()
            }}
        </section>
    }
}

/// The link that opens the order for whoever has it.
#[component]
pub(super) fn KeepLink(link: String) -> impl IntoView {
    view! {
        <p>
            "Keep " <a href=link.clone()>"this link"</a>
            " to find your order again. It opens the order on any device, for whoever has it."
        </p>
        <div class="keep-link">
            <CopyLink text=link />
        </div>
    }
}
