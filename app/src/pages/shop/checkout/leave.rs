//! Going away from the checkout, with what was typed kept.

use leptos::prelude::*;

use crate::{shop::in_shop, words::say};

/// The id of the checkout's form, which whoever leaves for another page of ours sends along.
pub(in crate::pages::shop) const CHECKOUT_FORM: &str = "checkout-form";

/// Whether something may be typed on this page that is to be kept.
pub(in crate::pages::shop) fn is_checkout(page: &str) -> bool {
    page == "/checkout"
}

/// Enter presses the first button of a form in the page, which would be one that changes or leaves something. So this
/// stands before all of them.
#[component]
pub(in crate::pages::shop) fn PayOnEnter() -> impl IntoView {
    view! {
        <button class="visually-hidden" form=CHECKOUT_FORM tabindex="-1" aria-hidden="true">
            {say("Pay", "Zahlen")}
        </button>
    }
}

/// A link that keeps what was typed.
#[component]
pub(in crate::pages::shop) fn Leave(to: String, children: Children) -> impl IntoView {
    view! {
        <button
            class="link-button"
            form=CHECKOUT_FORM
            formaction=in_shop("/fn/leave_checkout")
            formnovalidate
            name="next"
            value=to
        >
            {children()}
        </button>
    }
}

/// Stands where there is nothing to type: the header's buttons, which know the page and not what is on it, send this.
#[component]
pub(super) fn NoForm() -> impl IntoView {
    view! {
        <form id=CHECKOUT_FORM action=in_shop("/fn/leave_checkout") method="post" hidden>
            <button>{say("Go on", "Weiter")}</button>
        </form>
    }
}
