//! Goods that come back, and choosing them.

use leptos::prelude::*;
use orders::{Order, OrderLine, Return, ReturnState};

use super::{Moment, StatusChip, TimeStyle, Tone, item_words};
use crate::words::say;

/// A return: what, how far, why. `children` are what can be done about it.
#[component]
pub(crate) fn ReturnCard(order: Order, found: Return, children: Children) -> impl IntoView {
    let (tone, word) = match found.status {
        ReturnState::Requested => (Tone::Waiting, say("Asked for", "Angefragt")),
        ReturnState::Accepted => (Tone::Moving, say("Accepted", "Angenommen")),
        ReturnState::Refused => (Tone::Stopped, say("Not accepted", "Nicht angenommen")),
        ReturnState::Received => (Tone::There, say("Received", "Eingegangen")),
    };
    view! {
        <div class="parcel-card">
            <div class="parcel-head">
                <h3>{item_words(&order, &found.items)}</h3>
                <StatusChip tone word />
            </div>
            {found.reason.map(|reason| view! { <p>{reason}</p> })}
            <p class="quiet">{say("Asked for ", "Angefragt ")} <Moment at=found.created_at style=TimeStyle::Day /></p>
            {children()}
        </div>
    }
    .into_any()
}

/// How many of a line are chosen. The field's name is `form[quantity][line]`.
#[component]
pub(crate) fn LineChoice(
    line: OrderLine,
    /// How many there are to choose from.
    of: u32,
    /// What is said of one of them.
    #[prop(into, optional)]
    each: String,
    /// Tells the fields of two forms on a page apart.
    prefix: &'static str,
    value: String,
) -> impl IntoView {
    let id = format!("{prefix}-line-{}", line.line);
    let hint = if each.is_empty() {
        say(format!("of {of}"), format!("von {of}"))
    } else {
        say(format!("of {of}, {each}"), format!("von {of}, {each}"))
    };
    view! {
        <div class="line-choice">
            <label for=id.clone()>{line.title}</label>
            <input
                class="input" id=id.clone() name=format!("form[quantity][{}]", line.line) type="number" min="0"
                max=of.to_string() inputmode="numeric" value=value placeholder="0" aria-describedby=format!("{id}-hint")
            />
            <span class="field-hint" id=format!("{id}-hint")>{hint}</span>
        </div>
    }
    .into_any()
}
