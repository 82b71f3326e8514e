//! Payments and refunds: what was tried, what providers said, what it adds up to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{FieldError, PaymentId, RefundId, RefundItem, Text};

/// One attempt to pay.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Payment {
    /// The attempt's id.
    pub id: PaymentId,
    /// Who was asked for the money.
    pub provider: String,
    /// How the buyer pays.
    pub method: String,
    /// How far it is.
    pub status: PaymentState,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Decided here; the provider may or may not have heard of it.
    Started,
    /// The provider works on it.
    Running,
    /// The provider did not answer: it may have the money or not.
    Unknown,
    /// The provider has the money.
    Captured,
    /// The provider refused.
    Declined,
}

impl PaymentState {
    /// Whether its outcome is still to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Started | Self::Running | Self::Unknown)
    }

    /// Whether the provider has the money.
    #[must_use]
    pub fn is_captured(self) -> bool {
        self == Self::Captured
    }
}

/// What a provider says about a payment, once and for all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
pub enum Fact {
    /// It has the money.
    Captured,
    /// It refused.
    Declined,
}

impl Fact {
    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Captured => "captured",
            Self::Declined => "declined",
        }
    }
}

/// Derived from payments and refunds, never stored.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Nobody tried to pay here.
    None,
    /// A payment runs.
    Pending,
    /// A payment's outcome is not known.
    Unknown,
    /// Money is set aside, not captured.
    Authorized,
    /// Paid.
    Captured,
    /// Some of it has gone back.
    PartiallyRefunded,
    /// All of it has gone back.
    Refunded,
    /// The last attempt was declined.
    Failed,
}

impl PaymentStatus {
    /// What the payments and refunds add up to.
    #[must_use]
    pub fn of(payments: &[Payment], refunds: &[Refund]) -> Self {
        let captured: i64 = payments
            .iter()
            .filter(|it| it.status.is_captured())
            .map(|it| it.amount_minor)
            .sum();
        let refunded: i64 = refunds
            .iter()
            .filter(|it| it.status == RefundState::Succeeded)
            .map(|it| it.amount_minor)
            .sum();
        let any = |state| payments.iter().any(|it| it.status == state);
        if captured > 0 {
            match refunded {
                0 => Self::Captured,
                part if part < captured => Self::PartiallyRefunded,
                _ => Self::Refunded,
            }
        } else if any(PaymentState::Unknown) {
            Self::Unknown
        } else if any(PaymentState::Started) || any(PaymentState::Running) {
            Self::Pending
        } else if any(PaymentState::Declined) {
            Self::Failed
        } else {
            Self::None
        }
    }
}

/// Money on its way back.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Refund {
    /// The refund's id.
    pub id: RefundId,
    /// The payment that it takes back.
    pub payment_id: PaymentId,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// How much of it is tax.
    #[serde(default)]
    pub tax_minor: i64,
    /// How far it is.
    pub status: RefundState,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it is for, where it is for lines.
    #[serde(default)]
    pub items: Vec<RefundItem>,
    /// Whether it gives back what was captured beyond the order's price.
    #[serde(default, skip_serializing)]
    pub is_surplus: bool,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Decided; the provider has not confirmed it.
    Pending,
    /// The provider sent it back.
    Succeeded,
    /// The provider refuses for good; a person has to look.
    Failed,
}

impl RefundState {
    /// Whether the money is still to be sent.
    #[must_use]
    pub fn is_open(self) -> bool {
        self == Self::Pending
    }
}

/// How somebody wants to pay.
#[derive(Clone, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"method": "card", "token": "4242424242424242"})))]
pub struct NewPayment {
    /// `card`.
    #[serde(default)]
    pub method: String,
    /// What the provider made of the card; in the sandbox a test number.
    #[serde(default)]
    pub token: String,
}

impl NewPayment {
    /// The payment with its text trimmed; errors are noted below `pointer`.
    pub fn parse(self, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let method = match self.method.trim() {
            "" | "card" => Ok("card".to_owned()),
            _ => Err("must be card"),
        };
        let method = FieldError::collect(errors, &format!("{pointer}/method"), method);
        // People type card numbers in groups.
        let token: String = self
            .token
            .chars()
            .filter(|it| !it.is_whitespace())
            .collect();
        let token = FieldError::collect(
            errors,
            &format!("{pointer}/token"),
            Text::required(&token, 200),
        );
        Some(Self {
            method: method?,
            token: token?,
        })
    }
}

impl std::fmt::Debug for NewPayment {
    // The token is as good as money: it stays out of every log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPayment")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
