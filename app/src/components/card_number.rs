//! The card field.

use leptos::prelude::*;

use super::Field;

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
                label="Card number"
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
            <p>"No real card works here, and no money moves. These numbers do:"</p>
            <ul class="stack" data-gap="small">
                <li><span class="code">"4242 4242 4242 4242"</span> " pays"</li>
                <li><span class="code">"4000 0000 0000 0002"</span> " is declined"</li>
                <li><span class="code">"4000 0000 0000 0259"</span> " takes a moment"</li>
            </ul>
        </div>
    }
}
