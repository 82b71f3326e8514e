//! Who takes the money. Every call carries a key that makes a repeat harmless.

mod http;
mod sandbox;

use uuid::Uuid;

pub use http::PaymentService;
pub use sandbox::Sandbox;

use crate::domain::{Currency, OrderId};

/// A payment provider.
#[derive(Clone)]
pub enum Provider {
    /// None is configured: paying by card is not available.
    Nobody,
    /// Test cards only; no money moves.
    Sandbox(Sandbox),
    /// A payment service, over HTTP.
    Http(PaymentService),
}

/// What a provider is asked to take.
pub struct Charge<'a> {
    /// Makes a repeat harmless.
    pub key: Uuid,
    /// For which order.
    pub order: OrderId,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// What the amount is counted in.
    pub currency: Currency,
    /// How the buyer pays.
    pub method: &'a str,
    /// What the provider made of the card; `None` when it collects the money in its own way.
    pub token: Option<&'a str>,
    /// The request on whose behalf this happens.
    pub request_id: &'a str,
}

/// What a provider is asked to send back.
pub struct Refunding<'a> {
    /// Makes a repeat harmless.
    pub key: Uuid,
    /// Our key of the charge.
    pub charge: Uuid,
    /// What the provider calls the charge.
    pub charge_ref: Option<&'a str>,
    /// How much the charge took, in minor units.
    pub charged_minor: i64,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// The request on whose behalf this happens.
    pub request_id: &'a str,
}

/// What a provider says of a charge.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChargeAnswer {
    /// It has the money.
    Captured {
        /// What it calls the charge.
        provider_ref: String,
        /// How much it took, in minor units.
        amount_minor: i64,
    },
    /// It refused.
    Declined {
        /// What it calls the charge.
        provider_ref: String,
    },
    /// It works on it.
    Running,
    /// It has never heard of it. That is not a refusal: the request may still be on its way.
    NotFound,
    /// It did not answer: it may have the money or not.
    Unknown,
}

/// What a provider says of a refund.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RefundAnswer {
    /// The money is on its way back.
    Sent {
        /// What it calls the refund.
        provider_ref: String,
    },
    /// It refuses for good.
    Refused,
    /// It did not answer.
    Unknown,
}

/// The name of the payment service, as payments keep it.
pub(crate) const SERVICE: &str = "service";

impl Provider {
    /// Its name, as payments keep it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Sandbox(_) => "sandbox",
            Self::Http(_) => SERVICE,
        }
    }

    /// Whether cards can be paid with at all.
    #[must_use]
    pub fn takes_cards(&self) -> bool {
        !matches!(self, Self::Nobody)
    }

    /// Whether it collects money from buyers by itself, and tells what became of it.
    #[must_use]
    pub fn collects(&self) -> bool {
        matches!(self, Self::Http(_))
    }

    /// Whether its cards are test numbers.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        matches!(self, Self::Sandbox(_))
    }

    /// Takes the money. The same key again is the same charge. Nothing is taken without asking anybody: no provider takes a
    /// charge of nothing.
    pub async fn charge(&self, charge: &Charge<'_>) -> ChargeAnswer {
        match self {
            _ if charge.amount_minor == 0 => ChargeAnswer::Captured {
                provider_ref: format!("nothing-{}", charge.key),
                amount_minor: 0,
            },
            Self::Nobody => ChargeAnswer::Unknown,
            Self::Sandbox(sandbox) => sandbox.charge(charge).await.unwrap_or_else(|error| {
                tracing::warn!(?error, "The sandbox did not answer");
                ChargeAnswer::Unknown
            }),
            Self::Http(service) => service.charge(charge).await,
        }
    }

    /// Asks what became of a charge.
    pub async fn ask(&self, key: Uuid, request_id: &str) -> ChargeAnswer {
        match self {
            Self::Nobody => ChargeAnswer::Unknown,
            Self::Sandbox(sandbox) => sandbox.ask(key).await.unwrap_or_else(|error| {
                tracing::warn!(?error, "The sandbox did not answer");
                ChargeAnswer::Unknown
            }),
            Self::Http(service) => service.ask(key, request_id).await,
        }
    }

    /// Sends money back. The same key again is the same refund.
    pub async fn refund(&self, refund: &Refunding<'_>) -> RefundAnswer {
        match self {
            Self::Nobody => RefundAnswer::Unknown,
            Self::Sandbox(sandbox) => sandbox.refund(refund).await.unwrap_or_else(|error| {
                tracing::warn!(?error, "The sandbox did not answer");
                RefundAnswer::Unknown
            }),
            Self::Http(service) => service.refund(refund).await,
        }
    }
}
