//! Worked examples were checked by hand against the rules that they name.

use proptest::prelude::*;

use super::*;
use crate::domain::{DeliveryPrice, ExplanationKind, WeightStep};

fn item(quantity: u32, unit_price_minor: i64, tax_basis_points: i32) -> Item {
    Item {
        quantity,
        unit_price_minor,
        tax_basis_points,
        ships: true,
        grams: 100,
    }
}

fn terms(currency: Currency, tax_included: bool) -> Terms {
    Terms {
        currency,
        tax_included,
        delivery_taxed: true,
        language: Language::En,
    }
}

fn flat(price_minor: i64) -> DeliveryMethod {
    DeliveryMethod {
        code: "standard".to_owned(),
        name: "Standard".to_owned(),
        price: DeliveryPrice::Flat(price_minor),
        free_from_minor: None,
        days_least: 1,
        days_most: 3,
    }
}

fn code(kind: DiscountKind) -> Discount {
    Discount {
        code: "SPRING".to_owned(),
        kind,
        minimum_minor: 0,
    }
}

fn basket(items: &[Item], terms: Terms) -> Basket<'_> {
    Basket {
        items,
        terms,
        delivery: None,
        discount: None,
    }
}

fn sums(pricing: &Pricing) -> [i64; 5] {
    [
        pricing.subtotal_minor,
        pricing.discount_minor,
        pricing.shipping_minor,
        pricing.tax_minor,
        pricing.total_minor,
    ]
}

fn taxes(pricing: &Pricing) -> Vec<i64> {
    pricing.lines.iter().map(|it| it.tax_minor).collect()
}

/// Canada, Excise Tax Act, section 165.2 (2): tax is counted on the invoice's total, and half a cent or more is a cent.
#[test]
fn tax_on_top_is_rounded_half_up_once_for_the_order() {
    let items = [item(3, 335, 1_000), item(1, 40, 1_000)];

    let pricing = price(&basket(&items, terms(Currency::CAD, false))).unwrap();

    // 10 % of 10.45 is 1.045: by line it would be 1.01 and 0.04.
    assert_eq!(sums(&pricing), [1_045, 0, 0, 105, 1_150]);
    assert_eq!(taxes(&pricing), [101, 4]);
}

/// Japan, invoices since October 2023 (National Tax Agency): one rounding for each rate of an invoice. No decimals.
#[test]
fn each_rate_is_rounded_once() {
    let items = [item(3, 105, 800), item(1, 52, 800), item(1, 333, 1_000)];

    let pricing = price(&basket(&items, terms(Currency::JPY, false))).unwrap();

    // 8 % of 367 is 29.36; 10 % of 333 is 33.3.
    assert_eq!(sums(&pricing), [700, 0, 0, 62, 762]);
    let rows: Vec<_> = pricing
        .explanation
        .iter()
        .map(|it| (it.label.as_str(), it.amount_minor))
        .collect();
    assert_eq!(
        rows,
        [
            ("Items", 700),
            ("Delivery", 0),
            ("Tax 10 %", 33),
            ("Tax 8 %", 29)
        ]
    );
}

/// Germany, UStG section 12 and UStAE 3.10 (5): delivery is part of what it brings, and taxed at its rates.
#[test]
fn delivery_follows_the_rates_of_what_it_brings() {
    // A lamp at 19 %, books at 7 %: three to one by value, and so the 4.90 of the parcel: 3.68 and 1.22.
    let items = [item(1, 3_000, 1_900), item(2, 500, 700)];
    let delivery = flat(490);
    let mut basket = basket(&items, terms(Currency::EUR, true));
    basket.delivery = Some(&delivery);

    let pricing = price(&basket).unwrap();

    // 33.68 · 19/119 = 5.3775…, 11.22 · 7/107 = 0.7340…
    assert_eq!(sums(&pricing), [4_000, 0, 490, 538 + 73, 4_490]);
    assert_eq!(
        (
            pricing.lines[0].shipping_minor,
            pricing.lines[1].shipping_minor
        ),
        (368, 122)
    );
    assert_eq!(taxes(&pricing), [538, 73]);
    let included: Vec<_> = pricing
        .explanation
        .iter()
        .filter(|it| it.kind == Some(ExplanationKind::TaxIncluded))
        .map(|it| it.label.as_str())
        .collect();
    assert_eq!(
        included,
        ["Includes €5.38 tax (19 %)", "Includes €0.73 tax (7 %)"]
    );
}

/// European Union, VAT directive, article 79 (b): a price discount obtained at the time of supply is no part of what is
/// taxed.
#[test]
fn a_discount_is_taken_off_before_tax() {
    let items = [item(1, 1_999, 1_000), item(1, 1_001, 0)];
    let discount = code(DiscountKind::Percent(1_500));
    let mut basket = basket(&items, terms(Currency::USD, false));
    basket.discount = Some(&discount);

    let pricing = price(&basket).unwrap();

    // 15 % of 30.00 is 4.50: 2.9985 and 1.5015 by value. 10 % of 16.99 is 1.699.
    assert_eq!(sums(&pricing), [3_000, 450, 0, 170, 2_720]);
    assert_eq!(
        (
            pricing.lines[0].discount_minor,
            pricing.lines[1].discount_minor
        ),
        (300, 150)
    );
    assert_eq!(
        pricing.explanation[1].rule,
        "Code SPRING: 15 % off the items, rounded half up"
    );
}

#[test]
fn three_decimals_are_counted_as_two() {
    let items = [item(1, 1_234, 500)];

    let pricing = price(&basket(&items, terms(Currency::BHD, false))).unwrap();

    // 5 % of 1.234 is 0.0617.
    assert_eq!(sums(&pricing), [1_234, 0, 0, 62, 1_296]);
}

#[test]
fn nothing_to_send_is_nothing_to_pay() {
    let ticket = Item {
        ships: false,
        ..item(2, 2_500, 1_000)
    };
    let delivery = flat(900);
    let mut basket = basket(std::slice::from_ref(&ticket), terms(Currency::USD, false));
    basket.delivery = Some(&delivery);

    let pricing = price(&basket).unwrap();

    assert_eq!(sums(&pricing), [5_000, 0, 0, 500, 5_500]);
    let kinds: Vec<_> = pricing.explanation.iter().map(|it| it.kind).collect();
    assert_eq!(
        kinds,
        [Some(ExplanationKind::Items), Some(ExplanationKind::Tax)],
        "nobody expects a word about delivery"
    );
}

#[test]
fn tickets_in_a_parcels_order_bear_none_of_its_delivery() {
    let items = [
        item(1, 100, 1_000),
        Item {
            ships: false,
            ..item(1, 900, 1_000)
        },
    ];
    let delivery = flat(50);
    let mut basket = basket(&items, terms(Currency::USD, false));
    basket.delivery = Some(&delivery);

    let pricing = price(&basket).unwrap();

    assert_eq!(
        (
            pricing.lines[0].shipping_minor,
            pricing.lines[1].shipping_minor
        ),
        (50, 0)
    );
}

#[test]
fn a_discount_is_never_more_than_the_goods_and_can_pay_for_delivery() {
    let items = [item(1, 700, 1_000)];
    let (all, delivery_free) = (
        code(DiscountKind::Amount(1_000)),
        code(DiscountKind::FreeDelivery),
    );
    let delivery = flat(300);
    let mut basket = basket(&items, terms(Currency::USD, false));
    basket.delivery = Some(&delivery);

    basket.discount = Some(&all);
    assert_eq!(sums(&price(&basket).unwrap()), [700, 700, 300, 30, 330]);
    basket.discount = Some(&delivery_free);
    assert_eq!(sums(&price(&basket).unwrap()), [700, 0, 0, 70, 770]);
}

#[test]
fn a_discount_below_its_minimum_and_a_parcel_too_heavy_are_refused() {
    let items = [item(1, 4_999, 1_000)];
    let discount = Discount {
        minimum_minor: 5_000,
        ..code(DiscountKind::FreeDelivery)
    };
    let mut delivery = flat(0);
    delivery.price = DeliveryPrice::ByWeight(vec![WeightStep {
        up_to_grams: 99,
        price_minor: 100,
    }]);
    let plain = basket(&items, terms(Currency::USD, false));

    for refused in [
        Basket {
            discount: Some(&discount),
            ..plain
        },
        Basket {
            delivery: Some(&delivery),
            ..plain
        },
    ] {
        assert!(matches!(price(&refused), Err(Refusal::Invalid(_))));
    }
}

#[test]
fn a_sum_beyond_every_amount_is_refused() {
    let most = [item(u32::MAX, i64::MAX, 1_000)];
    let edge = [item(1, i64::MAX, 1_000)];
    let delivery = flat(i64::MAX);

    assert!(price(&basket(&most, terms(Currency::USD, false))).is_err());
    assert!(price(&basket(&edge, terms(Currency::USD, false))).is_err());
    let included = basket(&edge, terms(Currency::USD, true));
    assert_eq!(price(&included).unwrap().total_minor, i64::MAX);
    assert!(
        price(&Basket {
            delivery: Some(&delivery),
            ..included
        })
        .is_err()
    );
}

#[test]
fn the_working_reads_as_the_language_is_written() {
    let items = [item(3, 123_456, 725)];
    let delivery = DeliveryMethod {
        free_from_minor: Some(5_000),
        ..flat(490)
    };
    let discount = code(DiscountKind::Amount(250));
    let german = Terms {
        language: Language::De,
        ..terms(Currency::EUR, true)
    };

    let pricing = price(&Basket {
        items: &items,
        terms: german,
        delivery: Some(&delivery),
        discount: Some(&discount),
    })
    .unwrap();

    let words: Vec<_> = pricing
        .explanation
        .iter()
        .map(|it| format!("{}: {}", it.label, it.rule))
        .collect();
    assert_eq!(
        words,
        [
            "Artikel: 3 Artikel zum Preis des Shops",
            "Rabatt: Code SPRING: 2,50\u{a0}€ auf die Artikel",
            "Versand: Standard: kostenlos ab 50,00\u{a0}€",
            "Enthält 250,20\u{a0}€ MwSt.: 7,25 % sind in 3.701,18\u{a0}€ enthalten, kaufmännisch gerundet",
        ]
    );
}

/// Baskets of up to twelve lines at up to three rates, with any discount and any delivery.
fn any_basket()
-> impl Strategy<Value = (Vec<Item>, Terms, Option<DeliveryMethod>, Option<Discount>)> {
    let rate = prop::sample::select(vec![0, 700, 825, 1_900, 10_000]);
    let line = (1_u32..1_000, 0_i64..10_000_000, rate, any::<bool>()).prop_map(
        |(quantity, price, rate, ships)| Item {
            ships,
            ..item(quantity, price, rate)
        },
    );
    let kind = prop_oneof![
        (0..=10_000_i32).prop_map(DiscountKind::Percent),
        (0_i64..100_000_000).prop_map(DiscountKind::Amount),
        Just(DiscountKind::FreeDelivery),
    ];
    let lines = prop::collection::vec(line, 1..12);
    let delivery = prop::option::of((0_i64..100_000).prop_map(flat));
    (
        lines,
        any::<bool>(),
        any::<bool>(),
        delivery,
        prop::option::of(kind.prop_map(code)),
    )
        .prop_map(
            |(lines, tax_included, delivery_taxed, delivery, discount)| {
                let terms = Terms {
                    delivery_taxed,
                    ..terms(Currency::USD, tax_included)
                };
                (lines, terms, delivery, discount)
            },
        )
}

proptest! {
    #[test]
    fn parts_sum_to_the_whole_and_nothing_is_negative((items, terms, delivery, discount) in any_basket()) {
        let basket = Basket { items: &items, terms, delivery: delivery.as_ref(), discount: discount.as_ref() };

        let pricing = price(&basket).unwrap();

        let sum = |part: fn(&PricedLine) -> i64| pricing.lines.iter().map(part).sum::<i64>();
        prop_assert_eq!(sum(|it| it.total_minor), pricing.subtotal_minor);
        prop_assert_eq!(sum(|it| it.discount_minor), pricing.discount_minor);
        prop_assert_eq!(sum(|it| it.shipping_minor), pricing.shipping_minor);
        prop_assert_eq!(sum(|it| it.tax_minor), pricing.tax_minor);
        prop_assert_eq!(pricing.explanation.iter().map(|it| it.amount_minor).sum::<i64>(), pricing.total_minor);
        prop_assert!(sums(&pricing).iter().all(|it| *it >= 0));
        for line in &pricing.lines {
            prop_assert!(line.discount_minor <= line.total_minor);
            prop_assert!(line.discount_minor >= 0 && line.shipping_minor >= 0 && line.tax_minor >= 0);
        }
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter((items, terms, delivery, discount) in any_basket(), turn in 0_usize..12) {
        let mut turned = items.clone();
        turned.rotate_left(turn % items.len());
        turned.reverse();
        let priced = |items| price(&Basket { items, terms, delivery: delivery.as_ref(), discount: discount.as_ref() }).unwrap();

        let (one, other) = (priced(&items), priced(&turned));

        prop_assert_eq!(sums(&one), sums(&other));
        prop_assert_eq!(one.explanation, other.explanation);
    }

    #[test]
    fn included_and_on_top_agree_within_the_rounding(gross in 0_i64..1_000_000_000_000, rate in 0..=10_000_i32) {
        let included = price(&basket(&[item(1, gross, rate)], terms(Currency::EUR, true))).unwrap();
        let net = gross - included.tax_minor;

        let on_top = price(&basket(&[item(1, net, rate)], terms(Currency::EUR, false))).unwrap();

        prop_assert!((on_top.total_minor - included.total_minor).abs() <= 1);
    }

    #[test]
    fn no_basket_overflows(
        lines in prop::collection::vec((any::<u32>(), 0_i64..=i64::MAX, 0..=10_000_i32), 1..5),
        charge in 0_i64..=i64::MAX, off in 0_i64..=i64::MAX, included: bool,
    ) {
        let items: Vec<_> = lines.into_iter().map(|(quantity, price, rate)| item(quantity, price, rate)).collect();
        let (delivery, discount) = (flat(charge), code(DiscountKind::Amount(off)));
        let basket = Basket { items: &items, terms: terms(Currency::USD, included), delivery: Some(&delivery), discount: Some(&discount) };

        if let Ok(pricing) = price(&basket) {
            let parts = i128::from(pricing.subtotal_minor) - i128::from(pricing.discount_minor) + i128::from(pricing.shipping_minor);
            let on_top = if included { 0 } else { i128::from(pricing.tax_minor) };
            prop_assert_eq!(i128::from(pricing.total_minor), parts + on_top);
            prop_assert!(sums(&pricing).iter().all(|it| *it >= 0));
        }
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
