//! Choosing a password with a link.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    form::{Address, Left},
    password::{NewPasswordField, new_password},
};
use crate::{
    api::account::{PASSWORD_FORM, find_account_draft},
    components::{ErrorSummary, loaded},
    shop::in_shop,
    words::say,
};

/// The form behind a link for a new password. Whether the link is good is seen when it is used.
#[component]
pub(in crate::pages) fn ResetPasswordPage() -> impl IntoView {
    let address = Address::here();
    let reset = use_query_map().get_untracked().get("reset");
    let reset = reset.unwrap_or_default();
    let draft = Resource::new(|| (), |()| find_account_draft(PASSWORD_FORM.to_owned()));
    view! {
        <Title text=say("Choose a password", "Passwort wählen") />
        {loaded(draft, move |draft| {
            view! { <ResetForm left=Left::of(&address, draft) reset=reset.clone() /> }
        })}
    }
    .into_any()
}

#[component]
fn ResetForm(left: Left, reset: String) -> impl IntoView {
    let fields = [new_password()];
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>{say("Choose a password", "Passwort wählen")}</h1>
                <p>{say("The link works once. Then sign in with the new password.", "Der Link gilt einmal. Melden Sie sich danach mit dem neuen Passwort an.")}</p>
            </div>
            <ErrorSummary corrections=left.corrections(&fields, "#new_password") title=left.title() />
            <form class="stack" action=in_shop("/fn/reset_password") method="post">
                <input type="hidden" name="reset" value=reset />
                <NewPasswordField left=left.clone() />
                <button class="button" data-kind="primary" data-wide>{say("Set password", "Passwort speichern")}</button>
            </form>
        </div>
    }
    .into_any()
}
