//! What a page or a form learns when something was not done.

use leptos::{
    prelude::*,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use orders::Refusal;
use serde::{Deserialize, Serialize};

/// Why something was not done, as it travels to the browser. Never says how we work inside.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// The domain says no.
    #[error(transparent)]
    Refused(Refusal),
    /// A part that we need is away: later it works.
    #[error("this is not available right now; please try again in a moment")]
    Unavailable,
    /// Our fault. The cause is in the log.
    #[error("something broke on our side")]
    Internal,
    /// The request was not of the shape that we read.
    #[error("the request could not be read")]
    Malformed,
}

impl AppError {
    /// A stable word for programs, and for the address of a page that shows the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
            Self::Malformed => "malformed",
        }
    }

    /// The HTTP status: the one table for pages, server functions and the JSON API.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => match refusal {
                Refusal::SignInNeeded | Refusal::WrongCredentials => 401,
                Refusal::Declined { .. } => 402,
                Refusal::Forbidden => 403,
                Refusal::NotFound(_) => 404,
                Refusal::NotAllowed(_)
                | Refusal::OutOfStock(_)
                | Refusal::TotalChanged { .. }
                | Refusal::CodeUsedUp(_)
                | Refusal::Stale { .. }
                | Refusal::KeyInFlight
                | Refusal::NothingToRefund
                | Refusal::ReturnDecided { .. }
                | Refusal::PaymentRunning
                | Refusal::EmailTaken
                | Refusal::Exists(_)
                | Refusal::Reserved { .. }
                | Refusal::CheckedIn { .. } => 409,
                Refusal::TooOften { .. } => 429,
                Refusal::Invalid(_) | Refusal::KeyReused | Refusal::PaymentUnavailable => 422,
            },
            Self::Unavailable => 503,
            Self::Internal => 500,
            Self::Malformed => 400,
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<orders::OrderError> for AppError {
    fn from(error: orders::OrderError) -> Self {
        match error {
            orders::OrderError::Refused(refusal) => Self::Refused(refusal),
            error if error.is_unavailable() => {
                tracing::warn!(?error, "The database is out of reach");
                Self::Unavailable
            }
            error => {
                tracing::error!(?error, "A use case failed");
                Self::Internal
            }
        }
    }
}
