//! Asking for a link to choose a new password with.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::account::mails_passwords,
    components::{Field, Notice, RefusalNotice, loaded},
    shop::in_shop,
    words::say,
};

/// The form for those who cannot sign in.
#[component]
pub(in crate::pages) fn ForgotPasswordPage() -> impl IntoView {
    let was_asked = use_query_map().get_untracked().get("done").is_some();
    let mails = Resource::new(|| (), |()| mails_passwords());
    view! {
        <Title text=say("Forgot your password", "Passwort vergessen") />
        {loaded(mails, move |mails| view! { <ForgotContent mails was_asked /> })}
    }
    .into_any()
}

#[component]
fn ForgotContent(
    /// Whether a link can be sent.
    mails: bool,
    was_asked: bool,
) -> impl IntoView {
    let content = match (mails, was_asked) {
        (false, _) => view! {
            <p>{say(
                "This shop sends no mail. Ask whoever runs it: they can give you a link to choose a new password with.",
                "Dieser Shop verschickt keine E-Mails. Fragen Sie, wer ihn betreibt: Dort bekommen Sie einen Link, mit dem Sie ein neues Passwort wählen.",
            )}</p>
        }
        .into_any(),
        (true, true) => view! {
            <Notice icon="mail" kind="done">
                <p>{say(
                    "If there is an account with this address, a link is on its way to it. It may take a minute or two.",
                    "Wenn es ein Konto mit dieser Adresse gibt, ist ein Link dorthin unterwegs. Das kann ein, zwei Minuten dauern.",
                )}</p>
            </Notice>
        }
        .into_any(),
        (true, false) => view! {
            <form class="stack" action=in_shop("/fn/ask_password_mail") method="post">
                <Field
                    id="email" name="email" label=say("E-mail", "E-Mail") kind="email" autocomplete="username" maxlength=254
                />
                <button class="button" data-kind="primary" data-wide>{say("Send me a link", "Link schicken")}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <div class="sign-page">
            <div class="page-head">
                <h1>{say("Forgot your password?", "Passwort vergessen?")}</h1>
                {(mails && !was_asked).then(|| view! {
                    <p>{say("We mail you a link to choose a new one with.", "Wir schicken Ihnen einen Link, mit dem Sie ein neues wählen.")}</p>
                })}
            </div>
            <div class="stack">
                <RefusalNotice />
                {content}
                <p class="quiet"><a href=in_shop("/sign-in")>{say("Back to signing in", "Zurück zur Anmeldung")}</a></p>
            </div>
        </div>
    }
    .into_any()
}
