//! Where a page stands.

use leptos::prelude::*;

/// The way from the shop's front to this page.
#[component]
pub(crate) fn Breadcrumb(#[prop(into)] here: String) -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label="You are here">
            <ol>
                <li><a href="/">"Shop"</a></li>
                <li><span aria-current="page">{here}</span></li>
            </ol>
        </nav>
    }
}
