//! What a buyer can still do about an order.

use leptos::prelude::*;
use orders::{Order, OrderCommand};

use super::{OrderView, thanks::KeepLink};
use crate::{
    api::Draft,
    components::{Correction, ErrorSummary, Field, Icon, LineChoice, things},
    shop::{in_shop, shop},
    words::{amount, say},
};

/// Help, the link to keep, and cancelling or sending back as long as that is possible.
#[component]
pub(super) fn Help(view: OrderView, is_thanked: bool, was_refused: bool) -> impl IntoView {
    let keeps_link = !view.in_account && !is_thanked;
    let order = view.order;
    let number = format!("#{}", order.number);
    let shop = shop();
    let seller = shop.open.iter().find(|it| it.code == order.storefront);
    let mail = seller.and_then(|it| it.sender.as_ref()?.email.clone());
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
            <h2 id="help">{say("Help", "Hilfe")}</h2>
            <div class="stack" data-gap="small">
                <p>
                    {say(
                        format!("This page always shows the latest. When you ask the shop about the order, say its number: {number}."),
                        format!("Diese Seite zeigt immer den neuesten Stand. Wenn Sie den Shop nach der Bestellung fragen, nennen Sie die Nummer {number}."),
                    )}
                </p>
                {mail.map(|it| view! {
                    <p>{say("Write to ", "Schreiben Sie an ")} <a href=format!("mailto:{it}")>{it.clone()}</a> "."</p>
                })}
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
            "/reason" => Correction::new(
                "#return-reason",
                say(
                    "The reason cannot be used: shorten it",
                    "Der Grund ist so nicht verwendbar: Kürzen Sie ihn",
                ),
            ),
            "/items" => Correction::new(
                "#return-lines",
                say(
                    "Choose what you want to send back",
                    "Wählen Sie, was Sie zurückschicken möchten",
                ),
            ),
            _ => Correction::new(
                "#return-lines",
                say(
                    "Choose no more of a line than there is to send back",
                    "Wählen Sie von keiner Zeile mehr, als zurückgehen kann",
                ),
            ),
        })
        .collect();
    let was_refused = !draft.fields.is_empty();
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
            <summary>{say("Send something back ", "Etwas zurückschicken ")} <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <form class="stack" action=in_shop("/fn/ask_return") method="post">
                <ErrorSummary corrections />
                <input type="hidden" name="form[id]" value=order.id.to_string() />
                <input type="hidden" name="form[version]" value=order.version.to_string() />
                <p>{say("The shop answers first; please don’t send anything before that.", "Der Shop antwortet zuerst; bitte schicken Sie vorher nichts.")}</p>
                <fieldset class="choice-group stack" data-gap="small" id="return-lines" tabindex="-1">
                    <legend>{say("What shall go back", "Was soll zurück")}</legend>
                    {lines}
                </fieldset>
                <Field
                    id="return-reason" name="form[reason]" label=say("Reason", "Grund") optional=true maxlength=1000
                    value=draft.field("reason") error=draft.error("/reason").map(|_| say("Shorten the reason", "Kürzen Sie den Grund").to_owned())
                />
                <p>
                    <button class="button">{say("Ask for a return", "Rücksendung anfragen")}</button>
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
            say(
                format!("Cancels {count}. If your bank has sent money, all of it goes back."),
                format!(
                    "Storniert {count}. Falls Ihre Bank Geld geschickt hat, geht alles zurück."
                ),
            ),
            say("Cancel the order", "Bestellung stornieren").to_owned(),
        ),
        0 => (
            say(
                format!("Cancels {count}. Nothing was paid."),
                format!("Storniert {count}. Es wurde nichts bezahlt."),
            ),
            say("Cancel the order", "Bestellung stornieren").to_owned(),
        ),
        minor => {
            let amount = amount(order.money(minor));
            (
                say(
                    format!("Cancels {count} and pays {amount} back to your card."),
                    format!("Storniert {count} und zahlt {amount} auf Ihre Karte zurück."),
                ),
                say(
                    format!("Cancel and refund {amount}"),
                    format!("Stornieren und {amount} erstatten"),
                ),
            )
        }
    };
    view! {
        <details class="fold">
            <summary>{say("Cancel this order ", "Diese Bestellung stornieren ")} <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <form class="stack" action=in_shop("/fn/cancel_order") method="post">
                <input type="hidden" name="id" value=order.id.to_string() />
                <p>{say(format!("{sentence} This can’t be undone."), format!("{sentence} Das lässt sich nicht rückgängig machen."))}</p>
                <div class="field">
                    <label for="reason">{say("Reason ", "Grund ")} <span class="field-optional">{say("(optional)", "(freiwillig)")}</span></label>
                    <input class="input" id="reason" name="reason" maxlength="1000" />
                </div>
                <p>
                    <button class="button" data-kind="danger">{button}</button>
                </p>
            </form>
        </details>
    }
}
