//! What a buyer can still do about an order.

use leptos::prelude::*;
use orders::{Order, OrderCommand};

use super::{OrderView, thanks::KeepLink};
use crate::{
    api::Draft,
    components::{Correction, ErrorSummary, Field, Icon, LineChoice, things},
};

/// Help, the link to keep, and cancelling or sending back as long as that is possible.
#[component]
pub(super) fn Help(view: OrderView, is_thanked: bool, was_refused: bool) -> impl IntoView {
    let keeps_link = !view.in_account && !is_thanked;
    let order = view.order;
    let number = format!("#{}", order.number);
    let can_return = order.items.iter().any(|line| order.returnable(line) > 0);
    let send_back = can_return.then(|| {
        let draft = if was_refused {
            view.return_draft
        } else {
            Draft::default()
        };
        view! { <ReturnFields order=order.clone() draft /> }
    });
    let cancel = order
        .allows(OrderCommand::Cancel)
        .then(|| view! { <CancelForm order /> });
    view! {
        <section class="card" aria-labelledby="help">
            <h2 id="help">"Help"</h2>
            <div class="stack" data-gap="small">
                <p>"This page always shows the latest. When you ask the shop about the order, say its number: " {number} "."</p>
                {keeps_link.then(|| view! { <KeepLink link=view.link /> })}
                <div id="order-return" data-live>{send_back}</div>
                <div id="order-cancel" data-live>{cancel}</div>
            </div>
        </section>
    }
}

#[component]
fn ReturnFields(order: Order, draft: Draft) -> impl IntoView {
    let corrections: Vec<_> = draft
        .errors
        .iter()
        .map(|it| match it.pointer.as_str() {
            "/reason" => Correction::new("#return-reason", format!("The reason {}", it.detail)),
            "/items" => Correction::new("#return-lines", "Choose what you want to send back"),
            _ => Correction::new("#return-lines", format!("A quantity {}", it.detail)),
        })
        .collect();
    let was_refused = !corrections.is_empty();
    let lines: Vec<_> = order
        .items
        .iter()
        .filter(|line| order.returnable(line) > 0)
        .map(|line| {
            let value = draft.field(&format!("quantity {}", line.line));
            view! { <LineChoice line=line.clone() of=order.returnable(line) prefix="return" value /> }
        })
        .collect();
    view! {
        <details class="fold" open=was_refused>
            <summary>"Send something back " <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <form class="stack" action="/fn/ask_return" method="post">
                <ErrorSummary corrections />
                <input type="hidden" name="form[id]" value=order.id.to_string() />
                <input type="hidden" name="form[version]" value=order.version.to_string() />
                <p>"The shop answers first; please don’t send anything before that."</p>
                <fieldset class="choice-group stack" data-gap="small" id="return-lines">
                    <legend>"What shall go back"</legend>
                    {lines}
                </fieldset>
                <Field
                    id="return-reason" name="form[reason]" label="Reason" optional=true maxlength=1000
                    value=draft.field("reason") error=draft.error("/reason")
                />
                <p>
                    <button class="button">"Ask for a return"</button>
                </p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn CancelForm(order: Order) -> impl IntoView {
    let count = things(order.items.iter().map(|it| order.unrefunded(it)).sum());
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
