//! What a page has to say before anything else.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Icon;

/// Something said on its own: an icon, a heading, a sentence, perhaps what to do.
#[component]
pub(crate) fn Notice(
    icon: &'static str,
    /// `problem`, `attention` or `done`; otherwise it is calm.
    #[prop(optional)]
    kind: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice" data-kind=kind role=kind.map(|_| "status")>
            <Icon name=icon />
            {children()}
        </div>
    }
}

/// The code of what was refused before this page, as its address says: `?error=<code>`. A server function that
/// failed without an answer of ours leaves `?__err=…`.
pub(crate) fn refusal_code() -> Option<String> {
    let query = use_query_map().get_untracked();
    query
        .get("error")
        .or_else(|| query.get("__err").map(|_| "internal".to_owned()))
}

/// What was refused before this page; nothing if nothing was.
#[component]
pub(crate) fn RefusalNotice() -> impl IntoView {
    refusal_code().map(|code| {
        let (heading, sentence) = refusal(&code);
        view! {
            <div class="notice" data-kind="problem" role="alert" tabindex="-1" autofocus>
                <Icon name="alert" />
                <h2>{heading}</h2>
                <p>{sentence}</p>
            </div>
        }
    })
}

/// A refusal's code as a heading and a sentence. Anybody can put any code into an address, so an unknown one says little.
pub(crate) fn refusal(code: &str) -> (&'static str, &'static str) {
    match code {
        "nothing_chosen" => ("Nothing is chosen yet", "Choose something, then go on."),
        "not_found" => (
            "This is not there any more",
            "It may have been sold, moved or taken out of the shop.",
        ),
        "out_of_stock" => (
            "Not enough is left",
            "Somebody was faster. Nothing was charged.",
        ),
        "total_changed" => (
            "The total has changed",
            "A price changed since you saw it. Look at the new total below. Nothing was charged.",
        ),
        "code_used_up" => (
            "The discount code has been used up",
            "It can be used no more, unless somebody gives their order up. Nothing was charged.",
        ),
        "declined" => (
            "Your bank declined the card",
            "No money was taken. Try again, or use another card.",
        ),
        "payment_running" => (
            "A payment is still running",
            "Please wait until your bank has answered. Don’t pay a second time.",
        ),
        "payment_unavailable" => (
            "Paying by card is not available here",
            "Nothing was charged.",
        ),
        "not_allowed" => (
            "This is not possible any more",
            "The order has moved on meanwhile. Below is how it stands now.",
        ),
        "stale" => (
            "Somebody else changed this first",
            "Below is how it stands now. Nothing of yours was saved.",
        ),
        "invalid" | "malformed" => (
            "Something needs another look",
            "One of the values could not be used. Nothing was changed.",
        ),
        "key_reused" => (
            "This form was used before",
            "Look at the page again, then send it once more. Nothing was charged.",
        ),
        "key_in_flight" => (
            "This is being done already",
            "Look at the page again in a moment.",
        ),
        "nothing_to_refund" => (
            "Nothing is left to refund",
            "All that was paid here has gone back, or is on its way. Nothing was changed.",
        ),
        "return_decided" => (
            "This return has been decided already",
            "Below is how it stands now.",
        ),
        "sign_in_needed" => ("Sign in first", "This needs an account."),
        "wrong_credentials" => (
            "That didn’t match",
            "Check the e-mail and the password, or create an account.",
        ),
        "too_often" => (
            "That was too often",
            "Wait a minute, then try again. Nothing was changed.",
        ),
        "email_taken" => (
            "There is an account with this e-mail",
            "Sign in instead, or use another address.",
        ),
        "forbidden" => (
            "Your account may not do this",
            "Ask somebody who runs the shop.",
        ),
        "exists" => (
            "This exists already",
            "Choose another name for it. Nothing was changed.",
        ),
        "reserved" => (
            "Orders hold more than that",
            "Stock can’t go below what orders have reserved. Nothing was changed.",
        ),
        "unavailable" => (
            "Not available right now",
            "Nothing is lost. Try again in a moment.",
        ),
        _ => (
            "This could not be done",
            "Nothing was changed. Try again in a moment.",
        ),
    }
}
