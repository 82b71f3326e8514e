//! Pages that say one thing.

use leptos::prelude::*;
use leptos_meta::Title;

use super::Icon;

/// One thing said in the middle of a page; `children` are the ways on.
#[component]
pub(crate) fn MessagePage(
    icon: &'static str,
    heading: &'static str,
    sentence: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=heading />
        <div class="message-page">
            <Icon name=icon />
            <h1>{heading}</h1>
            <p>{sentence}</p>
            <p class="cluster">{children()}</p>
        </div>
    }
}
