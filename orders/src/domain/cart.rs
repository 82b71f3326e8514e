//! What a visitor has chosen.

use serde::{Deserialize, Serialize};

use super::{Currency, Explanation};

/// A cart, priced as an order of it would be.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Cart {
    /// What it is counted in.
    pub currency: Currency,
    /// What was chosen, in the order it was put in.
    pub lines: Vec<CartLine>,
    /// What the buyer would pay, in minor units.
    pub total_minor: i64,
    /// Why.
    pub explanation: Vec<Explanation>,
}

impl Cart {
    /// How many things are in it.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.lines.iter().map(|it| it.quantity).sum()
    }

    /// Whether all of it can be had.
    #[must_use]
    pub fn can_be_had(&self) -> bool {
        self.lines.iter().all(CartLine::can_be_had)
    }

    /// Whether a parcel has to carry something of it.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.lines.iter().any(|it| it.ships)
    }
}

/// One line of a cart.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CartLine {
    /// What exactly.
    pub sku: String,
    /// The product's reference.
    pub product: String,
    /// Its name, with the variant's or the seat's.
    pub title: String,
    /// The path of its picture.
    pub picture: Option<String>,
    /// How many.
    pub quantity: u32,
    /// The price of one, in minor units.
    pub unit_price_minor: i64,
    /// Quantity times unit price.
    pub total_minor: i64,
    /// How many can be had.
    pub available: i32,
    /// Whether a parcel carries it.
    pub ships: bool,
    /// Whether it is a seat: one, and not more.
    pub is_seat: bool,
}

impl CartLine {
    /// Whether as many can be had as were chosen.
    #[must_use]
    pub fn can_be_had(&self) -> bool {
        i64::from(self.quantity) <= i64::from(self.available)
    }
}
