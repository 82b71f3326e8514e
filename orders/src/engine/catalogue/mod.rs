//! Products, their prices, and how much of them there is.

mod delivery;
mod details;
mod offers;
mod prices;
mod products;
mod set_up;
mod stock;
mod storefront;
mod storefronts;

pub(super) use offers::{Offer, Offered, Offers};
pub(super) use storefront::{StorefrontTerms, currency, terms};
pub(super) use storefronts::read_storefronts;

use self::storefronts::RecentStorefronts;
use super::Database;

/// What can be done with the catalogue.
#[derive(Clone)]
pub struct Catalogue {
    database: Database,
    storefronts: RecentStorefronts,
}

impl Catalogue {
    /// The catalogue in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            storefronts: RecentStorefronts::default(),
        }
    }
}
