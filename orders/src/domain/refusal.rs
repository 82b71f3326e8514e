//! Why the domain says no. A refusal is an answer for the person who asked, never a fault.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Language, NotAllowed, OrderId, ReturnState, SeatRef};

/// Why something was not done.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It does not exist, or not for this caller.
    #[error("{0} could not be found")]
    NotFound(String),
    /// Nobody in particular is calling, and this needs somebody.
    #[error("sign in, or send a key, to do this")]
    SignInNeeded,
    /// E-mail and password, key or token do not fit anybody.
    #[error("the sign-in details are not right")]
    WrongCredentials,
    /// The caller is known and may not do this.
    #[error("your role does not allow this")]
    Forbidden,
    /// The order's state does not allow it.
    #[error(transparent)]
    NotAllowed(NotAllowed),
    /// Understood, but some fields cannot be used.
    #[error("some fields need another look")]
    Invalid(Vec<FieldError>),
    /// Not enough of something is left.
    #[error("not enough in stock")]
    OutOfStock(Vec<Shortage>),
    /// The total is another one than the buyer saw. Nothing was charged.
    #[error("the total is {actual_minor}, not {expected_minor}")]
    TotalChanged {
        /// What the buyer saw, in minor units.
        expected_minor: i64,
        /// What it is now, in minor units.
        actual_minor: i64,
    },
    /// All uses of the discount code are taken; a cancelled order gives its use back.
    #[error("the code {0} has been used as often as it can be")]
    CodeUsedUp(String),
    /// Somebody else changed it first.
    #[error("somebody changed this meanwhile; it is at version {version} now")]
    Stale {
        /// The version as it is.
        version: i32,
        /// Who changed it last.
        changed_by: String,
        /// When.
        changed_at: DateTime<Utc>,
    },
    /// The idempotency key came before, with another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The idempotency key came before, and that request still runs.
    #[error("a request with this idempotency key is still running")]
    KeyInFlight,
    /// No money of the order is left to go back.
    #[error("nothing of this order is left to refund")]
    NothingToRefund,
    /// The return has been decided otherwise.
    #[error("the return is {state}")]
    ReturnDecided {
        /// How it stands.
        state: ReturnState,
    },
    /// A payment runs; nobody pays twice meanwhile.
    #[error("a payment for this order is still running")]
    PaymentRunning,
    /// The provider declined the payment.
    #[error("the payment was declined")]
    Declined {
        /// The order that was to be paid.
        order_id: OrderId,
    },
    /// No provider takes this way of paying.
    #[error("this way of paying is not available")]
    PaymentUnavailable,
    /// The address of a new customer belongs to somebody.
    #[error("there is an account with this e-mail address already")]
    EmailTaken,
    /// A product, SKU or the like exists already.
    #[error("{0} exists already")]
    Exists(String),
    /// Stock cannot go below what orders have reserved.
    #[error("{reserved} are reserved by orders, so there cannot be fewer")]
    Reserved {
        /// How many orders hold.
        reserved: i32,
    },
    /// This much was asked for already; later it works.
    #[error("that was too often; try again in {retry_after} seconds")]
    TooOften {
        /// In how many seconds.
        retry_after: u32,
    },
    /// Somebody came in with this ticket before.
    #[error("this ticket was checked in at {at}")]
    CheckedIn {
        /// When.
        at: DateTime<Utc>,
    },
}

impl Refusal {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::SignInNeeded => "sign_in_needed",
            Self::WrongCredentials => "wrong_credentials",
            Self::Forbidden => "forbidden",
            Self::NotAllowed(_) => "not_allowed",
            Self::Invalid(_) => "invalid",
            Self::OutOfStock(_) => "out_of_stock",
            Self::TotalChanged { .. } => "total_changed",
            Self::CodeUsedUp(_) => "code_used_up",
            Self::Stale { .. } => "stale",
            Self::KeyReused => "key_reused",
            Self::KeyInFlight => "key_in_flight",
            Self::NothingToRefund => "nothing_to_refund",
            Self::ReturnDecided { .. } => "return_decided",
            Self::PaymentRunning => "payment_running",
            Self::Declined { .. } => "declined",
            Self::PaymentUnavailable => "payment_unavailable",
            Self::EmailTaken => "email_taken",
            Self::Exists(_) => "exists",
            Self::Reserved { .. } => "reserved",
            Self::TooOften { .. } => "too_often",
            Self::CheckedIn { .. } => "checked_in",
        }
    }

    /// A refusal of one field.
    #[must_use]
    pub fn field(pointer: &str, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, detail)])
    }
}

impl From<NotAllowed> for Refusal {
    fn from(it: NotAllowed) -> Self {
        Self::NotAllowed(it)
    }
}

impl From<Vec<FieldError>> for Refusal {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where it is: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong, in words that follow the field's name.
    pub detail: String,
}

impl FieldError {
    /// An error at `pointer`.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }

    /// A name as a step of a JSON pointer (RFC 6901).
    #[must_use]
    pub fn step(name: &str) -> String {
        name.replace('~', "~0").replace('/', "~1")
    }

    /// The parsed value, or its error noted with the others.
    pub fn collect<T>(
        errors: &mut Vec<Self>,
        pointer: &str,
        parsed: Result<T, impl Into<String>>,
    ) -> Option<T> {
        parsed
            .map_err(|detail| errors.push(Self::new(pointer, detail)))
            .ok()
    }
}

/// Something of which too little is left.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Shortage {
    /// What.
    pub sku: String,
    /// Its name.
    pub title: String,
    /// How many were asked for.
    pub requested: u32,
    /// How many there are.
    pub available: u32,
    /// Which seat, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatRef>,
}

impl Shortage {
    /// The shortage as a person reads it.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let title = &self.title;
        match self.available {
            0 => language.either(
                format!("{title} is sold out"),
                format!("{title} ist ausverkauft"),
            ),
            left => language.either(
                format!("only {left} of {title} left"),
                format!("von {title} sind nur noch {left} da"),
            ),
        }
    }
}
