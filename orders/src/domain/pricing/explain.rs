//! The working of a price, in words.

use super::{Basket, Charge, Pricing, RateTax};
use crate::domain::{
    DeliveryReason, Discount, DiscountKind, Explanation, ExplanationKind, Language, Money, Percent,
};

/// The steps to the total; their amounts add up to it.
pub(super) fn explain(
    pricing: &Pricing,
    basket: &Basket<'_>,
    charge: Charge,
    rates: &[RateTax],
) -> Vec<Explanation> {
    let words = Words {
        language: basket.terms.language,
        basket,
    };
    let step = Explanation::new;
    let mut steps = vec![step(
        ExplanationKind::Items,
        words.either("Items", "Artikel"),
        pricing.subtotal_minor,
        words.items(),
    )];
    if let Some(discount) = basket.discount {
        steps.push(step(
            ExplanationKind::Discount,
            words.either("Discount", "Rabatt"),
            -pricing.discount_minor,
            words.discount(discount),
        ));
    }
    // Of tickets nobody expects a word about delivery.
    if charge != Charge::NothingToSend {
        steps.push(step(
            ExplanationKind::Delivery,
            words.either("Delivery", "Versand"),
            charge.minor(),
            words.charge(charge),
        ));
    }
    // A rate that nothing was paid for says nothing, unless it is the only one.
    let told = |it: &&RateTax| it.base_minor > 0 || rates.len() == 1;
    for rate in rates.iter().filter(told) {
        steps.push(words.tax(rate, rates.len() > 1));
    }
    steps
}

struct Words<'a> {
    language: Language,
    basket: &'a Basket<'a>,
}

impl Words<'_> {
    fn either(&self, english: &'static str, german: &'static str) -> &'static str {
        self.language.either(english, german)
    }

    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.basket.terms.currency).written_in(self.language)
    }

    fn items(&self) -> String {
        let count: u64 = (self.basket.items.iter())
            .map(|item| u64::from(item.quantity))
            .sum();
        match (self.language, count) {
            (Language::En, 1) => "1 item at the shop's price".to_owned(),
            (Language::En, _) => format!("{count} items at the shop's prices"),
            (Language::De, _) => format!("{count} Artikel zum Preis des Shops"),
        }
    }

    fn discount(&self, discount: &Discount) -> String {
        let code = &discount.code;
        match (discount.kind, self.language) {
            (DiscountKind::Percent(basis_points), language) => {
                let percent = Percent(basis_points).written_in(language);
                match language {
                    Language::En => {
                        format!("Code {code}: {percent} off the items, rounded half up")
                    }
                    Language::De => {
                        format!("Code {code}: {percent} auf die Artikel, kaufmännisch gerundet")
                    }
                }
            }
            (DiscountKind::Amount(minor), Language::En) => {
                format!("Code {code}: {} off the items", self.money(minor))
            }
            (DiscountKind::Amount(minor), Language::De) => {
                format!("Code {code}: {} auf die Artikel", self.money(minor))
            }
            (DiscountKind::FreeDelivery, Language::En) => format!("Code {code}: free delivery"),
            (DiscountKind::FreeDelivery, Language::De) => format!("Code {code}: versandkostenfrei"),
        }
    }

    fn charge(&self, charge: Charge) -> String {
        match charge {
            Charge::NothingToSend => String::new(),
            Charge::Free => self
                .either("Free delivery", "Kostenloser Versand")
                .to_owned(),
            Charge::Discounted => self
                .either("Free with the code", "Kostenlos mit dem Code")
                .to_owned(),
            Charge::Quoted(minor, reason) => {
                let name = self.basket.delivery.map_or("", |it| it.name.as_str());
                format!("{name}: {}", self.delivery_reason(minor, reason))
            }
        }
    }

    fn delivery_reason(&self, minor: i64, reason: DeliveryReason) -> String {
        match (reason, self.language) {
            (DeliveryReason::Flat, _) if minor == 0 => self.either("free", "kostenlos").to_owned(),
            (DeliveryReason::Flat, _) => self
                .either("one price for every parcel", "ein Preis für jedes Paket")
                .to_owned(),
            (DeliveryReason::UpTo(grams), Language::En) => {
                format!("parcels up to {}", weight(grams, '.'))
            }
            (DeliveryReason::UpTo(grams), Language::De) => {
                format!("Pakete bis {}", weight(grams, ','))
            }
            (DeliveryReason::FreeFrom(from), Language::En) => {
                format!("free from {} on", self.money(from))
            }
            (DeliveryReason::FreeFrom(from), Language::De) => {
                format!("kostenlos ab {}", self.money(from))
            }
        }
    }

    fn tax(&self, rate: &RateTax, is_one_of_several: bool) -> Explanation {
        let percent = Percent(rate.basis_points).written_in(self.language);
        let base = self.money(rate.base_minor);
        let tax = self.money(rate.tax_minor);
        if self.basket.terms.tax_included {
            let rate = if is_one_of_several {
                format!(" ({percent})")
            } else {
                String::new()
            };
            let (label, rule) = match self.language {
                Language::En => (
                    format!("Includes {tax} tax{rate}"),
                    format!("{percent} is contained in {base}, rounded half up"),
                ),
                Language::De => (
                    format!("Enthält {tax} MwSt.{rate}"),
                    format!("{percent} sind in {base} enthalten, kaufmännisch gerundet"),
                ),
            };
            return Explanation::new(ExplanationKind::TaxIncluded, &label, 0, rule);
        }
        let name = self.either("Tax", "MwSt.");
        let label = if is_one_of_several {
            format!("{name} {percent}")
        } else {
            name.to_owned()
        };
        let rule = match self.language {
            Language::En => format!("{percent} of {base}, rounded half up"),
            Language::De => format!("{percent} von {base}, kaufmännisch gerundet"),
        };
        Explanation::new(ExplanationKind::Tax, &label, rate.tax_minor, rule)
    }
}

/// `800 g`, `2 kg`, `2.5 kg`.
fn weight(grams: i64, point: char) -> String {
    let (kilograms, rest) = (grams / 1_000, grams % 1_000);
    match (kilograms, rest) {
        (0, _) => format!("{grams} g"),
        (_, 0) => format!("{kilograms} kg"),
        _ => format!(
            "{kilograms}{point}{} kg",
            format!("{rest:03}").trim_end_matches('0')
        ),
    }
}
