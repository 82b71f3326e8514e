//! What must always be true of the data, and whether it is.

use serde::{Deserialize, Serialize};

/// One invariant, looked at on live data.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Its name, in one word.
    pub name: String,
    /// What it says, in one sentence.
    pub means: String,
    /// How often it is violated.
    pub violations: i64,
    /// Some of the violations.
    pub examples: Vec<Violation>,
}

impl Checked {
    /// Whether the invariant holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.violations == 0
    }
}

/// One thing that violates an invariant.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// What: an order, a SKU, a payment.
    pub subject: String,
    /// In which way.
    pub detail: String,
}
