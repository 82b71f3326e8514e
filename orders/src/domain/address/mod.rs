//! Postal addresses: which fields they have by country, what is wrong with one, and how it is written on a parcel.
//!
//! What countries do differently is data ([`AddressFormat`]), from the metadata that Google's libaddressinput uses.

mod country;
mod format;
mod layout;
mod lines;
mod parse;
mod region;
mod words;

use serde::{Deserialize, Serialize};

pub use format::{AddressField, AddressFormat};
pub use layout::AddressPart;
pub use region::Region;
pub use words::FieldLabel;

/// A postal address.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Address {
    /// Who lives there, when it is not the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Street and number.
    #[serde(default)]
    pub street: String,
    /// Flat, floor, care of, district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street2: Option<String>,
    /// City; empty where addresses have none.
    #[serde(default)]
    pub city: String,
    /// State, province or region: its code or name. Where the country's are known, it is kept in one way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Two letters (ISO 3166-1 alpha-2).
    #[serde(default)]
    pub country: String,
    /// Postal code; empty where addresses have none.
    #[serde(default)]
    pub postal_code: String,
}
