//! Form fields with their label, hint and error.

use leptos::prelude::*;

use super::Icon;
use crate::words::say;

/// A field of one line. Its hint and error are read out with it.
#[component]
pub(crate) fn Field(
    #[prop(into)] id: String,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(into, optional)] value: String,
    #[prop(optional)] hint: &'static str,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u16>,
    /// The language of what is typed.
    #[prop(optional)]
    lang: Option<&'static str>,
    /// The id of a list of suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let described_by = described_by(&id, hint, error.as_ref());
    view! {
        <div class="field">
            <FieldLabel id=id.clone() label optional />
            <FieldHint id=id.clone() hint />
            <FieldError id=id.clone() error=error.clone() />
            <input
                class="input"
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                inputmode=inputmode
                placeholder=placeholder
                maxlength=maxlength
                lang=lang
                list=list
                required=!optional
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by
            />
        </div>
    }
}

/// A field's label.
#[component]
pub(crate) fn FieldLabel(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    view! {
        <label for=id>
            {label}
            {optional.then(|| view! { " " <span class="field-optional">{say("(optional)", "(freiwillig)")}</span> })}
        </label>
    }
}

/// What helps to fill a field in.
#[component]
pub(crate) fn FieldHint(#[prop(into)] id: String, hint: &'static str) -> impl IntoView {
    (!hint.is_empty()).then(|| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> })
}

/// What is wrong with a field.
#[component]
pub(crate) fn FieldError(#[prop(into)] id: String, error: Option<String>) -> impl IntoView {
    error.map(|error| {
        view! {
            <p class="field-error" id=format!("{id}-error")>
                <Icon name="alert" />
                {error}
            </p>
        }
    })
}

/// The ids of what describes a field: its hint and its error.
pub(crate) fn described_by(id: &str, hint: &str, error: Option<&String>) -> Option<String> {
    let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let error = error.map(|_| format!("{id}-error"));
    let ids: Vec<_> = hint.into_iter().chain(error).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
