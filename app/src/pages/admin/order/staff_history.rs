//! An order's history as staff read it: who, what, and why.

use orders::HistoryEntry;

use crate::components::Happening;

/// What happened, newest first.
pub(super) fn happenings(history: Vec<HistoryEntry>) -> Vec<Happening> {
    history.into_iter().rev().map(happening).collect()
}

fn happening(entry: HistoryEntry) -> Happening {
    let (icon, what) = words(&entry.change);
    Happening {
        icon,
        what,
        at: entry.at,
        who: Some(who(&entry.actor)),
        note: entry.reason,
        needs_eyes: entry.change == "payment_declined",
    }
}

fn words(change: &str) -> (&'static str, String) {
    let (icon, what) = match change {
        "placed" => ("orders", "Order placed"),
        "payment_started" => ("bank", "Payment sent to the bank"),
        "payment_captured" => ("check-circle", "Payment captured"),
        "payment_declined" => ("alert", "Payment declined by the bank"),
        "confirmed" => ("check-circle", "Confirmed"),
        "processing" => ("box-open", "Packing started"),
        "shipped" => ("truck", "All parcels have left"),
        "parcel_sent" => ("truck", "A parcel has left"),
        "parcel_labelled" => ("truck", "A parcel was labelled"),
        "delivered" => ("home", "All parcels have arrived"),
        "completed" => ("check-circle", "Completed"),
        "cancelled" => ("stop", "Cancelled"),
        "failed" => ("stop", "Marked as failed"),
        "refund_opened" => ("refund", "Refund decided"),
        "refund_sent" => ("refund", "Refund sent"),
        "refunded" => ("refund", "Refunded"),
        "return_requested" => ("parcel", "Return asked for"),
        "return_accepted" => ("parcel", "Return accepted"),
        "return_refused" => ("stop", "Return refused"),
        "return_received" => ("box-open", "Return received"),
        "attention_resolved" => ("check", "Seen to"),
        // What is not known here yet shows itself as it is.
        other => return ("note", other.replace('_', " ")),
    };
    (icon, what.to_owned())
}

/// Who did it; history keeps ids, which say less than roles.
fn who(actor: &str) -> String {
    match actor.split_once(':').map_or(actor, |(role, _)| role) {
        "system" => "by itself".to_owned(),
        "service" => "a program with an API key".to_owned(),
        role => role.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::who;

    #[test]
    fn actors_are_named_by_what_they_are() {
        assert_eq!(who("admin:0190"), "admin");
        assert_eq!(who("guest"), "guest");
        assert_eq!(who("system"), "by itself");
        assert_eq!(who("service:0190"), "a program with an API key");
    }
}
