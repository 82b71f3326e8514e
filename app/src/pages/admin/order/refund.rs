//! Giving money back: all of it, an amount, or what was paid for some lines.

use leptos::prelude::*;
use orders::{Currency, Money, Order, OrderLine};

use crate::{
    api::Draft,
    components::{Correction, ErrorSummary, Field, LineChoice},
};

/// The button, with the form behind it. A form that was refused stands open.
#[component]
pub(super) fn RefundButton(order: Order, draft: Draft) -> impl IntoView {
    let was_refused = !draft.fields.is_empty();
    let leave = if was_refused {
        let href = format!("/admin/orders/{}", order.id);
        view! { <a class="button" href=href>"Leave it as it is"</a> }.into_any()
    } else {
        view! {
            <button class="button" type="button" popovertarget="ask-refund" popovertargetaction="hide">
                "Leave it as it is"
            </button>
        }
        .into_any()
    };
    view! {
        <button class="button" data-kind="danger" popovertarget="ask-refund">"Refund"</button>
        <dialog id="ask-refund" popover open=was_refused aria-labelledby="ask-refund-heading">
            <form class="stack" action="/fn/refund_order" method="post">
                <h2 id="ask-refund-heading">{format!("Refund: #{}", order.number)}</h2>
                <ErrorSummary corrections=corrections(&draft) />
                <RefundFields order draft />
                <p class="cluster">
                    <button class="button" data-kind="danger" data-solid>"Refund this"</button>
                    {leave}
                </p>
            </form>
        </dialog>
    }
    .into_any()
}

#[component]
fn RefundFields(order: Order, draft: Draft) -> impl IntoView {
    let all = order.money(order.refundable_minor());
    let paid = order.paid_for_lines();
    let lines: Vec<_> = order
        .items
        .iter()
        .zip(paid)
        .filter(|(line, _)| order.unrefunded(line) > 0)
        .map(|(line, paid)| {
            let of = order.unrefunded(line);
            let each = each(line, paid, order.currency);
            let value = draft.field(&format!("quantity {}", line.line));
            view! { <LineChoice line=line.clone() of each prefix="refund" value /> }
        })
        .collect();
    let is_ticked = |name: &str| !draft.field(name).is_empty();
    view! {
        <input type="hidden" name="form[id]" value=order.id.to_string() />
        <input type="hidden" name="form[version]" value=order.version.to_string() />
        <p>
            {format!("Up to {all} can go back. What no parcel has taken yet is not sent any more. This can’t be undone.")}
        </p>
        <fieldset class="choice-group stack" data-gap="small" id="refund-lines" tabindex="-1">
            <legend>"What was paid for"</legend>
            {lines}
            <label class="check-field">
                <input type="checkbox" name="form[restock]" value="yes" checked=is_ticked("restock") />
                "Put it back on the shelf"
            </label>
        </fieldset>
        <Field
            id="refund-amount" name="form[amount]" label="Or an amount" optional=true inputmode="decimal"
            value=draft.field("amount") error=draft.error("/amount_minor") maxlength=20
        />
        <Field
            id="refund-reason" name="form[reason]" label="Reason" optional=true maxlength=1000
            value=draft.field("reason") error=draft.error("/reason")
        />
        <label class="check-field">
            <input type="checkbox" name="form[all]" value="yes" checked=is_ticked("all") />
            {format!("All that is left, {all}")}
        </label>
    }
    .into_any()
}

/// What was paid for one, tax included; about that much where it does not divide.
fn each(line: &OrderLine, paid: i64, currency: Currency) -> String {
    let quantity = i64::from(line.quantity.max(1));
    let about = if paid % quantity == 0 { "" } else { "about " };
    format!("{about}{} each", Money::new(paid / quantity, currency))
}

fn corrections(draft: &Draft) -> Vec<Correction> {
    let errors = draft.errors.iter();
    errors
        .map(|it| {
            let (href, label) = match it.pointer.as_str() {
                "/amount_minor" => ("#refund-amount", "The amount"),
                "/reason" => ("#refund-reason", "The reason"),
                "/restock" => ("#refund-lines", "The shelf"),
                "/items" => ("#refund-lines", "Lines"),
                _ => ("#refund-lines", "A quantity"),
            };
            Correction::new(href, format!("{label} {}", it.detail))
        })
        .collect()
}
