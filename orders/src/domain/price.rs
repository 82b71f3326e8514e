//! What things cost where.

use serde::{Deserialize, Serialize};

use super::{Currency, FieldError, Text};

/// More prices than anybody changes at once.
const MOST_PRICES: usize = 1_000;

/// What a SKU costs at a storefront.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Price {
    /// Where.
    pub storefront: String,
    /// What.
    pub sku: String,
    /// The product's name, with the variant's or the seat's.
    pub title: String,
    /// What the price is in (ISO 4217).
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub currency: Currency,
    /// The price of one, in minor units; absent where it is not sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<i64>,
    /// Whether it was set for this storefront. Otherwise it is the default storefront's, if that counts in the same
    /// currency.
    pub is_own: bool,
}

/// A price to be set, or taken away.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PriceChange {
    /// Where.
    pub storefront: String,
    /// What.
    pub sku: String,
    /// The price of one, in minor units; `None` for none of its own.
    pub price_minor: Option<i64>,
}

impl PriceChange {
    /// # Errors
    /// Every field of `changes` that cannot be used, and what is named twice.
    pub fn check(changes: &[Self]) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if changes.len() > MOST_PRICES {
            errors.push(FieldError::new("/prices", "are too many at once"));
        }
        let mut seen = std::collections::HashSet::new();
        for (index, change) in changes.iter().enumerate() {
            let mut refuse = |field: &str, detail: &str| {
                let pointer = format!("/prices/{index}/{field}");
                errors.push(FieldError::new(pointer, detail));
            };
            if let Err(detail) = Text::required(&change.sku, 100) {
                refuse("sku", detail);
            }
            if !seen.insert((&change.storefront, change.sku.trim())) {
                refuse("sku", "is named twice");
            }
            if change.price_minor.is_some_and(|it| it < 0) {
                refuse("price_minor", "must not be negative");
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_that_cannot_be_are_named_by_their_place() {
        let change = |storefront: &str, sku: &str, price_minor| PriceChange {
            storefront: storefront.to_owned(),
            sku: sku.to_owned(),
            price_minor,
        };
        let changes = [
            change("eu", "MUG", Some(0)),
            change("jp", "MUG", None),
            change("eu", " MUG", Some(-1)),
            change("eu", " ", Some(1)),
        ];

        let errors = PriceChange::check(&changes).unwrap_err();

        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            ["/prices/2/sku", "/prices/2/price_minor", "/prices/3/sku"]
        );
        assert_eq!(PriceChange::check(&changes[..2]), Ok(()));
    }
}
