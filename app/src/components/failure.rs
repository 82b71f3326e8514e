//! Pages that cannot be shown.

use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Url};
use orders::Refusal;

use super::MessagePage;
use crate::AppError;

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
                heading="This page is not for your account"
                sentence="Sign in with another account, or ask somebody who runs the shop."
            >
                <a class="button" data-kind="primary" href="/">"Go to the shop"</a>
            </MessagePage>
        }
        .into_any(),
        AppError::Refused(_) | AppError::Malformed => view! { <NothingHere /> }.into_any(),
        AppError::Unavailable => view! {
            <MessagePage
                icon="offline"
                heading="Not available right now"
                sentence="Nothing is lost. This usually passes within a minute."
            >
                <TryAgain />
            </MessagePage>
        }
        .into_any(),
        AppError::Internal => view! {
            <MessagePage
                icon="alert"
                heading="Something broke on our side"
                sentence="Nothing was charged twice and nothing was lost. Try again in a minute."
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
            heading="There is nothing at this address"
            sentence="The page may have moved, or the link lost a piece on its way. If you are looking for an order, \
            open the link you kept again."
        >
            <a class="button" data-kind="primary" href="/">"Go to the shop"</a>
            <a class="button" href="/account/orders">"My orders"</a>
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
            heading="Sign in to see this"
            sentence="This page belongs to an account. Sign in and you come straight back here."
        >
            <a class="button" data-kind="primary" href=format!("/sign-in?next={next}")>"Sign in"</a>
            <a class="button" href=format!("/register?next={next}")>"Create an account"</a>
        </MessagePage>
    }
}

#[component]
fn TryAgain() -> impl IntoView {
    view! {
        <a class="button" data-kind="primary" href="">"Try again"</a>
        <a class="button" href="/">"Go to the shop"</a>
    }
}

/// Sets the HTTP status of the page, on the server.
fn answer_with(status: u16) {
    #[cfg(feature = "ssr")]
    crate::ssr::tell_status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
