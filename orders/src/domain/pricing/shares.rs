//! What each line has of the order's discount, delivery and tax.
//!
//! They are shared out to the tax rates first, the highest rate before the others, and within each rate to its lines: so
//! the tax of the order does not depend on the order of its lines.

use std::collections::BTreeMap;

use super::{Item, PricedLine, split};

/// The lines with their shares of discount and delivery, by rate.
pub(super) struct Shares {
    lines: Vec<PricedLine>,
    /// The lines of each rate, highest rate first.
    rates: Vec<(i32, Vec<usize>)>,
}

impl Shares {
    pub(super) fn of(items: &[Item], totals: &[i64], discount: i64, delivery: i64) -> Self {
        let lines = totals
            .iter()
            .map(|total_minor| PricedLine {
                total_minor: *total_minor,
                ..PricedLine::default()
            })
            .collect();
        let mut rates: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for (index, item) in items.iter().enumerate() {
            rates.entry(item.tax_basis_points).or_default().push(index);
        }
        let mut shares = Self {
            lines,
            rates: rates.into_iter().rev().collect(),
        };
        for (line, part) in shares.share_out(discount, totals) {
            shares.lines[line].discount_minor = part;
        }
        let weights = shares.delivery_weights(items);
        for (line, part) in shares.share_out(delivery, &weights) {
            shares.lines[line].shipping_minor = part;
        }
        shares
    }

    /// What a line has of delivery is measured by what is paid for it, or where all of that is free, by its price, or its
    /// quantity.
    fn delivery_weights(&self, items: &[Item]) -> Vec<i64> {
        let measures: [fn(&PricedLine, &Item) -> i64; 3] = [
            |line, _| line.total_minor - line.discount_minor,
            |line, _| line.total_minor,
            |_, item| i64::from(item.quantity),
        ];
        let weights = |measure: fn(&PricedLine, &Item) -> i64| -> Vec<i64> {
            let lines = self.lines.iter().zip(items);
            lines
                .map(|(line, item)| if item.ships { measure(line, item) } else { 0 })
                .collect()
        };
        let is_some = |weights: &Vec<i64>| weights.iter().any(|it| *it > 0);
        measures
            .map(weights)
            .into_iter()
            .find(is_some)
            .unwrap_or_default()
    }

    /// Parts of `amount` by line.
    fn share_out(&self, amount: i64, weights: &[i64]) -> Vec<(usize, i64)> {
        if amount == 0 {
            return Vec::new();
        }
        let of_rate = |lines: &[usize]| lines.iter().map(|it| weights[*it]).collect::<Vec<_>>();
        // The sum of all weights is an amount or a quantity, so each rate's is.
        let whole: Vec<i64> = (self.rates.iter())
            .map(|(_, lines)| of_rate(lines).into_iter().fold(0, i64::saturating_add))
            .collect();
        let parts = split(amount, &whole);
        (self.rates.iter().zip(parts))
            .flat_map(|((_, lines), part)| {
                let parts = split(part, &of_rate(lines));
                lines.iter().copied().zip(parts).collect::<Vec<_>>()
            })
            .collect()
    }

    /// What is paid for everything of each rate.
    pub(super) fn bases(&self, delivery_taxed: bool) -> impl Iterator<Item = (i32, i128)> {
        self.rates.iter().map(move |(rate, lines)| {
            let paid = lines
                .iter()
                .map(|it| i128::from(self.base(*it, delivery_taxed)));
            (*rate, paid.sum())
        })
    }

    fn base(&self, line: usize, delivery_taxed: bool) -> i64 {
        let line = &self.lines[line];
        let delivery = if delivery_taxed {
            line.shipping_minor
        } else {
            0
        };
        // Only the sum with delivery can be too large, and is found out where the order's is.
        (line.total_minor - line.discount_minor).saturating_add(delivery)
    }

    /// The lines, with the tax of each rate shared out to them.
    pub(super) fn lines(mut self, taxes: &[i64], delivery_taxed: bool) -> Vec<PricedLine> {
        for ((_, lines), tax) in self.rates.iter().zip(taxes) {
            let bases: Vec<i64> = lines
                .iter()
                .map(|it| self.base(*it, delivery_taxed))
                .collect();
            for (line, part) in lines.iter().zip(split(*tax, &bases)) {
                self.lines[*line].tax_minor = part;
            }
        }
        self.lines
    }
}
