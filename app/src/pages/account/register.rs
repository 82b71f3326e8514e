//! Making an account.

use leptos::prelude::*;
use leptos_meta::Title;

use super::form::{Address, Left};
use crate::{
    api::account::{REGISTER_FORM, find_account_draft},
    components::{ErrorSummary, Field, loaded},
};

/// The form to make an account with.
#[component]
pub(in crate::pages) fn RegisterPage() -> impl IntoView {
    let address = Address::here();
    let draft = Resource::new(|| (), |()| find_account_draft(REGISTER_FORM.to_owned()));
    view! {
        <Title text="Create an account" />
        {loaded(draft, move |draft| view! { <RegisterForm left=Left::of(&address, draft) /> })}
    }
    .into_any()
}

const FIELDS: [(&str, &str); 3] = [
    ("name", "Full name"),
    ("email", "E-mail"),
    ("password", "Password"),
];

#[component]
fn RegisterForm(left: Left) -> impl IntoView {
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>"Create an account"</h1>
                <p>"All your orders in one place. Nothing else."</p>
            </div>
            <ErrorSummary corrections=left.corrections(&FIELDS, "#email") title=left.title() />
            <form class="stack" action="/fn/register" method="post" novalidate>
                <input type="hidden" name="next" value=left.next.clone() />
                <Field
                    id="name" name="name" label="Full name" autocomplete="name" maxlength=200
                    value=left.draft.field("name") error=left.error("name")
                />
                <Field
                    id="email" name="email" label="E-mail" kind="email" autocomplete="username" maxlength=254
                    value=left.draft.field("email") error=left.error("email")
                />
                <Field
                    id="password" name="password" label="Password" kind="password" autocomplete="new-password"
                    maxlength=200 hint="Ten characters or more. A few words in a row are easy to remember"
                    error=left.error("password")
                />
                <button class="button" data-kind="primary" data-wide>"Create account"</button>
                <p class="quiet">"Have one already? " <a href=left.link("/sign-in")>"Sign in"</a></p>
            </form>
        </div>
    }
    .into_any()
}
