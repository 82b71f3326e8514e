//! Who takes the money. Every call carries a key that makes a repeat harmless.

mod sandbox;

use uuid::Uuid;

pub use sandbox::Sandbox;

/// A payment provider.
#[derive(Clone)]
pub enum Provider {
    /// None is configured: paying by card is not available.
    Nobody,
    /// Test cards only; no money moves.
    Sandbox(Sandbox),
}

/// What a provider is asked to take.
pub struct Charge<'a> {
    /// Makes a repeat harmless.
    pub key: Uuid,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// What the provider made of the card.
    pub token: &'a str,
}

/// What a provider says of a charge.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChargeAnswer {
    /// It has the money.
    Captured {
        /// What it calls the charge.
        provider_ref: String,
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

impl Provider {
    /// Its name, as payments keep it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Sandbox(_) => "sandbox",
        }
    }

    /// Whether cards can be paid with at all.
    #[must_use]
    pub fn takes_cards(&self) -> bool {
        !matches!(self, Self::Nobody)
    }

    /// Whether its cards are test numbers.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        matches!(self, Self::Sandbox(_))
    }

    /// Takes the money. The same key again is the same charge.
    pub async fn charge(&self, charge: &Charge<'_>) -> ChargeAnswer {
        match self {
            Self::Nobody => ChargeAnswer::Unknown,
            Self::Sandbox(sandbox) => sandbox.charge(charge).await.unwrap_or_else(|error| {
                tracing::warn!(?error, "The sandbox did not answer");
                ChargeAnswer::Unknown
            }),
        }
    }

    /// Asks what became of a charge.
    pub async fn ask(&self, key: Uuid) -> ChargeAnswer {
        match self {
            Self::Nobody => ChargeAnswer::Unknown,
            Self::Sandbox(sandbox) => sandbox.ask(key).await.unwrap_or_else(|error| {
                tracing::warn!(?error, "The sandbox did not answer");
                ChargeAnswer::Unknown
            }),
        }
    }

    /// Sends money back. The same key again is the same refund.
    pub async fn refund(&self, key: Uuid, charge: Uuid, amount_minor: i64) -> RefundAnswer {
        match self {
            Self::Nobody => RefundAnswer::Unknown,
            Self::Sandbox(sandbox) => sandbox
                .refund(key, charge, amount_minor)
                .await
                .unwrap_or_else(|error| {
                    tracing::warn!(?error, "The sandbox did not answer");
                    RefundAnswer::Unknown
                }),
        }
    }
}
