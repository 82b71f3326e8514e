//! Pages that cannot be shown.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};
use orders::Refusal;

use super::MessagePage;
use crate::{AppError, shop::in_shop, words::say};

/// Says why a page cannot be shown, and answers with the error's HTTP status.
#[component]
pub(crate) fn Failure(error: AppError) -> impl IntoView {
    answer_with(error.status());
    match error {
        AppError::Refused(Refusal::SignInNeeded | Refusal::WrongCredentials) => {
            view! { <SignInPrompt /> }.into_any()
        }
        AppError::Refused(Refusal::Forbidden) => view! {
            <MessagePage
                icon="lock"
                heading=say("This page is not for your account", "Diese Seite ist nicht für Ihr Konto")
                sentence=say("Sign in with another account, or ask somebody who runs the shop.", "Melden Sie sich mit einem anderen Konto an, oder fragen Sie jemanden, der den Shop führt.")
            >
                <a class="button" data-kind="primary" href=in_shop("/")>{say("Go to the shop", "Zum Shop")}</a>
            </MessagePage>
        }
        .into_any(),
        AppError::Refused(_) | AppError::Malformed => view! { <NothingHere /> }.into_any(),
        AppError::Unavailable => view! {
            <MessagePage
                icon="offline"
                heading=say("Not available right now", "Gerade nicht verfügbar")
                sentence=say("Nothing is lost. This usually passes within a minute.", "Nichts ist verloren. Meist geht das in einer Minute vorbei.")
            >
                <TryAgain />
            </MessagePage>
        }
        .into_any(),
        AppError::Internal => view! {
            <MessagePage
                icon="alert"
                heading=say("Something broke on our side", "Bei uns ist etwas schiefgegangen")
                sentence=say("Nothing was charged twice and nothing was lost. Try again in a minute.", "Nichts wurde doppelt abgebucht, und nichts ist verloren. Versuchen Sie es in einer Minute noch einmal.")
            >
                <TryAgain />
            </MessagePage>
        }
        .into_any(),
    }
}

/// There is no such page, product or order.
#[component]
pub(crate) fn NothingHere() -> impl IntoView {
    answer_with(404);
    view! {
        <MessagePage
            icon="parcel"
            heading=say("There is nothing at this address", "Unter dieser Adresse gibt es nichts")
            sentence=say(
                "The page may have moved, or the link lost a piece on its way. If you are looking for an order, open \
                the link you kept again.",
                "Die Seite ist vielleicht umgezogen, oder dem Link fehlt ein Stück. Wenn Sie eine Bestellung suchen, \
                öffnen Sie noch einmal den Link, den Sie aufgehoben haben.",
            )
        >
            <a class="button" data-kind="primary" href=in_shop("/")>{say("Go to the shop", "Zum Shop")}</a>
            <a class="button" href=in_shop("/account/orders")>{say("My orders", "Meine Bestellungen")}</a>
        </MessagePage>
    }
}

#[component]
fn SignInPrompt() -> impl IntoView {
    let location = use_location();
    let (path, query) = (
        location.pathname.get_untracked(),
        location.search.get_untracked(),
    );
    let next = Url::escape(&match query.trim_start_matches('?') {
        "" => path,
        query => format!("{path}?{query}"),
    });
    view! {
        <MessagePage
            icon="key"
            heading=say("Sign in to see this", "Melden Sie sich an, um das zu sehen")
            sentence=say("This page belongs to an account. Sign in and you come straight back here.", "Diese Seite gehört zu einem Konto. Nach der Anmeldung geht es hier weiter.")
        >
            <a class="button" data-kind="primary" href=in_shop(&format!("/sign-in?next={next}"))>{say("Sign in", "Anmelden")}</a>
            <a class="button" href=in_shop(&format!("/register?next={next}"))>{say("Create an account", "Konto anlegen")}</a>
        </MessagePage>
    }
}

#[component]
fn TryAgain() -> impl IntoView {
    view! {
        <a class="button" data-kind="primary" href="">{say("Try again", "Noch einmal versuchen")}</a>
        <a class="button" href=in_shop("/")>{say("Go to the shop", "Zum Shop")}</a>
    }
}

/// Sets the HTTP status of the page, on the server.
pub(crate) fn answer_with(status: u16) {
    #[cfg(feature = "ssr")]
    crate::ssr::tell_status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
