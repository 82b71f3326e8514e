//! Everything that is wrong with a form, on top of it.

use leptos::prelude::*;

use crate::words::say;

/// One thing to correct.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Correction {
    /// Where: a field (`#email`) or a page.
    pub(crate) href: String,
    /// What to do.
    pub(crate) message: String,
}

impl Correction {
    /// What to do at `href`.
    pub(crate) fn new(href: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            message: message.into(),
        }
    }
}

/// What is wrong with a form, with a link to each field. Nothing when nothing is.
#[component]
pub(crate) fn ErrorSummary(
    corrections: Vec<Correction>,
    /// What it says on top; otherwise how many things there are.
    #[prop(optional_no_strip)]
    title: Option<String>,
) -> impl IntoView {
    if corrections.is_empty() {
        return ().into_any();
    }
    let title = title.unwrap_or_else(|| heading(corrections.len()));
    let items: Vec<_> = corrections
        .into_iter()
        .map(|it| view! { <li><a href=it.href>{it.message}</a></li> })
        .collect();
    view! {
        <div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="errors">
            <h2 id="errors">{title}</h2>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

fn heading(count: usize) -> String {
    let words = say(
        [
            "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
        ],
        [
            "Eine", "Zwei", "Drei", "Vier", "Fünf", "Sechs", "Sieben", "Acht", "Neun",
        ],
    );
    let number = words
        .get(count.wrapping_sub(1))
        .map_or_else(|| count.to_string(), |it| (*it).to_owned());
    if count == 1 {
        return say(
            "One thing to correct",
            "Eine Angabe fehlt oder stimmt nicht",
        )
        .to_owned();
    }
    say(
        format!("{number} things to correct"),
        format!("{number} Angaben fehlen oder stimmen nicht"),
    )
}
