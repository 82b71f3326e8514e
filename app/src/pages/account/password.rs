//! Another password, and ending all sign-ins.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::form::{Address, Left};
use crate::{
    AppError,
    api::account::{PASSWORD_FORM, find_account_draft, find_me},
    components::{ErrorSummary, Failure, Field, Notice, loaded},
    shop::in_shop,
    words::say,
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
        <Title text=say("Password", "Passwort") />
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

fn fields() -> [(&'static str, &'static str); 2] {
    [
        (
            "current_password",
            say("The password now", "Das jetzige Passwort"),
        ),
        new_password(),
    ]
}

/// The field of [`NewPasswordField`], and what it is called.
pub(super) fn new_password() -> (&'static str, &'static str) {
    ("new_password", say("The new password", "Das neue Passwort"))
}

#[component]
fn PasswordForms(left: Left, done: bool) -> impl IntoView {
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>{say("Password", "Passwort")}</h1>
            </div>
            {done.then(|| view! {
                <Notice icon="check-circle" kind="done">
                    <p>{say("Your password is changed. Everywhere else you are signed out.", "Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.")}</p>
                </Notice>
            })}
            <ErrorSummary corrections=left.corrections(&fields(), "#current_password") title=left.title() />
            <form class="stack" action=in_shop("/fn/change_password") method="post">
                <Field
                    id="current_password" name="current_password" label=say("The password now", "Das jetzige Passwort") kind="password"
                    autocomplete="current-password" maxlength=200 error=left.error("current_password")
                />
                <NewPasswordField left=left.clone() />
                <button class="button" data-kind="primary" data-wide>{say("Change password", "Passwort ändern")}</button>
            </form>
            <form class="stack" action=in_shop("/fn/sign_out_everywhere") method="post">
                <h2>{say("Sign out everywhere", "Überall abmelden")}</h2>
                <p>{say("Ends every sign-in of yours, in this browser, in all others, and in programs.", "Beendet alle Ihre Anmeldungen: in diesem Browser, in allen anderen und in Programmen.")}</p>
                <button class="button" data-wide>{say("Sign out everywhere", "Überall abmelden")}</button>
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
            id="new_password" name="new_password" label=new_password().1 kind="password"
            autocomplete="new-password" maxlength=200
            hint=say("Ten characters or more. A few words in a row are easy to remember", "Zehn Zeichen oder mehr. Ein paar Wörter hintereinander merkt man sich leicht")
            error=left.error("new_password")
        />
    }
}
