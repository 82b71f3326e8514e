//! The checkout's fields about the buyer: who, and anything else they want to say.

use leptos::prelude::*;
use orders::Customer;

use super::corrections::Corrections;
use crate::{
    api::Draft,
    components::{Field, FieldError, FieldLabel, Icon, described_by},
    words::say,
};

/// Who buys. What was typed before comes first, then what the account knows.
#[component]
pub(super) fn ContactFields(
    draft: Draft,
    corrections: Corrections,
    customer: Option<Customer>,
) -> impl IntoView {
    let typed = |name: &str, known: Option<String>| {
        Some(draft.field(name))
            .filter(|it| !it.is_empty())
            .or(known)
            .unwrap_or_default()
    };
    let error = |id: &str| corrections.at(id);
    let email = typed("email", customer.as_ref().and_then(|it| it.email.clone()));
    let name = typed("name", customer.map(|it| it.name));
    view! {
        <fieldset class="form-section">
            <legend>
                <h2>{say("Contact", "Kontakt")}</h2>
            </legend>
            <Field
                id="email"
                name="form[email]"
                label=say("E-mail", "E-Mail")
                kind="email"
                value=email
                hint=say("So that the shop can reach you about the order", "Damit der Shop Sie zur Bestellung erreicht")
                error=error("email")
                autocomplete="email"
            />
            <Field
                id="name"
                name="form[name]"
                label=say("Full name", "Vor- und Nachname")
                value=name
                error=error("name")
                autocomplete="name"
            />
            <Field
                id="phone"
                name="form[phone]"
                label=say("Phone", "Telefon")
                kind="tel"
                value=draft.field("phone")
                hint=say("Only for the carrier, if a parcel can’t be left", "Nur für den Zusteller, falls ein Paket nicht abgelegt werden kann")
                error=error("phone")
                autocomplete="tel"
                optional=true
            />
            <NoteField note=draft.field("note") error=error("note") />
        </fieldset>
    }
}

/// What else the buyer wants to say, folded away until it is wanted.
#[component]
fn NoteField(note: String, error: Option<String>) -> impl IntoView {
    let is_open = !note.is_empty();
    let described_by = described_by("note", "", error.as_ref());
    view! {
        <details class="fold" open=is_open>
            <summary>{say("Add a note ", "Nachricht hinzufügen ")} <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <div class="field">
                <FieldLabel id="note" label=say("Note to us", "Nachricht an uns") optional=true />
                <FieldError id="note" error=error.clone() />
                <textarea
                    class="input"
                    id="note"
                    name="form[note]"
                    maxlength="1000"
                    aria-invalid=error.is_some().then_some("true")
                    aria-describedby=described_by
                >
                    {note}
                </textarea>
            </div>
        </details>
    }
}
