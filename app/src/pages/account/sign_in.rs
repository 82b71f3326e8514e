//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::form::{Address, Left};
use crate::{
    api::account::{SIGN_IN_FORM, find_account_draft},
    components::{ErrorSummary, Field, loaded},
    shop::in_shop,
    words::say,
};

/// The form to sign in with.
#[component]
pub(in crate::pages) fn SignInPage() -> impl IntoView {
    let address = Address::here();
    let draft = Resource::new(|| (), |()| find_account_draft(SIGN_IN_FORM.to_owned()));
    view! {
        <Title text=say("Sign in", "Anmelden") />
        {loaded(draft, move |draft| view! { <SignInForm left=Left::of(&address, draft) /> })}
    }
    .into_any()
}

#[component]
fn SignInForm(left: Left) -> impl IntoView {
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>{say("Sign in", "Anmelden")}</h1>
            </div>
            <ErrorSummary
                corrections=left.corrections(&[("email", say("E-mail", "E-Mail")), ("password", say("Password", "Passwort"))], "#email")
                title=left.title()
            />
            <form class="stack" action=in_shop("/fn/sign_in") method="post">
                <input type="hidden" name="next" value=left.next.clone() />
                <Field
                    id="email" name="email" label=say("E-mail", "E-Mail") kind="email" autocomplete="username" maxlength=254
                    value=left.draft.field("email") error=left.error("email")
                />
                <Field
                    id="password" name="password" label=say("Password", "Passwort") kind="password"
                    autocomplete="current-password" maxlength=200
                    error=left.error("password")
                />
                <button class="button" data-kind="primary" data-wide>{say("Sign in", "Anmelden")}</button>
                <p class="quiet"><a href=in_shop("/forgot-password")>{say("Forgot your password?", "Passwort vergessen?")}</a></p>
                <p class="quiet">{say("New here? ", "Neu hier? ")} <a href=left.link("/register")>{say("Create an account", "Konto anlegen")}</a></p>
            </form>
        </div>
    }
    .into_any()
}
