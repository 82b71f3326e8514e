//! People as those who run the shop see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, Role};

/// Somebody with an account, or known from another system.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// Their id.
    pub id: CustomerId,
    /// Their address; absent for those known only by another system's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What another system calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ref: Option<String>,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they have a password to sign in with.
    pub has_password: bool,
    /// Since when they are known.
    pub created_at: DateTime<Utc>,
}

/// Somebody who is to work here.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"name": "Grace Hopper", "email": "grace@example.com", "role": "staff"})))]
pub struct NewPerson {
    /// Their name.
    #[serde(default)]
    pub name: String,
    /// The address that they sign in with.
    #[serde(default)]
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// The right to choose a new password, once. Whoever has it becomes that person, so it is for their eyes only.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    /// Whose password.
    pub person: CustomerId,
    /// What stands in the link: `/reset-password?reset=…`.
    pub token: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

impl PasswordReset {
    /// The address of the page where the password is chosen.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/reset-password?reset={}", self.token)
    }
}
