//! Sharing an amount out, to the last minor unit.

use std::cmp::Reverse;

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
    by_remainder.sort_by_key(|index| Reverse(share(weights[*index]).rem_euclid(whole)));
    for index in by_remainder
        .into_iter()
        .take(usize::try_from(missing).unwrap_or(0))
    {
        parts[index] += 1;
    }
    parts
}
