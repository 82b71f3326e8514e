//! What the prices of a storefront contain, and what comes on top of them.

use orders::Storefront;

use crate::words::say;

/// What stands beside a price; nothing where it is all there is to pay.
pub(crate) fn price_note(storefront: &Storefront, adds_delivery: bool) -> Option<&'static str> {
    let rates = &storefront.tax_rates;
    let is_taxed = storefront.tax_basis_points > 0 || rates.values().any(|it| *it > 0);
    let tax = is_taxed.then_some(storefront.prices_include_tax);
    let words = match (tax, adds_delivery) {
        (Some(true), true) => say("Tax included, plus delivery", "inkl. MwSt., zzgl. Versand"),
        (Some(true), false) => say("Tax included", "inkl. MwSt."),
        (Some(false), true) => say("Plus tax and delivery", "zzgl. MwSt. und Versand"),
        (Some(false), false) => say("Plus tax", "zzgl. MwSt."),
        (None, true) => say("Plus delivery", "zzgl. Versand"),
        (None, false) => return None,
    };
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shop;

    #[test]
    fn a_price_says_what_it_contains_and_what_comes_on_top() {
        let note = |basis_points, included, adds_delivery| {
            let storefront = Storefront {
                tax_basis_points: basis_points,
                prices_include_tax: included,
                ..Shop::default().storefront
            };
            price_note(&storefront, adds_delivery)
        };

        assert_eq!(note(1_900, true, true), Some("Tax included, plus delivery"));
        assert_eq!(note(1_900, true, false), Some("Tax included"));
        assert_eq!(note(1_000, false, true), Some("Plus tax and delivery"));
        assert_eq!(note(1_000, false, false), Some("Plus tax"));
        assert_eq!(note(0, true, true), Some("Plus delivery"));
        assert_eq!(note(0, false, false), None);
    }
}
