//! Discount codes: what they take off.

use serde::{Deserialize, Serialize};

use super::{Currency, Language, Money, Refusal};

/// A discount as an order is priced with it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Discount {
    /// What buyers type, in capitals.
    pub code: String,
    /// What it takes off.
    pub kind: DiscountKind,
    /// What the goods must be worth, in minor units.
    pub minimum_minor: i64,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiscountKind {
    /// A share of the goods, in hundredths of a percent.
    Percent(i32),
    /// An amount, in minor units, but never more than the goods are worth.
    Amount(i64),
    /// What delivery costs.
    FreeDelivery,
}

/// Why a code takes nothing off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub enum CodeProblem {
    /// Nobody made it, or it was taken back.
    Unknown,
    /// Another storefront's.
    Elsewhere,
    /// It cannot be used yet.
    Early,
    /// It could be used until a while ago.
    Over,
    /// All its uses are taken.
    UsedUp,
    /// It needs goods worth more, in minor units.
    Minimum(i64),
}

impl CodeProblem {
    /// The problem as a sentence about the code.
    #[must_use]
    pub fn sentence(self, code: &str, currency: Currency, language: Language) -> String {
        let why = self.written_in(currency, language);
        language.either(
            format!("The code {code} {why}."),
            format!("Der Code {code} {why}."),
        )
    }

    /// The problem, in words that follow the code.
    fn written_in(self, currency: Currency, language: Language) -> String {
        let words = match self {
            Self::Unknown => language.either("is not a code that we know", "ist uns nicht bekannt"),
            Self::Elsewhere => language.either("is for another shop", "gilt in einem anderen Shop"),
            Self::Early => language.either("cannot be used yet", "gilt noch nicht"),
            Self::Over => language.either("has run out", "ist abgelaufen"),
            Self::UsedUp => language.either(
                "has been used as often as it can be",
                "wurde so oft eingelöst, wie es möglich ist",
            ),
            Self::Minimum(minor) => {
                let minimum = Money::new(minor, currency).written_in(language);
                return language.either(
                    format!("needs goods worth {minimum} or more"),
                    format!("gilt ab einem Warenwert von {minimum}"),
                );
            }
        };
        words.to_owned()
    }

    /// The answer to whoever wanted to use the code.
    #[must_use]
    pub fn refusal(self, code: &str, currency: Currency) -> Refusal {
        match self {
            Self::UsedUp => Refusal::CodeUsedUp(code.to_owned()),
            Self::Unknown | Self::Elsewhere | Self::Early | Self::Over | Self::Minimum(_) => {
                let detail = self.written_in(currency, Language::En);
                Refusal::field("/discount_code", &detail)
            }
        }
    }
}

impl Discount {
    /// Why it takes nothing off goods of this worth.
    #[must_use]
    pub fn problem(&self, goods_minor: i64) -> Option<CodeProblem> {
        (goods_minor < self.minimum_minor).then_some(CodeProblem::Minimum(self.minimum_minor))
    }

    /// A code as buyers type it, as it is kept: without spaces around it, in capitals.
    #[must_use]
    pub fn normalize(code: &str) -> String {
        code.trim().to_uppercase()
    }
}

impl DiscountKind {
    /// What these columns of a code say: a share, an amount, or neither.
    #[must_use]
    pub fn of(basis_points: Option<i32>, amount_minor: Option<i64>) -> Self {
        match (basis_points, amount_minor) {
            (Some(basis_points), _) => Self::Percent(basis_points),
            (None, Some(minor)) => Self::Amount(minor),
            (None, None) => Self::FreeDelivery,
        }
    }

    /// Its name, its share and its amount, as columns of a code.
    #[must_use]
    pub fn columns(self) -> (&'static str, Option<i32>, Option<i64>) {
        match self {
            Self::Percent(basis_points) => ("percent", Some(basis_points), None),
            Self::Amount(minor) => ("amount", None, Some(minor)),
            Self::FreeDelivery => ("free_delivery", None, None),
        }
    }
}
