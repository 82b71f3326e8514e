//! What an order or a parcel holds, in a line of words.

use orders::{LineQuantity, Order, OrderLine};

use crate::words::say;

/// How many things are named before the rest is only counted.
const NAMED: usize = 3;

/// `Enamel mug, Brass pen ×2 and 3 more`.
pub(crate) fn line_words(lines: &[OrderLine]) -> String {
    words(lines.iter().map(|it| (it.title.as_str(), it.quantity)))
}

/// What is in a parcel or a return of an order.
pub(crate) fn item_words(order: &Order, items: &[LineQuantity]) -> String {
    words(items.iter().filter_map(|item| {
        let line = order.items.iter().find(|it| it.line == item.line)?;
        Some((line.title.as_str(), item.quantity))
    }))
}

fn words<'a>(things: impl Iterator<Item = (&'a str, u32)>) -> String {
    let names: Vec<_> = things
        .map(|(title, quantity)| match quantity {
            1 => title.to_owned(),
            many => format!("{title} ×{many}"),
        })
        .collect();
    match names.len() {
        // One more is named as fast as it is counted.
        0..=NAMED | 4 => names.join(", "),
        all => {
            let (named, others) = (names[..NAMED].join(", "), all - NAMED);
            say(
                format!("{named} and {others} more"),
                format!("{named} und {others} weitere"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_few_things_are_named_and_the_rest_is_counted() {
        let shown = |things: &[(&str, u32)]| words(things.iter().copied());

        assert_eq!(shown(&[("Enamel mug", 1)]), "Enamel mug");
        assert_eq!(shown(&[("Mug", 2), ("Pen", 1)]), "Mug ×2, Pen");
        assert_eq!(
            shown(&[("A", 1), ("B", 1), ("C", 1), ("D", 1), ("E", 1)]),
            "A, B, C and 2 more"
        );
    }
}
