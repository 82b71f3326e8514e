//! The card field.

use leptos::prelude::*;

use super::Field;
use crate::words::say;

/// Where a card number is typed. A provider's own field takes its place where there is one.
#[component]
pub(crate) fn CardNumber(
    name: &'static str,
    /// Whether only test cards work.
    is_sandbox: bool,
    #[prop(optional_no_strip)] error: Option<String>,
) -> impl IntoView {
    view! {
        <div class="card-fields">
            <Field
                id="card_number"
                name
                label=say("Card number", "Kartennummer")
                error
                autocomplete="cc-number"
                inputmode="numeric"
                placeholder="0000 0000 0000 0000"
                maxlength=40
            />
        </div>
        {is_sandbox.then(|| view! { <TestCards /> })}
    }
}

#[component]
fn TestCards() -> impl IntoView {
    view! {
        <div class="field-hint stack" data-gap="small">
            <p>{say("No real card works here, and no money moves. These numbers do:", "Hier gilt keine echte Karte, und kein Geld bewegt sich. Diese Nummern gelten:")}</p>
            <ul class="stack" data-gap="small">
                <li><span class="code">"4242 4242 4242 4242"</span> {say(" pays", " bezahlt")}</li>
                <li><span class="code">"4000 0000 0000 0002"</span> {say(" is declined", " wird abgelehnt")}</li>
                <li><span class="code">"4000 0000 0000 0259"</span> {say(" takes a moment", " dauert einen Moment")}</li>
            </ul>
        </div>
    }
}
