//! Choosing a password with a link.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    form::{Address, Left},
    password::NewPasswordField,
};
use crate::{
    api::account::{PASSWORD_FORM, find_account_draft},
    components::{ErrorSummary, loaded},
};

/// The form behind a link for a new password. Whether the link is good is seen when it is used.
#[component]
pub(in crate::pages) fn ResetPasswordPage() -> impl IntoView {
    let address = Address::here();
    let reset = use_query_map().get_untracked().get("reset");
    let reset = reset.unwrap_or_default();
    let draft = Resource::new(|| (), |()| find_account_draft(PASSWORD_FORM.to_owned()));
    view! {
        <Title text="Choose a password" />
        {loaded(draft, move |draft| {
            view! { <ResetForm left=Left::of(&address, draft) reset=reset.clone() /> }
        })}
    }
    .into_any()
}

#[component]
fn ResetForm(left: Left, reset: String) -> impl IntoView {
    let fields = [("new_password", "The new password")];
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>"Choose a password"</h1>
                <p>"The link works once. Then sign in with the new password."</p>
            </div>
            <ErrorSummary corrections=left.corrections(&fields, "#new_password") title=left.title() />
            <form class="stack" action="/fn/reset_password" method="post">
                <input type="hidden" name="reset" value=reset />
                <NewPasswordField left=left.clone() />
                <button class="button" data-kind="primary" data-wide>"Set password"</button>
            </form>
        </div>
    }
    .into_any()
}
