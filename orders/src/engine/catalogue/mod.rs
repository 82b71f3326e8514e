//! Products, their prices, and how much of them there is.

mod offers;
mod products;
mod stock;
mod storefront;

pub(super) use offers::{Offer, Offered, Offers};

use super::Database;

/// What can be done with the catalogue.
#[derive(Clone)]
pub struct Catalogue {
    database: Database,
}

impl Catalogue {
    /// The catalogue in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}
