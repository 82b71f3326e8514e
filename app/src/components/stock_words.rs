//! Prices and stock, as a shop says them.

use orders::{Availability, Money, Product, ProductKind};

use crate::words::{amount, say};

/// What a product costs; `from` when its variants or seats differ.
pub(crate) fn price_words(product: &Product) -> String {
    match product.price_from() {
        Some((lowest, differs)) => {
            let price = amount(Money::new(lowest, product.currency));
            if differs {
                say(format!("from {price}"), format!("ab {price}"))
            } else {
                price
            }
        }
        None => String::new(),
    }
}

/// How much is left, and the word that the style sheet knows it by.
pub(crate) fn stock_words(kind: ProductKind, left: Availability) -> (String, Option<&'static str>) {
    match (left, kind) {
        (Availability::SoldOut, _) => (say("Sold out", "Ausverkauft").to_owned(), Some("out")),
        (Availability::Few(1), ProductKind::Goods) => {
            (say("Last one", "Letztes Stück").to_owned(), Some("low"))
        }
        (Availability::Few(1), ProductKind::Event) => {
            (say("Last seat", "Letzter Platz").to_owned(), Some("low"))
        }
        (Availability::Few(left), ProductKind::Goods) => (
            say(format!("{left} left"), format!("Noch {left} Stück")),
            Some("low"),
        ),
        (Availability::Few(left), ProductKind::Event) => (
            say(
                format!("{left} seats left"),
                format!("Noch {left} Plätze frei"),
            ),
            Some("low"),
        ),
        (Availability::InStock, ProductKind::Goods) => {
            (say("In stock", "Auf Lager").to_owned(), None)
        }
        (Availability::InStock, ProductKind::Event) => {
            (say("Seats left", "Plätze frei").to_owned(), None)
        }
    }
}
