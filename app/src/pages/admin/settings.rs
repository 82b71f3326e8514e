//! What the forms that set the shop up are made of.

use leptos::prelude::*;
use orders::Language;

use crate::{
    api::Draft,
    components::{Correction, Field, FieldError, FieldHint, FieldLabel, Notice, described_by},
};

/// The way from a list to one of its things.
#[component]
pub(super) fn Trail(
    /// Each page above this one: its address and what it is called.
    above: Vec<(String, String)>,
    #[prop(into)] here: String,
) -> impl IntoView {
    let above: Vec<_> = above
        .into_iter()
        .map(|(href, word)| view! { <li><a href=href>{word}</a></li> })
        .collect();
    view! {
        <nav class="breadcrumb" aria-label="You are here">
            <ol>{above} <li><span aria-current="page">{here}</span></li></ol>
        </nav>
    }
    .into_any()
}

/// What was done before this page; nothing if there are no words for it.
#[component]
pub(super) fn DoneNotice(words: Option<&'static str>) -> impl IntoView {
    words.map(|words| {
        view! {
            <Notice icon="check-circle" kind="done">
                <p>{words}</p>
            </Notice>
        }
    })
}

/// A field of a form as its draft says it. It is called `form[name]`, and its id is its name.
#[component]
pub(super) fn DraftField(
    draft: Draft,
    name: &'static str,
    /// Where rules name it.
    pointer: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
    #[prop(default = 200)] maxlength: u16,
) -> impl IntoView {
    view! {
        <Field
            id=name name=format!("form[{name}]") label hint optional kind inputmode maxlength
            value=draft.field(name) error=draft.error(pointer) autocomplete="off"
        />
    }
    .into_any()
}

/// One of several, as a form's draft says it.
#[component]
pub(super) fn DraftSelect(
    draft: Draft,
    name: &'static str,
    pointer: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    /// What is sent, and what it is called.
    options: Vec<(String, String)>,
) -> impl IntoView {
    let error = draft.error(pointer);
    let described_by = described_by(name, hint, error.as_ref());
    let chosen = draft.field(name);
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, word)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{word}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <FieldLabel id=name label />
            <FieldHint id=name hint />
            <FieldError id=name error=error.clone() />
            <select
                class="input" id=name name=format!("form[{name}]") autocomplete="off"
                aria-invalid=error.is_some().then_some("true") aria-describedby=described_by
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// Yes or no, as a form's draft says it.
#[component]
pub(super) fn DraftTick(
    draft: Draft,
    #[prop(into)] name: String,
    /// What it is called in the draft.
    #[prop(into, optional)]
    draft_name: Option<String>,
    #[prop(into)] label: String,
) -> impl IntoView {
    let draft_name = draft_name.unwrap_or_else(|| name.clone());
    let is_ticked = !draft.field(&draft_name).is_empty();
    let name = match name.split_once('[') {
        Some((outer, inner)) => format!("form[{outer}][{inner}"),
        None => format!("form[{name}]"),
    };
    view! {
        <label class="check-field">
            <input type="checkbox" name=name value="yes" checked=is_ticked autocomplete="off" />
            {label}
        </label>
    }
    .into_any()
}

/// One cell of a list of rows: a field whose label is heard, not seen.
#[component]
pub(super) fn RowField(
    draft: Draft,
    /// What it is called in the form, `form[…]` around it.
    name: String,
    /// What it is called in the draft; also its id.
    draft_name: String,
    #[prop(into)] label: String,
    #[prop(default = "text")] inputmode: &'static str,
    #[prop(into, optional)] placeholder: String,
    /// What is wrong with it.
    error: Option<String>,
) -> impl IntoView {
    let id = draft_name.replace(' ', "-");
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    view! {
        <div class="row-field">
            <label class="visually-hidden" for=id.clone()>{label}</label>
            <input
                class="input" id=id name=format!("form{name}") value=draft.field(&draft_name) inputmode=inputmode
                placeholder=placeholder maxlength="100" autocomplete="off"
                aria-invalid=error.is_some().then_some("true") aria-describedby=error_id.clone()
            />
            {error.map(|it| view! { <p class="field-error" id=error_id>{it}</p> })}
        </div>
    }
    .into_any()
}

/// What stands above the columns of a list of rows. The fields' own labels are heard.
#[component]
pub(super) fn RowHead(words: [&'static str; 2]) -> impl IntoView {
    let words = words.map(|it| view! { <span>{it}</span> });
    view! { <div class="row-list-row row-list-head" aria-hidden="true">{words.into_iter().collect_view()}</div> }
}

/// How many rows a list of `name 0`, `name 1`, … shows: those that say something, and some to fill in.
pub(super) fn rows(draft: &Draft, names: [&str; 2]) -> std::ops::Range<usize> {
    let says = |row: &usize| {
        let fields = names.map(|it| draft.field(&format!("{it} {row}")));
        fields.iter().any(|it| !it.is_empty())
    };
    let filled = (0..).take_while(says).count();
    0..filled + 3
}

/// Where rules name something, the id of its field, and what it is called in a sentence.
pub(super) type Label = (&'static str, &'static str, &'static str);

/// Everything that is wrong with a form. Of labels whose place an error is at or below, the first counts.
pub(super) fn corrections(draft: &Draft, labels: &[Label]) -> Vec<Correction> {
    let errors = draft.errors.iter();
    errors
        .map(|error| {
            let below = |it: &&Label| error.pointer.strip_prefix(it.0);
            let label = labels.iter().find(|it| below(it).is_some());
            let (place, id, words) = label.copied().unwrap_or(("", "main", "One of the fields"));
            let rest = error.pointer.strip_prefix(place).unwrap_or_default();
            let row = rest.split('/').nth(1).unwrap_or_default();
            let which = match row.parse::<usize>() {
                Ok(row) => format!(" (number {})", row + 1),
                Err(_) if row.is_empty() => String::new(),
                Err(_) => format!(" “{row}”"),
            };
            Correction::new(format!("#{id}"), format!("{words}{which} {}", error.detail))
        })
        .collect()
}

/// What a language is called by those who run the shop.
pub(super) fn english_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::De => "German",
    }
}

#[cfg(test)]
mod tests {
    use orders::FieldError;

    use super::*;

    #[test]
    fn what_is_wrong_is_said_of_the_field_and_the_row() {
        let wrong = ["/code", "/rates/food", "/steps/1/grams", "/elsewhere"];
        let draft = Draft {
            errors: wrong.map(|it| FieldError::new(it, "is wrong")).into(),
            ..Draft::default()
        };
        let labels = [
            ("/code", "code", "The code"),
            ("/rates", "rates", "The rate"),
            ("/steps", "steps", "A step"),
        ];

        let said = corrections(&draft, &labels);

        let said: Vec<_> = said
            .iter()
            .map(|it| (it.href.as_str(), it.message.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                ("#code", "The code is wrong"),
                ("#rates", "The rate “food” is wrong"),
                ("#steps", "A step (number 2) is wrong"),
                ("#main", "One of the fields “elsewhere” is wrong"),
            ]
        );
    }

    #[test]
    fn a_list_has_rows_to_fill_in_behind_those_that_say_something() {
        let fields = [("a 0", "x"), ("b 1", "y")];
        let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned()));

        assert_eq!(rows(&Draft::of(fields.into()), ["a", "b"]), 0..5);
        assert_eq!(rows(&Draft::default(), ["a", "b"]), 0..3);
    }
}
