//! People: who they are, how they are reached, where they live.

use derive_more::Display;
use email_address::EmailAddress as Parser;
use serde::{Deserialize, Serialize};

use super::{CustomerId, FieldError, Invalid, Text};

/// What a person may do.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[display(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Their own orders.
    #[serde(alias = "user")]
    Customer,
    /// Every order and stock; no settings, keys or people.
    Staff,
    /// Everything.
    Admin,
}

/// Somebody with an account.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// Their address; absent for those known only by another system's id.
    pub email: Option<String>,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// What a person signs in with.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// Their e-mail address.
    #[serde(default)]
    pub email: String,
    /// Their password.
    #[serde(default)]
    pub password: String,
}

/// An e-mail address (RFC 5321), at most 254 characters, the case kept.
#[derive(Clone, Debug, Display, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address in `raw`.
    ///
    /// # Errors
    /// Missing, too long, or not an address.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text = Text::required(raw, 254)?;
        if Parser::is_valid(&text) && !text.contains(['"', '<', '(']) {
            Ok(Self(text))
        } else {
            Err("is not an e-mail address")
        }
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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
    /// Flat, floor, care of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street2: Option<String>,
    /// City.
    #[serde(default)]
    pub city: String,
    /// State, province or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Two letters (ISO 3166-1 alpha-2).
    #[serde(default)]
    pub country: String,
    /// Postal code.
    #[serde(default)]
    pub postal_code: String,
}

impl Address {
    /// The address with its text trimmed and its country in capitals; errors are noted below `pointer`.
    pub fn parse(self, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let mut field = |name: &str, parsed: Result<Option<String>, Invalid>| {
            FieldError::collect(errors, &format!("{pointer}/{name}"), parsed)
        };
        let required = |raw: &str, limit| Text::required(raw, limit).map(Some);
        let name = field(
            "name",
            Text::optional(self.name.as_deref().unwrap_or_default(), 200),
        );
        let street = field("street", required(&self.street, 200));
        let street2 = field(
            "street2",
            Text::optional(self.street2.as_deref().unwrap_or_default(), 200),
        );
        let city = field("city", required(&self.city, 100));
        let state = field(
            "state",
            Text::optional(self.state.as_deref().unwrap_or_default(), 100),
        );
        let country = field("country", Self::country(&self.country).map(Some));
        let postal_code = field("postal_code", required(&self.postal_code, 20));
        Some(Self {
            name: name?,
            street: street??,
            street2: street2?,
            city: city??,
            state: state?,
            country: country??,
            postal_code: postal_code??,
        })
    }

    fn country(raw: &str) -> Result<String, Invalid> {
        let code = Text::required(raw, 60)?.to_ascii_uppercase();
        rust_iso3166::from_alpha2(&code)
            .map(|it| it.alpha2.to_owned())
            .ok_or("is not a country code of two letters")
    }

    /// Every country, as code and English name, by name.
    #[must_use]
    pub fn countries() -> Vec<(&'static str, &'static str)> {
        let mut all: Vec<_> = rust_iso3166::ALL
            .iter()
            .map(|it| (it.alpha2, it.name))
            .collect();
        all.sort_by_key(|(_, name)| *name);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_every_field_that_is_wrong() {
        let mut errors = Vec::new();

        let parsed = Address {
            country: "Atlantis".to_owned(),
            ..Address::default()
        }
        .parse("/shipping_address", &mut errors);

        assert_eq!(parsed, None);
        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/shipping_address/street",
                "/shipping_address/city",
                "/shipping_address/country",
                "/shipping_address/postal_code"
            ]
        );
    }

    #[test]
    fn an_address_keeps_its_text_and_capitals_its_country() {
        let raw = Address {
            street: " 1 Post Lane ".to_owned(),
            city: "Bath".to_owned(),
            country: "gb".to_owned(),
            postal_code: "BA1 1AA".to_owned(),
            ..Address::default()
        };

        let parsed = raw.parse("", &mut Vec::new()).unwrap();

        assert_eq!(
            (parsed.street.as_str(), parsed.country.as_str()),
            ("1 Post Lane", "GB")
        );
    }

    #[test]
    fn only_addresses_are_addresses() {
        assert!(EmailAddress::parse("ada@example.com").is_ok());
        for wrong in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "ada@example.com\nBcc: all@example.com",
        ] {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
