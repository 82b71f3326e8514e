//! An order's history in people's words.

use chrono::{DateTime, Utc};
use orders::HistoryEntry;

use super::sentence;

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
            what: what.map_or_else(|| sentence(&entry.change.replace('_', " ")), str::to_owned),
            at: entry.at,
            who: is_buyer.then(|| "you".to_owned()),
            note: entry
                .reason
                .filter(|_| is_buyer || has_expired)
                .map(|it| sentence(&it)),
            needs_eyes: entry.change == "payment_declined",
        }
    }
}

/// The icon and the words of a change; no words for one that is not known here yet.
fn words(change: &str) -> (&'static str, Option<&'static str>) {
    let (icon, words) = match change {
        "placed" => ("orders", "Order placed"),
        "payment_started" => ("bank", "Payment sent to the bank"),
        "payment_captured" => ("check-circle", "Payment received"),
        "payment_declined" => ("alert", "Payment declined by the bank"),
        "confirmed" => ("check-circle", "Order confirmed"),
        "processing" => ("box-open", "We started packing"),
        "shipped" => ("truck", "Everything is on its way"),
        "parcel_sent" => ("truck", "A parcel is on its way"),
        "parcel_labelled" => ("truck", "The parcel has its tracking number"),
        "delivered" => ("home", "Everything has arrived"),
        "completed" => ("check-circle", "Order completed"),
        "cancelled" => ("stop", "Order cancelled"),
        "failed" => ("stop", "The order could not be fulfilled"),
        "refund_opened" => ("refund", "Refund started"),
        "refund_sent" => ("refund", "Money sent back"),
        "refunded" => ("refund", "Everything was paid back"),
        "return_requested" => ("parcel", "Return asked for"),
        "return_accepted" => ("parcel", "Your return was accepted"),
        "return_refused" => ("stop", "Your return was not accepted"),
        "return_received" => ("box-open", "What you sent back has arrived"),
        "attention_resolved" => ("check", "We looked after your order"),
        _ => return ("note", None),
    };
    (icon, Some(words))
}
