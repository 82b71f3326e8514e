//! What an order costs, and why. Pure: the shop shows the same figures that the engine charges.

use iso_currency::Currency;

use super::{Explanation, FieldError, Refusal};

/// A storefront's tax: a rate, on top of its prices or contained in them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TaxRate {
    /// Hundredths of a percent: 1,000 is 10 %.
    pub basis_points: i32,
    /// Whether prices contain the tax already.
    pub included: bool,
}

/// One line to be priced.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item {
    /// How many.
    pub quantity: u32,
    /// The catalogue's price for one, in minor units.
    pub unit_price_minor: i64,
}

/// A line's share of the order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PricedLine {
    /// Quantity times unit price.
    pub total_minor: i64,
    /// The line's share of the order's tax.
    pub tax_minor: i64,
}

/// An order's price, with its working.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pricing {
    /// What everything is counted in.
    pub currency: Currency,
    /// One for each item, in the items' order.
    pub lines: Vec<PricedLine>,
    /// Sum of the lines.
    pub subtotal_minor: i64,
    /// What a discount takes off.
    pub discount_minor: i64,
    /// Delivery.
    pub shipping_minor: i64,
    /// Tax on top of the prices or contained in them.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
    /// Why the total is what it is; the amounts add up to it.
    pub explanation: Vec<Explanation>,
}

/// Prices `items`.
///
/// # Errors
/// [`Refusal::Invalid`] when the sum is larger than an amount can be.
pub fn price(items: &[Item], tax: TaxRate, currency: Currency) -> Result<Pricing, Refusal> {
    let totals: Vec<i64> = items
        .iter()
        .map(|item| item.unit_price_minor.checked_mul(i64::from(item.quantity)))
        .collect::<Option<_>>()
        .ok_or_else(too_large)?;
    let subtotal_minor = totals
        .iter()
        .try_fold(0_i64, |sum, total| sum.checked_add(*total))
        .ok_or_else(too_large)?;
    let tax_minor = tax_of(subtotal_minor, tax).ok_or_else(too_large)?;
    let total_minor = if tax.included {
        Some(subtotal_minor)
    } else {
        subtotal_minor.checked_add(tax_minor)
    }
    .ok_or_else(too_large)?;
    let lines = totals
        .iter()
        .zip(split(tax_minor, &totals))
        .map(|(total_minor, tax_minor)| PricedLine {
            total_minor: *total_minor,
            tax_minor,
        })
        .collect();
    let mut pricing = Pricing {
        currency,
        lines,
        subtotal_minor,
        discount_minor: 0,
        shipping_minor: 0,
        tax_minor,
        total_minor,
        explanation: Vec::new(),
    };
    pricing.explanation = explain(&pricing, items, tax);
    Ok(pricing)
}

/// The tax on `amount_minor`, rounded half up. The one place where an amount is rounded.
fn tax_of(amount_minor: i64, tax: TaxRate) -> Option<i64> {
    let rate = i128::from(tax.basis_points);
    let (numerator, denominator) = (
        i128::from(amount_minor) * rate,
        if tax.included { 10_000 + rate } else { 10_000 },
    );
    i64::try_from((2 * numerator + denominator).div_euclid(2 * denominator)).ok()
}

/// Splits `amount` in proportion to `weights`, to the last minor unit: by largest remainder, ties to the first.
/// Without any weight everything goes to the first.
#[must_use]
pub fn split(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|it| i128::from(*it)).sum();
    if whole == 0 {
        return weights
            .iter()
            .enumerate()
            .map(|(index, _)| if index == 0 { amount } else { 0 })
            .collect();
    }
    let share = |weight: i64| i128::from(amount) * i128::from(weight);
    // A share is never larger than the amount, so it fits.
    let mut parts: Vec<i64> = weights
        .iter()
        .map(|it| i64::try_from(share(*it).div_euclid(whole)).unwrap_or(amount))
        .collect();
    let missing = amount - parts.iter().sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|index| std::cmp::Reverse(share(weights[*index]).rem_euclid(whole)));
    for index in by_remainder
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        parts[index] += 1;
    }
    parts
}

fn explain(pricing: &Pricing, items: &[Item], tax: TaxRate) -> Vec<Explanation> {
    let count: u64 = items.iter().map(|item| u64::from(item.quantity)).sum();
    let goods = if count == 1 {
        "1 item".to_owned()
    } else {
        format!("{count} items")
    };
    let percent = percent(tax.basis_points);
    let tax_line = if tax.included {
        Explanation::new(
            "Tax",
            0,
            format!(
                "{percent} tax is contained in the prices: {} minor units",
                pricing.tax_minor
            ),
        )
    } else {
        Explanation::new(
            "Tax",
            pricing.tax_minor,
            format!("{percent} of the items, rounded half up once for the order"),
        )
    };
    vec![
        Explanation::new(
            "Items",
            pricing.subtotal_minor,
            format!("{goods} at catalogue prices"),
        ),
        Explanation::new(
            "Delivery",
            pricing.shipping_minor,
            "Free delivery".to_owned(),
        ),
        tax_line,
    ]
}

/// `10 %`, `7.25 %`.
fn percent(basis_points: i32) -> String {
    let (whole, hundredths) = (basis_points / 100, basis_points % 100);
    match (hundredths, hundredths % 10) {
        (0, _) => format!("{whole} %"),
        (_, 0) => format!("{whole}.{} %", hundredths / 10),
        _ => format!("{whole}.{hundredths:02} %"),
    }
}

fn too_large() -> Refusal {
    Refusal::Invalid(vec![FieldError::new(
        "/items",
        "come to more than an amount of money can be",
    )])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ON_TOP: TaxRate = TaxRate {
        basis_points: 1_000,
        included: false,
    };

    #[test]
    fn tax_on_top_is_rounded_half_up_once_for_the_order() {
        let items = [
            Item {
                quantity: 3,
                unit_price_minor: 335,
            },
            Item {
                quantity: 1,
                unit_price_minor: 40,
            },
        ];

        let pricing = price(&items, ON_TOP, Currency::USD).unwrap();

        assert_eq!(
            (
                pricing.subtotal_minor,
                pricing.tax_minor,
                pricing.total_minor
            ),
            (1045, 105, 1150)
        );
        assert_eq!(
            pricing.lines[0],
            PricedLine {
                total_minor: 1005,
                tax_minor: 101
            }
        );
        assert_eq!(
            pricing.lines[1],
            PricedLine {
                total_minor: 40,
                tax_minor: 4
            }
        );
    }

    #[test]
    fn included_tax_does_not_change_the_total() {
        let items = [Item {
            quantity: 1,
            unit_price_minor: 11_900,
        }];

        let pricing = price(
            &items,
            TaxRate {
                basis_points: 1_900,
                included: true,
            },
            Currency::EUR,
        )
        .unwrap();

        assert_eq!((pricing.tax_minor, pricing.total_minor), (1_900, 11_900));
    }

    #[test]
    fn a_sum_beyond_every_amount_is_refused() {
        let items = [Item {
            quantity: u32::MAX,
            unit_price_minor: i64::MAX,
        }];

        assert!(price(&items, ON_TOP, Currency::USD).is_err());
        assert!(
            price(
                &[Item {
                    quantity: 1,
                    unit_price_minor: i64::MAX
                }],
                ON_TOP,
                Currency::USD
            )
            .is_err()
        );
    }

    #[test]
    fn rates_read_as_people_write_them() {
        assert_eq!(
            [1_000, 725, 750, 0].map(percent),
            ["10 %", "7.25 %", "7.5 %", "0 %"]
        );
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(
            items in prop::collection::vec((1_u32..1_000, 0_i64..10_000_000), 1..20),
            basis_points in 0..10_000_i32,
            included: bool,
        ) {
            let items: Vec<_> = items.into_iter().map(|(quantity, unit_price_minor)| Item { quantity, unit_price_minor }).collect();

            let pricing = price(&items, TaxRate { basis_points, included }, Currency::USD).unwrap();

            prop_assert_eq!(pricing.lines.iter().map(|it| it.total_minor).sum::<i64>(), pricing.subtotal_minor);
            prop_assert_eq!(pricing.lines.iter().map(|it| it.tax_minor).sum::<i64>(), pricing.tax_minor);
            prop_assert_eq!(pricing.explanation.iter().map(|it| it.amount_minor).sum::<i64>(), pricing.total_minor);
            prop_assert!(pricing.lines.iter().all(|it| it.tax_minor >= 0));
        }

        #[test]
        fn a_split_loses_nothing_and_is_fair(amount in 0_i64..i64::MAX, weights in prop::collection::vec(0_i64..i64::MAX / 64, 1..30)) {
            let parts = split(amount, &weights);

            prop_assert_eq!(parts.iter().map(|it| i128::from(*it)).sum::<i128>(), i128::from(amount));
            let whole: i128 = weights.iter().map(|it| i128::from(*it)).sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| whole > 0) {
                let exact = i128::from(amount) * i128::from(*weight) / whole;
                prop_assert!((i128::from(*part) - exact).abs() <= 1);
            }
        }
    }
}
