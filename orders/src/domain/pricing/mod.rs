//! What an order costs, and why. Pure: the shop shows the same figures that the engine charges.
//!
//! Goods, less the discount, plus delivery, plus tax where prices do not contain it. Tax is counted once for each rate of
//! the order, on what is paid for everything of that rate, and rounded half up there and nowhere else. Discount, delivery
//! and tax are shared out to the lines afterwards, so that each line knows what was paid for it.

mod explain;
mod shares;
mod split;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod worked_examples;

use iso_currency::Currency;

use self::shares::Shares;
use super::{
    DeliveryMethod, DeliveryReason, Discount, DiscountKind, Explanation, FieldError, Language,
    Refusal,
};
pub use split::split;

/// How a storefront counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Terms {
    /// What it counts in.
    pub currency: Currency,
    /// Whether its prices contain the tax already.
    pub tax_included: bool,
    /// Whether delivery is taxed: at the rates of the goods that it brings, in proportion.
    pub delivery_taxed: bool,
    /// What the explanation is written in.
    pub language: Language,
}

/// One line to be priced.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item {
    /// How many.
    pub quantity: u32,
    /// The storefront's price for one, in minor units.
    pub unit_price_minor: i64,
    /// Its tax in hundredths of a percent: 1,000 is 10 %.
    pub tax_basis_points: i32,
    /// Whether a parcel carries it.
    pub ships: bool,
    /// What one of it weighs.
    pub grams: i32,
}

/// Everything that decides about a price.
#[derive(Clone, Copy, Debug)]
pub struct Basket<'a> {
    /// What is bought.
    pub items: &'a [Item],
    /// How the storefront counts.
    pub terms: Terms,
    /// How parcels travel; `None` where a storefront has no ways of delivery, which costs nothing.
    pub delivery: Option<&'a DeliveryMethod>,
    /// The discount that was asked for.
    pub discount: Option<&'a Discount>,
}

/// A line's share of the order.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PricedLine {
    /// Quantity times unit price.
    pub total_minor: i64,
    /// The line's share of the discount.
    pub discount_minor: i64,
    /// The line's share of delivery.
    pub shipping_minor: i64,
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
    /// What the discount takes off the goods.
    pub discount_minor: i64,
    /// What delivery costs, once a discount has made it free.
    pub shipping_minor: i64,
    /// Tax on top of the prices or contained in them.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
    /// Why the total is what it is; the amounts add up to it.
    pub explanation: Vec<Explanation>,
}

/// What delivery costs, and why.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Charge {
    /// Nothing of the order travels.
    NothingToSend,
    /// The storefront has no ways of delivery.
    Free,
    /// A discount pays for it.
    Discounted,
    /// What the way of delivery costs.
    Quoted(i64, DeliveryReason),
}

/// The tax of everything of one rate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct RateTax {
    basis_points: i32,
    /// What is paid for it; with the tax in it where prices contain it.
    base_minor: i64,
    tax_minor: i64,
}

/// Prices `basket`.
///
/// # Errors
/// [`Refusal::Invalid`] when the sum is larger than an amount can be, the goods are worth less than the discount needs,
/// or the way of delivery does not carry as much.
pub fn price(basket: &Basket<'_>) -> Result<Pricing, Refusal> {
    let Basket { items, terms, .. } = *basket;
    let totals = (items.iter().map(line_total))
        .collect::<Option<Vec<i64>>>()
        .ok_or_else(too_large)?;
    let subtotal_minor = sum(&totals).ok_or_else(too_large)?;
    let discount_minor = discount_of(subtotal_minor, basket)?;
    let charge = charge_of(subtotal_minor - discount_minor, basket)?;
    let shipping_minor = charge.minor();
    let shares = Shares::of(items, &totals, discount_minor, shipping_minor);
    let rates = shares
        .bases(terms.delivery_taxed)
        .map(|(basis_points, base)| {
            let base_minor = i64::try_from(base).ok()?;
            let tax_minor = tax_of(base_minor, basis_points, terms.tax_included)?;
            Some(RateTax {
                basis_points,
                base_minor,
                tax_minor,
            })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(too_large)?;
    let taxes: Vec<i64> = rates.iter().map(|it| it.tax_minor).collect();
    let tax_minor = sum(&taxes).ok_or_else(too_large)?;
    let on_top = if terms.tax_included { 0 } else { tax_minor };
    let total_minor = sum(&[subtotal_minor, -discount_minor, shipping_minor, on_top]);
    let mut pricing = Pricing {
        currency: terms.currency,
        lines: shares.lines(&taxes, terms.delivery_taxed),
        subtotal_minor,
        discount_minor,
        shipping_minor,
        tax_minor,
        total_minor: total_minor.ok_or_else(too_large)?,
        explanation: Vec::new(),
    };
    pricing.explanation = explain::explain(&pricing, basket, charge, &rates);
    Ok(pricing)
}

fn line_total(item: &Item) -> Option<i64> {
    item.unit_price_minor.checked_mul(i64::from(item.quantity))
}

fn sum(amounts: &[i64]) -> Option<i64> {
    amounts
        .iter()
        .try_fold(0_i64, |sum, it| sum.checked_add(*it))
}

/// What the discount takes off goods of this worth.
fn discount_of(subtotal_minor: i64, basket: &Basket<'_>) -> Result<i64, Refusal> {
    let Some(discount) = basket.discount else {
        return Ok(0);
    };
    if let Some(problem) = discount.problem(subtotal_minor) {
        return Err(problem.refusal(&discount.code, basket.terms.currency));
    }
    Ok(match discount.kind {
        DiscountKind::Percent(basis_points) => {
            let share = i128::from(subtotal_minor) * i128::from(basis_points);
            rounded(share, 10_000)
                .unwrap_or(subtotal_minor)
                .min(subtotal_minor)
        }
        DiscountKind::Amount(minor) => minor.min(subtotal_minor),
        DiscountKind::FreeDelivery => 0,
    })
}

fn charge_of(goods_minor: i64, basket: &Basket<'_>) -> Result<Charge, Refusal> {
    let parcel = || basket.items.iter().filter(|it| it.ships);
    if parcel().next().is_none() {
        return Ok(Charge::NothingToSend);
    }
    let Some(method) = basket.delivery else {
        return Ok(Charge::Free);
    };
    let weight = |it: &Item| i64::from(it.grams).saturating_mul(i64::from(it.quantity));
    let grams = parcel().map(weight).fold(0, i64::saturating_add);
    let (minor, reason) = method.quote(goods_minor, grams).ok_or_else(|| {
        Refusal::field(
            "/shipping_method",
            "does not carry a parcel as heavy as this",
        )
    })?;
    let is_paid_for = (basket.discount).is_some_and(|it| it.kind == DiscountKind::FreeDelivery);
    Ok(if is_paid_for {
        Charge::Discounted
    } else {
        Charge::Quoted(minor, reason)
    })
}

impl Charge {
    fn minor(self) -> i64 {
        match self {
            Self::Quoted(minor, _) => minor,
            Self::NothingToSend | Self::Free | Self::Discounted => 0,
        }
    }
}

/// The tax on `base_minor` or contained in it.
fn tax_of(base_minor: i64, basis_points: i32, included: bool) -> Option<i64> {
    let rate = i128::from(basis_points);
    let whole = if included { 10_000 + rate } else { 10_000 };
    rounded(i128::from(base_minor) * rate, whole)
}

/// `numerator / denominator`, rounded half up. The one place where an amount is rounded.
fn rounded(numerator: i128, denominator: i128) -> Option<i64> {
    i64::try_from((2 * numerator + denominator).div_euclid(2 * denominator)).ok()
}

fn too_large() -> Refusal {
    Refusal::Invalid(vec![FieldError::new(
        "/items",
        "come to more than an amount of money can be",
    )])
}
