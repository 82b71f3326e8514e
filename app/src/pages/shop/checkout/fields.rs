//! The checkout's fields: who, where to, and anything else.

use leptos::prelude::*;
use orders::{Address, Customer};

use super::corrections::message;
use crate::{
    api::Draft,
    components::{Field, FieldError, FieldLabel, Icon, described_by},
};

/// Where most parcels go.
const USUAL_COUNTRY: &str = "US";

/// Who buys. What was typed before comes first, then what the account knows.
#[component]
pub(super) fn ContactFields(draft: Draft, customer: Option<Customer>) -> impl IntoView {
    let typed = |name: &str, known: Option<String>| {
        Some(draft.field(name))
            .filter(|it| !it.is_empty())
            .or(known)
            .unwrap_or_default()
    };
    let error = |id: &str| message(&draft.errors, id);
    let email = typed("email", customer.as_ref().and_then(|it| it.email.clone()));
    let name = typed("name", customer.map(|it| it.name));
    view! {
        <fieldset class="form-section">
            <legend>
                <h2>"Contact"</h2>
            </legend>
            <Field
                id="email"
                name="form[email]"
                label="E-mail"
                kind="email"
                value=email
                hint="So that the shop can reach you about the order"
                error=error("email")
                autocomplete="email"
            />
            <Field
                id="name"
                name="form[name]"
                label="Full name"
                value=name
                error=error("name")
                autocomplete="name"
            />
            <Field
                id="phone"
                name="form[phone]"
                label="Phone"
                kind="tel"
                value=draft.field("phone")
                hint="Only for the carrier, if a parcel can’t be left"
                error=error("phone")
                autocomplete="tel"
                optional=true
            />
            <NoteField draft />
        </fieldset>
    }
}

/// Where the parcel goes.
#[component]
pub(super) fn AddressFields(draft: Draft) -> impl IntoView {
    let error = |id: &str| message(&draft.errors, id);
    view! {
        <fieldset class="form-section">
            <legend>
                <h2>"Delivery address"</h2>
            </legend>
            <CountryField draft=draft.clone() />
            <Field
                id="street"
                name="form[street]"
                label="Street and number"
                value=draft.field("street")
                error=error("street")
                autocomplete="shipping address-line1"
            />
            <Field
                id="street2"
                name="form[street2]"
                label="Apartment, floor, care of"
                value=draft.field("street2")
                error=error("street2")
                autocomplete="shipping address-line2"
                optional=true
            />
            <div class="field-row">
                <Field
                    id="city"
                    name="form[city]"
                    label="City"
                    value=draft.field("city")
                    error=error("city")
                    autocomplete="shipping address-level2"
                />
                <Field
                    id="state"
                    name="form[state]"
                    label="State or region"
                    value=draft.field("state")
                    error=error("state")
                    autocomplete="shipping address-level1"
                    optional=true
                />
                <Field
                    id="postal_code"
                    name="form[postal_code]"
                    label="Postal code"
                    value=draft.field("postal_code")
                    error=error("postal_code")
                    autocomplete="shipping postal-code"
                />
            </div>
        </fieldset>
    }
}

#[component]
fn CountryField(draft: Draft) -> impl IntoView {
    let error = message(&draft.errors, "country");
    let described_by = described_by("country", "", error.as_ref());
    let chosen = Some(draft.field("country")).filter(|it| !it.is_empty());
    let chosen = chosen.unwrap_or_else(|| USUAL_COUNTRY.to_owned());
    let countries: Vec<_> = Address::countries()
        .into_iter()
        .map(|(code, name)| view! { <option value=code selected=code == chosen>{name}</option> })
        .collect();
    view! {
        <div class="field">
            <FieldLabel id="country" label="Country" />
            <FieldError id="country" error=error.clone() />
            <select
                class="input"
                id="country"
                name="form[country]"
                autocomplete="shipping country"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by
            >
                {countries}
            </select>
        </div>
    }
}

/// What else the buyer wants to say, folded away until it is wanted.
#[component]
fn NoteField(draft: Draft) -> impl IntoView {
    let note = draft.field("note");
    let is_open = !note.is_empty();
    let error = message(&draft.errors, "note");
    let described_by = described_by("note", "", error.as_ref());
    view! {
        <details class="fold" open=is_open>
            <summary>"Add a note " <Icon name="chevron-down" class="icon fold-mark" /></summary>
            <div class="field">
                <FieldLabel id="note" label="Note to us" optional=true />
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
