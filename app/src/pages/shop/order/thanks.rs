//! Right after buying.

use leptos::prelude::*;
use orders::OrderState;

use super::OrderView;
use crate::{
    components::CopyLink,
    shop::in_shop,
    words::{language, say},
};

/// Thanks, and how to find the order again.
#[component]
pub(super) fn Thanks(view: OrderView) -> impl IntoView {
    let order = view.order;
    let who = order.customer.name.clone();
    let thanks = who.map_or_else(
        || say("Thank you", "Vielen Dank").to_owned(),
        |name| say(format!("Thank you, {name}"), format!("Vielen Dank, {name}")),
    );
    let news = match order.status {
        OrderState::Confirmed if order.tickets.is_empty() => say(
            " is paid. We pack it next.",
            " ist bezahlt. Als Nächstes packen wir.",
        ),
        OrderState::Confirmed => say(
            " is paid. Your tickets are below.",
            " ist bezahlt. Ihre Karten stehen unten.",
        ),
        status if status.is_unpaid() => say(
            " is placed. We are waiting for your bank.",
            " ist aufgegeben. Wir warten auf Ihre Bank.",
        ),
        _ => say(
            " is here. Below is how it stands now.",
            " ist da. Unten steht, wie weit sie ist.",
        ),
    };
    view! {
        <section class="thanks-banner" aria-labelledby="thanks">
            <h1 id="thanks" tabindex="-1">{thanks}</h1>
            <p id="order-thanks" data-live>
                {say("Order ", "Bestellung ")} <strong class="order-number">{format!("#{}", order.number)}</strong> {news}
            </p>
            {if view.in_account {
                view! { <p>{say("You find it again under ", "Sie finden sie wieder unter ")} <a href=in_shop("/account/orders")>{say("My orders", "Meine Bestellungen")}</a> "."</p> }
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
            {say("Keep ", "Heben Sie ")} <a href=link.clone()>{say("this link", "diesen Link")}</a>
            {say(" to find your order again. It opens the order on any device, for whoever has it.", " auf, um Ihre Bestellung wiederzufinden. Er öffnet sie auf jedem Gerät, für alle, die ihn haben.")}
        </p>
        <div class="keep-link">
            <CopyLink text=link language=language() />
        </div>
    }
}
