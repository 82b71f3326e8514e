//! Prices worked out by hand, each by a rule that somebody published. The arithmetic stands beside each row.

use super::*;
use crate::domain::{DeliveryPrice, Language, Money};

/// One thing at one rate: its price, the rate, and the tax that is due.
type Row = (i64, i32, i64);

fn tax(currency: Currency, tax_included: bool, items: &[Item]) -> Pricing {
    let terms = Terms {
        currency,
        tax_included,
        delivery_taxed: true,
        language: Language::En,
    };
    price(&Basket {
        items,
        terms,
        delivery: None,
        discount: None,
    })
    .unwrap()
}

fn item(quantity: u32, unit_price_minor: i64, tax_basis_points: i32) -> Item {
    Item {
        quantity,
        unit_price_minor,
        tax_basis_points,
        ships: true,
        grams: 0,
    }
}

fn assert_rows(currency: Currency, tax_included: bool, rows: &[Row]) {
    for (minor, rate, expected) in rows {
        let pricing = tax(currency, tax_included, &[item(1, *minor, *rate)]);
        let on_top = if tax_included { 0 } else { *expected };
        assert_eq!(
            (pricing.tax_minor, pricing.total_minor),
            (*expected, minor + on_top),
            "{minor} at {rate}"
        );
    }
}

/// European Union: VAT is not part of the taxable amount (directive 2006/112/EC, articles 73 and 79), so of a price that
/// contains it the tax is price · rate / (100 + rate). Rates of 2026: Germany 19 and 7 %, Austria 20 %, Spain 21 %,
/// Hungary 27 %, Luxembourg 17 and 3 %.
#[test]
fn value_added_tax_is_taken_out_of_a_price_that_contains_it() {
    let euros = [
        (11_900, 1_900, 1_900), // 119.00 · 19/119 = 19.00
        (10_000, 1_900, 1_597), // 100.00 · 19/119 = 15.9663…
        (999, 700, 65),         //   9.99 ·  7/107 =  0.6535…
        (2_490, 2_000, 415),    //  24.90 · 20/120 =  4.15
        (4_999, 2_100, 868),    //  49.99 · 21/121 =  8.6759…
        (1_234, 300, 36),       //  12.34 ·  3/103 =  0.3594…
        (117, 1_700, 17),       //   1.17 · 17/117 =  0.17
        (1, 1_900, 0),          //   0.01 · 19/119 =  0.0015…
        (4, 1_900, 1),          //   0.04 · 19/119 =  0.0063…
        (0, 1_900, 0),
    ];

    assert_rows(Currency::EUR, true, &euros);
    // 12,700 Ft · 27/127 = 2,700 Ft; forints have two decimals in ISO 4217.
    assert_rows(Currency::HUF, true, &[(1_270_000, 2_700, 270_000)]);
}

/// Germany, DIN 1333: of two numbers that are as near, the one away from zero is taken (“kaufmännisches Runden”). Rounding
/// half to even would come to another cent in every row but the second and the last.
#[test]
fn half_a_cent_is_a_cent() {
    let rows = [
        (50, 1_900, 10),   // 0.50 · 19 % = 0.095, to even 0.10 all the same
        (49, 1_900, 9),    // 0.49 · 19 % = 0.0931
        (150, 700, 11),    // 1.50 ·  7 % = 0.105, to even 0.10
        (250, 1_000, 25),  // 2.50 · 10 % = 0.25
        (450, 1_900, 86),  // 4.50 · 19 % = 0.855
        (50, 500, 3),      // 0.50 ·  5 % = 0.025, to even 0.02
        (250, 500, 13),    // 2.50 ·  5 % = 0.125, to even 0.12
        (4_949, 700, 346), // 49.49 · 7 % = 3.4643
    ];

    assert_rows(Currency::EUR, false, &rows);
}

/// Japan: since October 2023 a qualified invoice is rounded once for each rate (order for enforcement of the consumption
/// tax act, article 70-10; National Tax Agency, Q&A on the invoice system). 10 %, and 8 % for food. Yen have no decimals.
#[test]
fn a_qualified_invoice_is_rounded_once_for_each_rate() {
    let food = [item(1, 106, 800), item(1, 106, 800), item(1, 106, 800)];
    let mixed = [
        item(2, 158, 800),
        item(1, 999, 1_000),
        item(3, 77, 800),
        item(1, 333, 1_000),
    ];

    // 318 · 8 % = 25.44; line by line it would be 8.48 three times: 24.
    assert_eq!(tax(Currency::JPY, false, &food).tax_minor, 25);
    // 547 · 8 % = 43.76 and 1,332 · 10 % = 133.2.
    let pricing = tax(Currency::JPY, false, &mixed);
    assert_eq!((pricing.tax_minor, pricing.total_minor), (44 + 133, 2_056));
    // With the tax in the prices: 547 · 8/108 = 40.518… and 1,332 · 10/110 = 121.09…
    let pricing = tax(Currency::JPY, true, &mixed);
    assert_eq!((pricing.tax_minor, pricing.total_minor), (41 + 121, 1_879));
    assert_rows(
        Currency::JPY,
        true,
        &[
            (108, 800, 8),
            (1_000, 1_000, 91),
            (5, 1_000, 0),
            (6, 1_000, 1),
        ],
    );
}

/// United States: the Streamlined Sales and Use Tax Agreement, section 324, carries the tax to the third decimal place and
/// rounds up when that is more than four; on the invoice as a whole, if the seller so elects. Rates: California's 7.25 %,
/// Texas' highest 8.25 %, Seattle's 10.25 %.
#[test]
fn sales_tax_comes_on_top_of_the_invoice() {
    let rows = [
        (1_800, 825, 149),    // 18.00 ·  8.25 % = 1.485
        (1_999, 1_025, 205),  // 19.99 · 10.25 % = 2.048975
        (6, 725, 0),          //  0.06 ·  7.25 % = 0.00435
        (7, 725, 1),          //  0.07 ·  7.25 % = 0.005075
        (10_000, 725, 725),   // 100.00 · 7.25 % = 7.25
        (12_345, 825, 1_018), // 123.45 · 8.25 % = 10.184625
    ];
    assert_rows(Currency::USD, false, &rows);

    // Two of 0.99 and one of 4.49 are 6.47 · 8.25 % = 0.533775; line by line 0.16335 and 0.370425: 0.53 as well.
    let lines = [item(2, 99, 825), item(1, 449, 825)];
    assert_eq!(tax(Currency::USD, false, &lines).tax_minor, 53);
    // Three of 0.20 in lines of their own are 0.60 · 8.25 % = 0.0495; line by line 0.0165 three times: 0.06.
    let lines = [item(1, 20, 825), item(1, 20, 825), item(1, 20, 825)];
    let pricing = tax(Currency::USD, false, &lines);
    assert_eq!(pricing.tax_minor, 5);
    let shares: Vec<_> = pricing.lines.iter().map(|it| it.tax_minor).collect();
    assert_eq!(shares, [2, 2, 1]);
}

/// ISO 4217, list one: how many decimals the minor unit of a currency has.
#[test]
fn currencies_have_as_many_decimals_as_the_standard_says() {
    let decimals = [
        (Currency::JPY, 0),
        (Currency::KRW, 0),
        (Currency::ISK, 0),
        (Currency::CLP, 0),
        (Currency::USD, 2),
        (Currency::EUR, 2),
        (Currency::CHF, 2),
        (Currency::HUF, 2),
        (Currency::KWD, 3),
        (Currency::BHD, 3),
        (Currency::OMR, 3),
        (Currency::JOD, 3),
        (Currency::TND, 3),
        (Currency::CLF, 4),
    ];
    for (currency, decimals) in decimals {
        assert_eq!(currency.exponent(), Some(decimals), "{currency:?}");
    }

    let shown = |minor, currency| Money::new(minor, currency).decimal();
    assert_eq!(shown(12_345, Currency::KWD), "12.345");
    assert_eq!(shown(12_345, Currency::JPY), "12345");
    assert_eq!(shown(12_345, Currency::CHF), "123.45");
    // Bahrain taxes at 10 %: of 1.235 dinars that is 0.1235, of 12.344 contained in it 1.12218…
    assert_rows(Currency::BHD, false, &[(1_235, 1_000, 124)]);
    assert_rows(Currency::BHD, true, &[(12_344, 1_000, 1_122)]);
    // Oman at 5 %: of 0.010 rials 0.0005.
    assert_rows(Currency::OMR, false, &[(10, 500, 1), (9, 500, 0)]);
}

/// Largest remainder (Hamilton 1792, Hare and Niemeyer): everybody gets the whole part of their quota, and what is missing
/// goes to those with the largest remainders. The last row is the example of the method's literature: 21 seats for 1,500,
/// 1,500, 900, 500, 500 and 200 voters; ties go to the first.
#[test]
fn shares_are_rounded_by_largest_remainder() {
    assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(split(1_000, &[3, 3, 1]), [429, 428, 143]); // 428.57…, 428.57…, 142.85…
    assert_eq!(split(5, &[1, 1, 1, 1]), [2, 1, 1, 1]);
    assert_eq!(split(0, &[5, 7]), [0, 0]);
    assert_eq!(split(7, &[0, 3, 0]), [0, 7, 0]);
    assert_eq!(split(3, &[0, 0]), [3, 0]);
    // Quotas 6.176…, 6.176…, 3.705…, 2.058…, 2.058…, 0.823….
    assert_eq!(
        split(21, &[1_500, 1_500, 900, 500, 500, 200]),
        [6, 6, 4, 2, 2, 1]
    );
}

/// All at once, by hand: Germany, prices with tax in them, a code of 3.33 and the post for 4.90.
#[test]
fn an_order_with_everything_is_counted_as_by_hand() {
    let items = [item(2, 2_000, 1_900), item(1, 1_500, 700)];
    let delivery = DeliveryMethod {
        code: "post".to_owned(),
        name: "Post".to_owned(),
        price: DeliveryPrice::Flat(490),
        free_from_minor: None,
        days_least: 1,
        days_most: 2,
    };
    let discount = Discount {
        code: "DANKE".to_owned(),
        kind: DiscountKind::Amount(333),
        minimum_minor: 0,
    };
    let pricing = price(&Basket {
        items: &items,
        terms: Terms {
            currency: Currency::EUR,
            tax_included: true,
            delivery_taxed: true,
            language: Language::En,
        },
        delivery: Some(&delivery),
        discount: Some(&discount),
    })
    .unwrap();

    // 3.33 by value: 2.4218… and 0.9081…, so 2.42 and 0.91. 4.90 by 37.58 and 14.09: 3.5638… and 1.3361…, so 3.56 and
    // 1.34. Paid: 40.00 − 2.42 + 3.56 = 41.14 and 15.00 − 0.91 + 1.34 = 15.43. In it: 41.14 · 19/119 = 6.5685… and
    // 15.43 · 7/107 = 1.0094…
    assert_eq!(
        pricing.lines,
        [
            PricedLine {
                total_minor: 4_000,
                discount_minor: 242,
                shipping_minor: 356,
                tax_minor: 657,
            },
            PricedLine {
                total_minor: 1_500,
                discount_minor: 91,
                shipping_minor: 134,
                tax_minor: 101,
            },
        ]
    );
    assert_eq!((pricing.tax_minor, pricing.total_minor), (758, 5_657));
}
