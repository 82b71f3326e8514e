//! Where things are sold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Address, Currency, Language};

/// A storefront, as its visitors and its staff see it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Storefront {
    /// What orders name it by.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The first part of its addresses; the default storefront has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The host that it is found at without a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What it counts in (ISO 4217).
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub currency: Currency,
    /// What its pages can be read in; the first one where a visitor wants none of them.
    pub languages: Vec<Language>,
    /// Its tax in hundredths of a percent: 1,000 is 10 %.
    pub tax_basis_points: i32,
    /// What is taxed otherwise, in hundredths of a percent, by the products' `tax_class`.
    #[serde(default)]
    pub tax_rates: BTreeMap<String, i32>,
    /// Whether its prices contain the tax.
    pub prices_include_tax: bool,
    /// Whether delivery is taxed, at the rates of what it brings.
    pub tax_delivery: bool,
    /// Where its parcels go (ISO 3166-1); absent: everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_countries: Option<Vec<String>>,
    /// Who sends its parcels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
    /// Its place among the storefronts; the default one comes before all.
    #[serde(default)]
    pub position: i32,
    /// Whether it takes orders.
    pub is_open: bool,
}

/// Who sends a storefront's parcels and mails.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sender {
    /// Their name.
    pub name: String,
    /// How they are reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// Where somebody buys, and what they read.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Market {
    /// The storefront's code.
    pub storefront: String,
    /// The language; where there is none, or the storefront does not speak it, its first one is taken.
    pub language: Option<Language>,
}

impl Storefront {
    /// The code of the storefront where things are sold when nobody says where.
    pub const DEFAULT: &'static str = "default";

    /// `language` if it is spoken here, else the first one that is.
    #[must_use]
    pub fn speaks(&self, language: Option<Language>) -> Language {
        language
            .filter(|it| self.languages.contains(it))
            .or_else(|| self.languages.first().copied())
            .unwrap_or_default()
    }
}

impl Default for Market {
    fn default() -> Self {
        Self {
            storefront: Storefront::DEFAULT.to_owned(),
            language: None,
        }
    }
}
