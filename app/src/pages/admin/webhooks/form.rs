//! The form for another webhook.

use leptos::prelude::*;
use orders::EventType;

use crate::{
    api::Draft,
    components::{Correction, ErrorSummary, Field},
};

/// An address, and which events it shall hear of. What was refused is shown again.
#[component]
pub(super) fn WebhookForm(draft: Draft) -> impl IntoView {
    let corrections = draft.errors.iter();
    let corrections: Vec<_> = corrections
        .map(|it| Correction::new("#webhook-url", format!("The address {}", it.detail)))
        .collect();
    let choices: Vec<_> = EventType::ALL
        .into_iter()
        .map(|event_type| {
            let name = event_type.as_str();
            let is_ticked = !draft.field(name).is_empty();
            view! {
                <label class="check-field">
                    <input type="checkbox" name=format!("form[types][{name}]") value="yes" checked=is_ticked />
                    <span class="code">{name}</span>
                </label>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="add">
            <h2 id="add">"Add a webhook"</h2>
            <form class="stack" action="/fn/add_webhook" method="post">
                <ErrorSummary corrections />
                <Field
                    id="webhook-url" name="form[url]" label="Address" kind="url" inputmode="url"
                    placeholder="https://shop.example.com/hook" value=draft.field("url")
                    error=draft.error("/url") maxlength=2000
                />
                <fieldset class="choice-group">
                    <legend>"Events"</legend>
                    <p class="field-hint">"None ticked: all of them, and those that come in later versions."</p>
                    <div class="check-columns">{choices}</div>
                </fieldset>
                <p><button class="button" data-kind="primary">"Add webhook"</button></p>
            </form>
        </section>
    }
    .into_any()
}
