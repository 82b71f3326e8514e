//! Prices and stock, as a shop says them.

use orders::{Availability, Money, Product, ProductKind};

/// What a product costs; `from` when its variants or seats differ.
pub(crate) fn price_words(product: &Product) -> String {
    match product.price_from() {
        Some((lowest, differs)) => {
            let price = Money::new(lowest, product.currency);
            if differs {
                format!("from {price}")
            } else {
                price.to_string()
            }
        }
        None => String::new(),
    }
}

/// How much is left, and the word that the style sheet knows it by.
pub(crate) fn stock_words(kind: ProductKind, left: Availability) -> (String, Option<&'static str>) {
    match (left, kind) {
        (Availability::SoldOut, _) => ("Sold out".to_owned(), Some("out")),
        (Availability::Few(1), ProductKind::Goods) => ("Last one".to_owned(), Some("low")),
        (Availability::Few(1), ProductKind::Event) => ("Last seat".to_owned(), Some("low")),
        (Availability::Few(left), ProductKind::Goods) => (format!("{left} left"), Some("low")),
        (Availability::Few(left), ProductKind::Event) => {
            (format!("{left} seats left"), Some("low"))
        }
        (Availability::InStock, ProductKind::Goods) => ("In stock".to_owned(), None),
        (Availability::InStock, ProductKind::Event) => ("Seats left".to_owned(), None),
    }
}
