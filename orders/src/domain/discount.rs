//! Discount codes: what they take off.

use serde::{Deserialize, Serialize};

/// A discount as an order is priced with it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Discount {
    /// What buyers type, in capitals.
    pub code: String,
    /// What it takes off.
    pub kind: DiscountKind,
    /// What the goods must be worth, in minor units.
    pub minimum_minor: i64,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiscountKind {
    /// A share of the goods, in hundredths of a percent.
    Percent(i32),
    /// An amount, in minor units, but never more than the goods are worth.
    Amount(i64),
    /// What delivery costs.
    FreeDelivery,
}

impl Discount {
    /// A code as buyers type it, as it is kept: without spaces around it, in capitals.
    #[must_use]
    pub fn normalize(code: &str) -> String {
        code.trim().to_uppercase()
    }
}
