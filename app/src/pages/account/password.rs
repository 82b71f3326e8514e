//! Another password, and ending all sign-ins.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::form::{Address, Left};
use crate::{
    AppError,
    api::account::{PASSWORD_FORM, find_account_draft, find_me},
    components::{ErrorSummary, Failure, Field, Notice, loaded},
};

/// The forms with which somebody keeps their account their own.
#[component]
pub(in crate::pages) fn PasswordPage() -> impl IntoView {
    let address = Address::here();
    let done = use_query_map().get_untracked().get("done").is_some();
    let found = Resource::new(
        || (),
        |()| async {
            let me = find_me().await?;
            let draft = find_account_draft(PASSWORD_FORM.to_owned()).await?;
            Ok::<_, AppError>((me, draft))
        },
    );
    view! {
        <Title text="Password" />
        {loaded(found, move |(me, draft)| match me {
            Some(_) => {
                view! { <PasswordForms left=Left::of(&address, draft) done /> }.into_any()
            }
            None => {
                let refusal = orders::Refusal::SignInNeeded;
                view! { <Failure error=AppError::Refused(refusal) /> }.into_any()
            }
        })}
    }
    .into_any()
}

const FIELDS: [(&str, &str); 2] = [
    ("current_password", "The password now"),
    ("new_password", "The new password"),
];

#[component]
fn PasswordForms(left: Left, done: bool) -> impl IntoView {
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>"Password"</h1>
            </div>
            {done.then(|| view! {
                <Notice icon="check-circle" kind="done">
                    <p>"Your password is changed. Everywhere else you are signed out."</p>
                </Notice>
            })}
            <ErrorSummary corrections=left.corrections(&FIELDS, "#current_password") title=left.title() />
            <form class="stack" action="/fn/change_password" method="post">
                <Field
                    id="current_password" name="current_password" label="The password now" kind="password"
                    autocomplete="current-password" maxlength=200 error=left.error("current_password")
                />
                <NewPasswordField left=left.clone() />
                <button class="button" data-kind="primary" data-wide>"Change password"</button>
            </form>
            <form class="stack" action="/fn/sign_out_everywhere" method="post">
                <h2>"Sign out everywhere"</h2>
                <p>"Ends every sign-in of yours, in this browser, in all others, and in programs."</p>
                <button class="button" data-wide>"Sign out everywhere"</button>
            </form>
        </div>
    }
    .into_any()
}

/// A password that is chosen.
#[component]
pub(super) fn NewPasswordField(left: Left) -> impl IntoView {
    view! {
        <Field
            id="new_password" name="new_password" label="The new password" kind="password"
            autocomplete="new-password" maxlength=200
            hint="Ten characters or more. A few words in a row are easy to remember"
            error=left.error("new_password")
        />
    }
}
