//! Keeps a page in step with what happens elsewhere: hears that something changed, fetches the page again through its own
//! door, and swaps the regions that differ.
//!
//! A region is an element with `data-live` and an `id`. It holds no islands, and no other regions. Its `data-announce`
//! is what a screen reader is told when it changes.

mod focus;
mod page;
mod region;
mod stream;

use std::rc::Rc;

use leptos::{ev, prelude::*};

use page::LivePage;

/// Shows on this page what happens, as it happens.
#[island]
pub(crate) fn Live(
    /// Where the server tells that something changed.
    url: String,
) -> impl IntoView {
    let (announcement, announce) = signal(String::new());
    Effect::new(move |_| {
        let page = LivePage::new(announce);
        let busy_page = Rc::clone(&page);
        window_event_listener(ev::focusout, move |_| busy_page.catch_up());
        stream::listen(url.clone(), move || page.look());
    });
    view! { <p class="visually-hidden" aria-live="polite">{announcement}</p> }
}
