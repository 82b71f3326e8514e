//! Copying a link to keep.

use leptos::{prelude::*, task::spawn_local};
use orders::Language;

use super::Icon;

/// A button that copies the address of one of our pages. Without JavaScript, or where the clipboard is out of reach, there is none.
#[island]
pub(crate) fn CopyLink(
    /// The page's address, without what it begins with everywhere.
    text: String,
    /// What it is said in.
    language: Language,
) -> impl IntoView {
    let copied = language.either("Copied", "Kopiert");
    let (can_copy, set_can_copy) = signal(false);
    let (is_copied, set_copied) = signal(false);
    Effect::new(move |_| set_can_copy.set(window().is_secure_context()));
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let window = window();
            let location = window.location();
            // A storefront may have a host of its own.
            let before = match text.starts_with("//") {
                true => location.protocol(),
                false => location.origin(),
            };
            let address = before.unwrap_or_default() + &text;
            let done = window.navigator().clipboard().write_text(&address).await;
            set_copied.set(done.is_ok());
        });
    };
    view! {
        <button class="button" type="button" hidden=move || !can_copy.get() on:click=copy>
            <Icon name="copy" />
            {move || if is_copied.get() { copied } else { language.either("Copy the link", "Link kopieren") }}
        </button>
        <span class="visually-hidden" role="status">{move || is_copied.get().then_some(copied)}</span>
    }
}
