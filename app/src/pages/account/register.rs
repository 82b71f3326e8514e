//! Making an account.

use leptos::prelude::*;
use leptos_meta::Title;

use super::form::{Address, Left};
use crate::{
    api::account::{REGISTER_FORM, find_account_draft},
    components::{ErrorSummary, Field, loaded},
    shop::in_shop,
    words::say,
};

/// The form to make an account with.
#[component]
pub(in crate::pages) fn RegisterPage() -> impl IntoView {
    let address = Address::here();
    let draft = Resource::new(|| (), |()| find_account_draft(REGISTER_FORM.to_owned()));
    view! {
        <Title text=say("Create an account", "Konto anlegen") />
        {loaded(draft, move |draft| view! { <RegisterForm left=Left::of(&address, draft) /> })}
    }
    .into_any()
}

fn fields() -> [(&'static str, &'static str); 3] {
    [
        ("name", say("Full name", "Vor- und Nachname")),
        ("email", say("E-mail", "E-Mail")),
        ("password", say("Password", "Passwort")),
    ]
}

#[component]
fn RegisterForm(left: Left) -> impl IntoView {
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>{say("Create an account", "Konto anlegen")}</h1>
                <p>{say("All your orders in one place. Nothing else.", "Alle Ihre Bestellungen an einem Ort. Sonst nichts.")}</p>
            </div>
            <ErrorSummary corrections=left.corrections(&fields(), "#email") title=left.title() />
            <form class="stack" action=in_shop("/fn/register") method="post" novalidate>
                <input type="hidden" name="next" value=left.next.clone() />
                <Field
                    id="name" name="name" label=say("Full name", "Vor- und Nachname") autocomplete="name" maxlength=200
                    value=left.draft.field("name") error=left.error("name")
                />
                <Field
                    id="email" name="email" label=say("E-mail", "E-Mail") kind="email" autocomplete="username" maxlength=254
                    value=left.draft.field("email") error=left.error("email")
                />
                <Field
                    id="password" name="password" label=say("Password", "Passwort") kind="password" autocomplete="new-password"
                    maxlength=200 hint=say("Ten characters or more. A few words in a row are easy to remember", "Zehn Zeichen oder mehr. Ein paar Wörter hintereinander merkt man sich leicht")
                    error=left.error("password")
                />
                <button class="button" data-kind="primary" data-wide>{say("Create account", "Konto anlegen")}</button>
                <p class="quiet">{say("Have one already? ", "Schon eines? ")} <a href=left.link("/sign-in")>{say("Sign in", "Anmelden")}</a></p>
            </form>
        </div>
    }
    .into_any()
}
