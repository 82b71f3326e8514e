//! An order's history in people's words.

use chrono::{DateTime, Utc};
use orders::HistoryEntry;

use super::sentence;
use crate::words::say;

/// One thing that happened to an order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Happening {
    /// The icon of the sprite.
    pub(crate) icon: &'static str,
    /// What happened.
    pub(crate) what: String,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Who did it, where that is worth saying.
    pub(crate) who: Option<String>,
    /// What they said.
    pub(crate) note: Option<String>,
    /// Whether somebody should look.
    pub(crate) needs_eyes: bool,
}

/// What happened, newest first, as the buyer is told. What staff wrote stays among them.
pub(crate) fn happenings(history: Vec<HistoryEntry>) -> Vec<Happening> {
    history.into_iter().rev().map(Happening::from).collect()
}

impl From<HistoryEntry> for Happening {
    fn from(entry: HistoryEntry) -> Self {
        let (icon, what) = words(&entry.change);
        let is_buyer = entry.actor == "guest" || entry.actor.starts_with("customer:");
        let has_expired = entry.actor == "system" && entry.change == "cancelled";
        Self {
            icon,
            what: what.map_or_else(
                || {
                    let change = sentence(&entry.change.replace('_', " "));
                    say(change, "Die Bestellung wurde bearbeitet".to_owned())
                },
                str::to_owned,
            ),
            at: entry.at,
            who: is_buyer.then(|| { say("you", "von Ihnen") }.to_owned()),
            note: match entry.reason {
                _ if has_expired => Some(
                    say(
                        "It was not paid in time",
                        "Sie wurde nicht rechtzeitig bezahlt",
                    )
                    .to_owned(),
                ),
                reason => reason.filter(|_| is_buyer).map(|it| sentence(&it)),
            },
            needs_eyes: entry.change == "payment_declined",
        }
    }
}

/// The icon and the words of a change; no words for one that is not known here yet.
fn words(change: &str) -> (&'static str, Option<&'static str>) {
    let (icon, words) = match change {
        "placed" => ("orders", say("Order placed", "Bestellung aufgegeben")),
        "payment_started" => (
            "bank",
            say("Payment sent to the bank", "Zahlung an die Bank geschickt"),
        ),
        "payment_captured" => ("check-circle", say("Payment received", "Zahlung erhalten")),
        "payment_declined" => (
            "alert",
            say(
                "Payment declined by the bank",
                "Zahlung von der Bank abgelehnt",
            ),
        ),
        "confirmed" => (
            "check-circle",
            say("Order confirmed", "Bestellung bestätigt"),
        ),
        "processing" => ("box-open", say("We started packing", "Wir packen")),
        "shipped" => (
            "truck",
            say("Everything is on its way", "Alles ist unterwegs"),
        ),
        "parcel_labelled" => (
            "truck",
            say(
                "The parcel has its tracking number",
                "Das Paket hat seine Sendungsnummer",
            ),
        ),
        "parcel_sent" => (
            "truck",
            say("A parcel is on its way", "Ein Paket ist unterwegs"),
        ),
        "delivered" => (
            "home",
            say("Everything has arrived", "Alles ist angekommen"),
        ),
        "completed" => (
            "check-circle",
            say("Order completed", "Bestellung abgeschlossen"),
        ),
        "cancelled" => ("stop", say("Order cancelled", "Bestellung storniert")),
        "failed" => (
            "stop",
            say(
                "The order could not be fulfilled",
                "Die Bestellung konnte nicht ausgeführt werden",
            ),
        ),
        "refund_opened" => ("refund", say("Refund started", "Erstattung begonnen")),
        "refund_sent" => ("refund", say("Money sent back", "Geld zurückgeschickt")),
        "refunded" => (
            "refund",
            say("Everything was paid back", "Alles wurde erstattet"),
        ),
        "return_requested" => ("parcel", say("Return asked for", "Rücksendung angefragt")),
        "return_accepted" => (
            "parcel",
            say(
                "Your return was accepted",
                "Ihre Rücksendung wurde angenommen",
            ),
        ),
        "return_refused" => (
            "stop",
            say(
                "Your return was not accepted",
                "Ihre Rücksendung wurde nicht angenommen",
            ),
        ),
        "return_received" => (
            "box-open",
            say(
                "What you sent back has arrived",
                "Ihre Rücksendung ist angekommen",
            ),
        ),
        "attention_resolved" => (
            "check",
            say(
                "We looked after your order",
                "Wir haben uns um Ihre Bestellung gekümmert",
            ),
        ),
        _ => return ("note", None),
    };
    (icon, Some(words))
}
