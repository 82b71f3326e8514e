//! Where a page stands.

use leptos::prelude::*;

use crate::{shop::in_shop, words::say};

/// The way from the shop's front to this page.
#[component]
pub(crate) fn Breadcrumb(#[prop(into)] here: String) -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label=say("You are here", "Sie sind hier")>
            <ol>
                <li><a href=in_shop("/")>{say("Shop", "Shop")}</a></li>
                <li><span aria-current="page">{here}</span></li>
            </ol>
        </nav>
    }
}
