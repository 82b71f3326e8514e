//! Sums, and why they are what they are.

use leptos::prelude::*;
use orders::{Explanation, Money};

use super::Icon;

/// A sum, row by row. `children` are rows below the total, such as money on its way back.
#[component]
pub(crate) fn SumList(
    /// The rows, which add up to the total.
    explanation: Vec<Explanation>,
    total: Money,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let rows: Vec<_> = explanation
        .into_iter()
        .map(|it| {
            let amount = Money::new(it.amount_minor, total.currency);
            view! { <SumRow label=it.label amount /> }
        })
        .collect();
    view! {
        <dl class="sum-list">
            {rows}
            <div class="sum-row" data-total>
                <dt>"Total"</dt>
                <dd>{total.to_string()}</dd>
            </div>
            {children.map(|rows| rows())}
        </dl>
    }
}

/// One row of a sum.
#[component]
pub(crate) fn SumRow(
    #[prop(into)] label: String,
    amount: Money,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    view! {
        <div class="sum-row" data-quiet=quiet>
            <dt>{label}</dt>
            <dd>{amount.to_string()}</dd>
        </div>
    }
}

/// The rule behind every row of a sum, folded away.
#[component]
pub(crate) fn WhyTotal(explanation: Vec<Explanation>, total: Money) -> impl IntoView {
    let steps: Vec<_> = explanation
        .into_iter()
        .map(|it| {
            let amount = Money::new(it.amount_minor, total.currency);
            view! { <WhyStep label=it.label amount rule=it.rule /> }
        })
        .collect();
    view! {
        <details class="fold why-total">
            <summary>"Why this total " <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <ol>{steps} <WhyStep label="Total" amount=total rule="The sum of the rows above" /></ol>
        </details>
    }
}

#[component]
fn WhyStep(
    #[prop(into)] label: String,
    amount: Money,
    #[prop(into)] rule: String,
) -> impl IntoView {
    view! {
        <li>
            <span>{label}</span>
            <data value=amount.decimal()>{amount.to_string()}</data>
            <span class="why-rule">{rule}</span>
        </li>
    }
}
