//! People: who they are and how they are reached.

use derive_more::Display;
use email_address::EmailAddress as Parser;
use serde::{Deserialize, Serialize};

use super::{CustomerId, Invalid, Text};

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
    /// Which of their sign-ins count: those that carry another number have ended.
    pub sign_in_version: i32,
}

/// What a person signs in with.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"email": "ada@example.com", "password": "correct horse"})))]
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

#[cfg(test)]
mod tests {
    use super::*;

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
