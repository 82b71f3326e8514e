//! What a letter says, however it is written down.

use orders::{Language, Sender};

use crate::words::language;

/// A letter's parts, from top to bottom. What is empty is not there.
pub(super) struct Content {
    pub(super) language: Language,
    /// The line that inboxes show.
    pub(super) subject: String,
    /// Who writes.
    pub(super) shop: String,
    /// Which order it is about.
    pub(super) order: Option<String>,
    pub(super) heading: String,
    pub(super) paragraphs: Vec<String>,
    /// The one thing to do: what it is called, and where.
    pub(super) action: (String, String),
    pub(super) parcel: Option<Parcel>,
    pub(super) lines: Vec<Line>,
    pub(super) sum: Vec<SumRow>,
    pub(super) going_to: Vec<String>,
    /// How they travel.
    pub(super) delivery: Option<String>,
    /// The end of the letter: who sent it, and how they are reached.
    pub(super) sender: Vec<String>,
}

/// A parcel on its way.
pub(super) struct Parcel {
    pub(super) contents: String,
    /// What is known of it, each with its name.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Where the carrier shows it.
    pub(super) tracking: Option<(String, String)>,
}

/// A line of the order.
pub(super) struct Line {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) amount: String,
}

/// A row of the sum, and why it is what it is.
pub(super) struct SumRow {
    pub(super) label: String,
    pub(super) amount: Option<String>,
    pub(super) rule: String,
    pub(super) is_total: bool,
}

/// Who sends a storefront's letters, and where they are.
pub(super) fn sender(sender: Option<&Sender>) -> Vec<String> {
    let Some(sender) = sender else {
        return Vec::new();
    };
    let address = sender.address.as_ref();
    let address = address
        .map(|it| it.lines(None, language()))
        .unwrap_or_default();
    std::iter::once(sender.name.clone())
        .chain(address)
        .chain(sender.email.clone())
        .collect()
}
