//! The keys of programs that call the JSON API, and what each may do.

use chrono::{DateTime, Utc};
use derive_more::Display;
use serde::{Deserialize, Serialize};

use super::{FieldError, Refusal, ServiceKeyId, Text};

/// A part of what programs may do.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[display(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read what programs may read, and change nothing.
    Read,
    /// Place and change orders, and tell what became of payments.
    Orders,
    /// Make products and set stock.
    Catalogue,
    /// Say who is told of events.
    Webhooks,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Read, Self::Orders, Self::Catalogue, Self::Webhooks];
}

/// A key, without what it is made of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceKey {
    /// Its id.
    pub id: ServiceKeyId,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may do; empty for everything that programs may do.
    pub scopes: Vec<Scope>,
    /// How many requests it may send in a minute; absent for any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<i32>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked: from then on it opens nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key that was made a moment ago. What it is made of is shown this once.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceKeyWithSecret {
    /// The key.
    #[serde(flatten)]
    pub key: ServiceKey,
    /// Goes into `X-API-Key`.
    pub secret: String,
}

/// A key to be made.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"name": "Till in Bath", "scopes": ["read", "orders"], "requests_per_minute": 600})))]
pub struct NewServiceKey {
    /// What it is for.
    #[serde(default)]
    pub name: String,
    /// What it may do; empty or absent for everything that programs may do.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// How many requests it may send in a minute; absent for any number.
    #[serde(default)]
    pub requests_per_minute: Option<i32>,
}

impl NewServiceKey {
    /// A key for everything that programs may do.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The key with its name trimmed, and each scope once.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn parse(&self) -> Result<Self, Refusal> {
        let mut errors = Vec::new();
        let name = FieldError::collect(&mut errors, "/name", Text::required(&self.name, 100));
        let requests = self.requests_per_minute;
        if requests.is_some_and(|it| !(1..=1_000_000).contains(&it)) {
            errors.push(FieldError::new(
                "/requests_per_minute",
                "must be from 1 to 1,000,000",
            ));
        }
        match name {
            Some(name) if errors.is_empty() => Ok(Self {
                name,
                scopes: Scope::ALL
                    .into_iter()
                    .filter(|it| self.scopes.contains(it))
                    .collect(),
                requests_per_minute: requests,
            }),
            _ => Err(Refusal::Invalid(errors)),
        }
    }
}
