//! Sums, and why they are what they are.

use leptos::prelude::*;
use orders::{Explanation, ExplanationKind, Money};

use super::Icon;
use crate::words::{amount as written, price, say};

/// A sum, row by row. `children` are rows below the total, such as money on its way back.
#[component]
pub(crate) fn SumList(
    /// The rows, which add up to the total.
    explanation: Vec<Explanation>,
    total: Money,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    // Tax that the prices contain adds nothing: it is said below the sum that contains it.
    let (contained, steps): (Vec<_>, Vec<_>) = explanation
        .into_iter()
        .partition(|it| it.kind == Some(ExplanationKind::TaxIncluded));
    let rows: Vec<_> = steps
        .into_iter()
        .filter(is_worth_a_row)
        .map(|it| {
            let money = Money::new(it.amount_minor, total.currency);
            let amount = if it.kind == Some(ExplanationKind::Delivery) {
                price(money)
            } else {
                written(money)
            };
            view! { <SumRow label=it.label amount /> }
        })
        .collect();
    let contained: Vec<_> = contained
        .into_iter()
        .map(|it| view! { <div class="sum-note"><dt>{it.label}</dt></div> })
        .collect();
    view! {
        <dl class="sum-list">
            {rows}
            <div class="sum-row" data-total>
                <dt>{say("Total", "Gesamtsumme")}</dt>
                <dd>{written(total)}</dd>
            </div>
            {contained}
            {children.map(|rows| rows())}
        </dl>
    }
}

/// Nothing is sent where everything is a ticket, and a code for free delivery takes nothing off the goods.
fn is_worth_a_row(step: &Explanation) -> bool {
    step.amount_minor != 0 || step.kind != Some(ExplanationKind::Discount)
}

/// One row of a sum.
#[component]
pub(crate) fn SumRow(
    #[prop(into)] label: String,
    amount: String,
    /// What it is made of.
    #[prop(optional_no_strip)]
    note: Option<String>,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    view! {
        <div class="sum-row" data-quiet=quiet>
            <dt>{label} {note.map(|it| view! { <small>{it}</small> })}</dt>
            <dd>{amount}</dd>
        </div>
    }
}

/// The rule behind every row of a sum, folded away.
#[component]
pub(crate) fn WhyTotal(explanation: Vec<Explanation>, total: Money) -> impl IntoView {
    let steps: Vec<_> = explanation
        .into_iter()
        .map(|it| {
            // What the sum contains adds nothing, and says its amount itself.
            let adds = it.kind != Some(ExplanationKind::TaxIncluded);
            let amount = adds.then(|| Money::new(it.amount_minor, total.currency));
            view! { <WhyStep label=it.label amount rule=it.rule /> }
        })
        .collect();
    view! {
        <details class="fold why-total">
            <summary>{say("Why this total ", "Warum diese Summe ")} <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <ol>{steps} <WhyStep label=say("Total", "Gesamtsumme") amount=Some(total) rule=say("The sum of the rows above", "Die Summe der Zeilen darüber") /></ol>
        </details>
    }
}

#[component]
fn WhyStep(
    #[prop(into)] label: String,
    amount: Option<Money>,
    #[prop(into)] rule: String,
) -> impl IntoView {
    view! {
        <li>
            <span>{label}</span>
            {amount.map(|it| view! { <data value=it.decimal()>{written(it)}</data> })}
            <span class="why-rule">{rule}</span>
        </li>
    }
}
