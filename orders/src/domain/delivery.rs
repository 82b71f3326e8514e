//! How parcels travel, and what that costs.

use serde::{Deserialize, Serialize};

/// A way of delivery that a storefront offers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeliveryMethod {
    /// What orders name it by.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What it costs.
    pub price: DeliveryPrice,
    /// From this value of goods on, discounts taken off, it costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_from_minor: Option<i64>,
    /// How many days it takes, at least.
    pub days_least: u16,
    /// How many days it takes, at most.
    pub days_most: u16,
}

/// What a way of delivery costs, in minor units.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryPrice {
    /// The same for every parcel.
    Flat(i64),
    /// By what the goods weigh, lightest step first; beyond the last it does not carry them.
    ByWeight(Vec<WeightStep>),
}

/// A price up to a weight.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WeightStep {
    /// Up to and including this many grams.
    pub up_to_grams: i64,
    /// What it costs, in minor units.
    pub price_minor: i64,
}

/// Why a way of delivery costs what it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DeliveryReason {
    /// One price for every parcel.
    Flat,
    /// By weight, up to this many grams.
    UpTo(i64),
    /// The goods are worth this much or more.
    FreeFrom(i64),
}

impl DeliveryMethod {
    /// What it costs for goods worth `goods_minor` that weigh `grams`, and why; `None` where it does not carry as much.
    #[must_use]
    pub fn quote(&self, goods_minor: i64, grams: i64) -> Option<(i64, DeliveryReason)> {
        let (price_minor, reason) = match &self.price {
            DeliveryPrice::Flat(price_minor) => (*price_minor, DeliveryReason::Flat),
            DeliveryPrice::ByWeight(steps) => {
                let step = steps.iter().find(|it| grams <= it.up_to_grams)?;
                (step.price_minor, DeliveryReason::UpTo(step.up_to_grams))
            }
        };
        match self.free_from_minor {
            Some(from) if goods_minor >= from => Some((0, DeliveryReason::FreeFrom(from))),
            _ => Some((price_minor, reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_by_weight_holds_up_to_its_step_and_ends_with_the_last() {
        let method = DeliveryMethod {
            code: "post".to_owned(),
            name: "Post".to_owned(),
            price: DeliveryPrice::ByWeight(vec![
                WeightStep {
                    up_to_grams: 1_000,
                    price_minor: 800,
                },
                WeightStep {
                    up_to_grams: 5_000,
                    price_minor: 1_400,
                },
            ]),
            free_from_minor: Some(10_000),
            days_least: 2,
            days_most: 4,
        };

        assert_eq!(
            method.quote(500, 1_000),
            Some((800, DeliveryReason::UpTo(1_000)))
        );
        assert_eq!(
            method.quote(500, 1_001),
            Some((1_400, DeliveryReason::UpTo(5_000)))
        );
        assert_eq!(method.quote(500, 5_001), None);
        assert_eq!(
            method.quote(10_000, 5_000),
            Some((0, DeliveryReason::FreeFrom(10_000)))
        );
        assert_eq!(method.quote(10_000, 5_001), None);
    }
}
