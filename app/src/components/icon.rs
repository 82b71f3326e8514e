//! Icons.

use leptos::prelude::*;

/// An icon of the sprite, for the eye only: its words stand beside it.
#[component]
pub(crate) fn Icon(
    /// Its name in the sprite.
    name: &'static str,
    #[prop(default = "icon")] class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
