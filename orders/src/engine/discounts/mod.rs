//! Discount codes, for those who run the shop. How orders use them is in `orders/discount.rs`.

mod change;
mod list;

use super::Database;

/// What can be done with discount codes.
#[derive(Clone)]
pub struct Discounts {
    database: Database,
}

impl Discounts {
    /// The discount codes in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}
