//! Where everything is sold, on which terms, as a document that sets it all up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DeliveryPrice, Discount, Language, Storefront};

/// Storefronts with all that is theirs, and the codes that take something off.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Assortment {
    /// The storefronts, in the order in which visitors are offered them.
    pub storefronts: Vec<NewStorefront>,
    /// The discount codes.
    #[serde(default)]
    pub discount_codes: Vec<NewDiscountCode>,
}

/// A storefront to be opened.
#[derive(Clone, Debug, Deserialize)]
pub struct NewStorefront {
    /// What it is.
    #[serde(flatten)]
    pub storefront: Storefront,
    /// What it taxes otherwise than by its own rate, in hundredths of a percent, by tax class.
    #[serde(default)]
    pub tax_rates: BTreeMap<String, i32>,
    /// How its parcels travel, the usual way first.
    #[serde(default)]
    pub delivery_methods: Vec<NewDeliveryMethod>,
    /// What things cost there, by SKU, in minor units.
    #[serde(default)]
    pub prices: BTreeMap<String, i64>,
}

/// A way of delivery to be offered.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NewDeliveryMethod {
    /// What orders name it by.
    pub code: String,
    /// What people call it.
    pub names: BTreeMap<Language, String>,
    /// What it costs.
    pub price: DeliveryPrice,
    /// From this value of goods on it costs nothing.
    #[serde(default)]
    pub free_from_minor: Option<i64>,
    /// How many days it takes, at least.
    pub days_least: i16,
    /// How many days it takes, at most.
    pub days_most: i16,
}

/// A discount code to be given out.
#[derive(Clone, Debug, Deserialize)]
pub struct NewDiscountCode {
    /// What it takes off, and what for.
    #[serde(flatten)]
    pub discount: Discount,
    /// Where it can be used; everywhere if absent.
    #[serde(default)]
    pub storefront: Option<String>,
    /// How often it can be used in all.
    #[serde(default)]
    pub use_limit: Option<i32>,
    /// How often one customer can use it.
    #[serde(default)]
    pub customer_limit: Option<i32>,
}
