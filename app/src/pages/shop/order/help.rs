//! What a buyer can still do about an order.

use leptos::prelude::*;
use orders::{Order, OrderCommand};

use super::{OrderView, thanks::KeepLink};
use crate::components::{Icon, things};

/// Help, the link to keep, and cancelling as long as that is possible.
#[component]
pub(super) fn Help(view: OrderView, is_thanked: bool) -> impl IntoView {
    let keeps_link = !view.in_account && !is_thanked;
    let order = view.order;
    let number = format!("#{}", order.number);
    let cancel = order
        .allows(OrderCommand::Cancel)
        .then(|| view! { <CancelForm order /> });
    view! {
        <section class="card" aria-labelledby="help">
            <h2 id="help">"Help"</h2>
            <div class="stack" data-gap="small">
                <p>"This page always shows the latest. When you ask the shop about the order, say its number: " {number} "."</p>
                {keeps_link.then(|| view! { <KeepLink link=view.link /> })}
                <div id="order-cancel" data-live>{cancel}</div>
            </div>
        </section>
    }
}

#[component]
fn CancelForm(order: Order) -> impl IntoView {
    let count = things(order.items.iter().map(|it| it.quantity).sum());
    let (sentence, button) = match order.refundable_minor() {
        0 if order.payment_runs() => (
            format!("Cancels {count}. If your bank has sent money, all of it goes back."),
            "Cancel the order".to_owned(),
        ),
        0 => (
            format!("Cancels {count}. Nothing was paid."),
            "Cancel the order".to_owned(),
        ),
        minor => {
            let amount = order.money(minor);
            (
                format!("Cancels {count} and pays {amount} back to your card."),
                format!("Cancel and refund {amount}"),
            )
        }
    };
    view! {
        <details class="fold">
            <summary>"Cancel this order " <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <form class="stack" action="/fn/cancel_order" method="post">
                <input type="hidden" name="id" value=order.id.to_string() />
                <p>{format!("{sentence} This can’t be undone.")}</p>
                <div class="field">
                    <label for="reason">"Reason " <span class="field-optional">"(optional)"</span></label>
                    <input class="input" id="reason" name="reason" maxlength="1000" />
                </div>
                <p>
                    <button class="button" data-kind="danger">{button}</button>
                </p>
            </form>
        </details>
    }
}
