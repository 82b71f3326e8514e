//! What comes of sending something to somebody outside.

use std::error::Error;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;

/// What came of sending. `status` is what was answered, in the protocol's own numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Sent {
    /// It was taken.
    Delivered { status: u16 },
    /// It was not taken, or nobody knows; another time it may be.
    Failed { status: Option<u16>, why: String },
    /// It is not taken now, nor another time.
    Refused { status: Option<u16>, why: String },
}

/// Why there was no answer, in the words of whatever failed first.
pub(crate) fn reason(error: &(dyn Error + 'static)) -> String {
    let mut first = error;
    while let Some(source) = first.source() {
        first = source;
    }
    shortened(&first.to_string())
}

/// A reason, no longer than it is kept.
pub(crate) fn shortened(why: &str) -> String {
    why.chars().take(LONGEST_REASON).collect()
}
