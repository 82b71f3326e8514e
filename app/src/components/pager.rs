//! From page to page of a long list.

use leptos::prelude::*;

use super::Icon;
use crate::words::say;

/// On to the next page, and back to the first. Nothing when there is one page only.
#[component]
pub(crate) fn Pager(
    /// The first page; `None` on the first page itself.
    first: Option<String>,
    first_words: &'static str,
    /// The next page, if there is one.
    next: Option<String>,
    next_words: &'static str,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        let back = match first {
            Some(href) => view! {
                <a class="button" href=href>
                    <Icon name="chevron-left" />
                    {first_words}
                </a>
            }
            .into_any(),
            None => view! { <span></span> }.into_any(),
        };
        let on = next.map(|href| {
            view! { <a class="button" href=href>{next_words} <Icon name="chevron-right" /></a> }
        });
        view! { <nav class="pager" aria-label=say("Pages", "Seiten")>{back} {on}</nav> }
    })
}
