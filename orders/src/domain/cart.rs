//! What a visitor has chosen.

use serde::{Deserialize, Serialize};

use super::{CodeProblem, Currency, Explanation};

/// A cart, priced as an order of it would be.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Cart {
    /// What it is counted in.
    pub currency: Currency,
    /// The ways of delivery that carry it, the usual one first; none where nothing is to be sent.
    pub shipping_methods: Vec<OfferedDelivery>,
    /// Whether no way of delivery carries as much.
    pub is_too_heavy: bool,
    /// How its parcel would travel.
    pub shipping_method: Option<String>,
    /// The code that was entered.
    pub discount_code: Option<String>,
    /// Why the code is not used.
    pub problem: Option<CodeProblem>,
    /// What was chosen, in the order it was put in.
    pub lines: Vec<CartLine>,
    /// What the buyer would pay, in minor units.
    pub total_minor: i64,
    /// Why.
    pub explanation: Vec<Explanation>,
}

impl Cart {
    /// Whether all of it can be had.
    #[must_use]
    pub fn can_be_had(&self) -> bool {
        !self.is_too_heavy && self.lines.iter().all(CartLine::can_be_had)
    }

    /// Whether a parcel has to carry something of it.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.lines.iter().any(|it| it.ships)
    }
}

/// A way of delivery that carries a cart.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct OfferedDelivery {
    /// What orders name it by.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What it costs, in minor units.
    pub price_minor: i64,
    /// How many days it takes, at least.
    pub days_least: u16,
    /// How many days it takes, at most.
    pub days_most: u16,
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
    /// Whether this storefront sells it.
    pub is_sold: bool,
}

impl CartLine {
    /// Whether as many can be had as were chosen.
    #[must_use]
    pub fn can_be_had(&self) -> bool {
        self.is_sold && i64::from(self.quantity) <= i64::from(self.available)
    }
}
