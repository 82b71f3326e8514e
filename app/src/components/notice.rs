//! What a page has to say before anything else.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Icon;
use crate::words::language;

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

/// What has to be heard before anything else, and is where the keyboard begins.
#[component]
pub(crate) fn Alert(
    icon: &'static str,
    /// `problem` or `attention`.
    kind: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice" data-kind=kind role="alert" tabindex="-1" autofocus>
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
            <Alert icon="alert" kind="problem">
                <h2>{heading}</h2>
                <p>{sentence}</p>
            </Alert>
        }
    })
}

/// A refusal's code as a heading and a sentence. Anybody can put any code into an address, so an unknown one says little.
pub(crate) fn refusal(code: &str) -> (&'static str, &'static str) {
    let language = language();
    match code {
        "nothing_chosen" => language.either(
            (
                "Nothing is chosen yet",
                "Choose something, then go on.",
            ),
            (
                "Noch ist nichts gewählt",
                "Wählen Sie etwas aus, dann geht es weiter.",
            ),
        ),
        "not_found" => language.either(
            (
                "This is not there any more",
                "It may have been sold, moved or taken out of the shop.",
            ),
            (
                "Das gibt es nicht mehr",
                "Es wurde vielleicht verkauft, verschoben oder aus dem Shop genommen.",
            ),
        ),
        "out_of_stock" => language.either(
            (
                "Not enough is left",
                "Somebody was faster. Nothing was charged.",
            ),
            (
                "Es ist nicht genug da",
                "Jemand war schneller. Es wurde nichts abgebucht.",
            ),
        ),
        "total_changed" => language.either(
            (
                "The total has changed",
                "Something is not as you last saw it. Look at the new total below. Nothing was charged.",
            ),
            (
                "Die Summe hat sich geändert",
                "Ein Preis ist nicht mehr der, den Sie gesehen haben. Unten steht die neue Summe. Es wurde nichts abgebucht.",
            ),
        ),
        "code_first" => language.either(
            (
                "Look at the new total",
                "The discount code counts now. Nothing was charged: enter your card again and pay.",
            ),
            (
                "Sehen Sie sich die neue Summe an",
                "Der Rabattcode ist berücksichtigt. Es wurde nichts abgebucht: Geben Sie Ihre Karte noch einmal ein, und zahlen Sie.",
            ),
        ),
        "code_used_up" => language.either(
            (
                "The discount code cannot be used again",
                "All its uses are taken, or yours are. Nothing was charged. Remove it below to go on without it.",
            ),
            (
                "Der Rabattcode lässt sich nicht noch einmal einlösen",
                "Er ist aufgebraucht, oder Sie haben ihn schon so oft eingelöst, wie es geht. Es wurde nichts abgebucht. Entfernen Sie ihn unten, dann geht es ohne ihn weiter.",
            ),
        ),
        "declined" => language.either(
            (
                "Your bank declined the card",
                "No money was taken. Try again, or use another card.",
            ),
            (
                "Ihre Bank hat die Karte abgelehnt",
                "Es wurde kein Geld abgebucht. Versuchen Sie es noch einmal, oder nehmen Sie eine andere Karte.",
            ),
        ),
        "payment_running" => language.either(
            (
                "A payment is still running",
                "Please wait until your bank has answered. Don’t pay a second time.",
            ),
            (
                "Eine Zahlung läuft noch",
                "Bitte warten Sie, bis Ihre Bank geantwortet hat. Zahlen Sie nicht ein zweites Mal.",
            ),
        ),
        "payment_unavailable" => language.either(
            (
                "Paying by card is not available here",
                "Nothing was charged.",
            ),
            (
                "Kartenzahlung ist hier nicht möglich",
                "Es wurde nichts abgebucht.",
            ),
        ),
        "not_allowed" => language.either(
            (
                "This is not possible any more",
                "The order has moved on meanwhile. Below is how it stands now.",
            ),
            (
                "Das ist nicht mehr möglich",
                "Die Bestellung ist inzwischen weiter. Unten steht, wie weit.",
            ),
        ),
        "stale" => language.either(
            (
                "Somebody else changed this first",
                "Below is how it stands now. Nothing of yours was saved.",
            ),
            (
                "Jemand anders war schneller",
                "Unten steht, wie es jetzt ist. Von Ihnen wurde nichts gespeichert.",
            ),
        ),
        "invalid" | "malformed" => language.either(
            (
                "Something needs another look",
                "One of the values could not be used. Nothing was changed.",
            ),
            (
                "Etwas stimmt noch nicht",
                "Eine der Angaben ließ sich nicht verwenden. Es wurde nichts geändert.",
            ),
        ),
        "key_reused" => language.either(
            (
                "This form was used before",
                "Look at the page again, then send it once more. Nothing was charged.",
            ),
            (
                "Dieses Formular wurde schon einmal gesendet",
                "Sehen Sie sich die Seite noch einmal an, und senden Sie es dann neu. Es wurde nichts abgebucht.",
            ),
        ),
        "key_in_flight" => language.either(
            (
                "This is being done already",
                "Look at the page again in a moment.",
            ),
            (
                "Das wird gerade schon erledigt",
                "Sehen Sie sich die Seite gleich noch einmal an.",
            ),
        ),
        "nothing_to_refund" => language.either(
            (
                "Nothing is left to refund",
                "All that was paid here has gone back, or is on its way. Nothing was changed.",
            ),
            (
                "Es ist nichts mehr zu erstatten",
                "Alles, was hier gezahlt wurde, ist zurück oder unterwegs. Es wurde nichts geändert.",
            ),
        ),
        "return_decided" => language.either(
            (
                "This return has been decided already",
                "Below is how it stands now.",
            ),
            (
                "Über diese Rücksendung ist schon entschieden",
                "Unten steht, wie es jetzt ist.",
            ),
        ),
        "too_often" => language.either(
            (
                "That was too often",
                "Wait a minute, then try again. Nothing was changed.",
            ),
            (
                "Das war zu oft",
                "Warten Sie eine Minute, dann versuchen Sie es noch einmal. Es wurde nichts geändert.",
            ),
        ),
        "sign_in_needed" => language.either(
            (
                "Sign in first",
                "This needs an account.",
            ),
            (
                "Melden Sie sich zuerst an",
                "Dafür braucht es ein Konto.",
            ),
        ),
        "wrong_credentials" => language.either(
            (
                "That didn’t match",
                "Check the e-mail and the password, or create an account.",
            ),
            (
                "Das hat nicht gepasst",
                "Prüfen Sie E-Mail und Passwort, oder legen Sie ein Konto an.",
            ),
        ),
        "email_taken" => language.either(
            (
                "There is an account with this e-mail",
                "Sign in instead, or use another address.",
            ),
            (
                "Mit dieser E-Mail gibt es schon ein Konto",
                "Melden Sie sich an, oder nehmen Sie eine andere Adresse.",
            ),
        ),
        "forbidden" => language.either(
            (
                "Your account may not do this",
                "Ask somebody who runs the shop.",
            ),
            (
                "Ihr Konto darf das nicht",
                "Fragen Sie jemanden, der den Shop führt.",
            ),
        ),
        "exists" => language.either(
            (
                "This exists already",
                "Choose another name for it. Nothing was changed.",
            ),
            (
                "Das gibt es schon",
                "Nehmen Sie einen anderen Namen dafür. Es wurde nichts geändert.",
            ),
        ),
        "reserved" => language.either(
            (
                "Orders hold more than that",
                "Stock can’t go below what orders have reserved. Nothing was changed.",
            ),
            (
                "Bestellungen halten mehr als das",
                "Der Bestand kann nicht unter das fallen, was Bestellungen reserviert haben. Es wurde nichts geändert.",
            ),
        ),
        "unavailable" => language.either(
            (
                "Not available right now",
                "Nothing is lost. Try again in a moment.",
            ),
            (
                "Gerade nicht verfügbar",
                "Nichts ist verloren. Versuchen Sie es gleich noch einmal.",
            ),
        ),
        _ => language.either(
            (
                "This could not be done",
                "Nothing was changed. Try again in a moment.",
            ),
            (
                "Das ließ sich nicht machen",
                "Es wurde nichts geändert. Versuchen Sie es gleich noch einmal.",
            ),
        ),
    }
}
