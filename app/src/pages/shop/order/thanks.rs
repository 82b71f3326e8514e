//! Right after buying.

use leptos::prelude::*;

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
    let is_paid = order.captured_minor() > 0;
    let email = order.customer.email.clone();
    let news = match (email, is_paid, order.tickets.is_empty()) {
        (Some(email), true, true) => format!(" is paid. We write to {email} when it leaves."),
        (None, true, true) => " is paid. We pack it next.".to_owned(),
        (Some(email), true, false) => {
            format!(" is paid. Your tickets are below, and on their way to {email}.")
        }
        (None, true, false) => " is paid. Your tickets are below.".to_owned(),
        (Some(email), false, _) => {
            format!(" is placed. We write to {email} as soon as your bank has answered.")
        }
        (None, false, _) => " is placed. We are waiting for your bank.".to_owned(),
    };
    view! {
        <section class="thanks-banner" aria-labelledby="thanks">
            <h1 id="thanks" tabindex="-1">{thanks}</h1>
            <p>
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
