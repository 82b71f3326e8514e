//! How much goes back: by amount, or by what it is for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    FieldError, LineQuantity, Order, OrderLine, RefundState, Refusal, Text, pricing::split,
};

/// Some of an order's line, and what goes back for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RefundItem {
    /// The order's line.
    pub line: u32,
    /// How many of it.
    pub quantity: u32,
    /// Their share of the refund, in minor units.
    pub amount_minor: i64,
}

/// A refund to be made: of an amount, of items, or of all that is left.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"items": [{"line": 1, "quantity": 1}], "reason": "A handle was broken.", "restock": false})))]
pub struct NewRefund {
    /// How much, in minor units.
    #[serde(default)]
    pub amount_minor: Option<i64>,
    /// For what; the amount is what was paid for it, tax included.
    #[serde(default)]
    pub items: Option<Vec<LineQuantity>>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// Whether the items go back on the shelf; seats lose their tickets then.
    #[serde(default)]
    pub restock: bool,
}

/// What a refund comes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefundPlan {
    /// How much goes back, in minor units.
    pub amount_minor: i64,
    /// How much of it is tax.
    pub tax_minor: i64,
    /// For what; the amounts add up, unless it is for nothing in particular.
    pub items: Vec<RefundItem>,
}

impl NewRefund {
    /// The refund with its text trimmed.
    ///
    /// # Errors
    /// Every field that is unusable.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        LineQuantity::check(self.items.as_deref(), &mut errors);
        match (self.amount_minor, &self.items) {
            (Some(_), Some(_)) => errors.push(FieldError::new(
                "/amount_minor",
                "must be left out where items are named",
            )),
            (Some(amount), None) if amount <= 0 => {
                errors.push(FieldError::new("/amount_minor", "must be more than 0"));
            }
            (Some(_), None) if self.restock => errors.push(FieldError::new(
                "/restock",
                "needs the items that go back on the shelf",
            )),
            _ => {}
        }
        let reason = self.reason.unwrap_or_default();
        let reason = FieldError::collect(&mut errors, "/reason", Text::optional(&reason, 1_000));
        match reason {
            Some(reason) if errors.is_empty() => Ok(Self { reason, ..self }),
            _ => Err(errors),
        }
    }
}

impl Order {
    /// How much of `line` no refund was made for.
    #[must_use]
    pub fn unrefunded(&self, line: &OrderLine) -> u32 {
        line.quantity
            .saturating_sub(self.refunded_since(line, DateTime::<Utc>::MIN_UTC))
    }

    /// How much of `line` refunds were made for since `began`; one that was refused was not made.
    pub(super) fn refunded_since(&self, line: &OrderLine, began: DateTime<Utc>) -> u32 {
        let refunds = self.refunds.iter();
        refunds
            .filter(|it| it.status != RefundState::Failed && it.created_at >= began)
            .flat_map(|it| &it.items)
            .filter(|it| it.line == line.line)
            .map(|it| it.quantity)
            .sum()
    }

    /// What the buyer paid for each line, in the lines' order: its price less its share of the discount, with its shares
    /// of delivery and of tax that comes on top. They add up to the order's total.
    #[must_use]
    pub fn paid_for_lines(&self) -> Vec<i64> {
        let is_tax_on_top = self.is_tax_on_top();
        let paid = |line: &OrderLine| {
            let on_top = if is_tax_on_top { line.tax_minor } else { 0 };
            line.total_minor - line.discount_minor + line.shipping_minor + on_top
        };
        self.items.iter().map(paid).collect()
    }

    /// Whether tax came on top of the prices, and was not contained in them.
    fn is_tax_on_top(&self) -> bool {
        let price = self.subtotal_minor - self.discount_minor + self.shipping_minor;
        self.total_minor != price
    }

    /// What `refund` comes to, for an order as it is now.
    ///
    /// # Errors
    /// [`Refusal::NothingToRefund`], or [`Refusal::Invalid`] for more than what is left.
    pub fn plan_refund(&self, refund: &NewRefund) -> Result<RefundPlan, Refusal> {
        let left = self.refundable_minor();
        if left <= 0 {
            return Err(Refusal::NothingToRefund);
        }
        match (refund.amount_minor, &refund.items) {
            (Some(amount), _) if amount > left => {
                let detail = format!("is more than the {left} that are left");
                Err(Refusal::field("/amount_minor", &detail))
            }
            (Some(amount_minor), _) => Ok(self.refund_plan(amount_minor, &[])),
            (None, Some(items)) => {
                let unrefunded = |line| self.line(line).map_or(0, |it| self.unrefunded(it));
                LineQuantity::within(items, unrefunded, "that are not refunded")?;
                let paid: i64 = self.shares(items, &self.paid_for_lines()).iter().sum();
                match paid.min(left) {
                    0 => Err(Refusal::field("/items", "cost nothing")),
                    amount_minor => Ok(self.refund_plan(amount_minor, items)),
                }
            }
            (None, None) => Ok(self.refund_plan(left, &self.all_unrefunded())),
        }
    }

    /// What goes back by itself: money that the order may not keep. A stopped order gives back all that was paid for it, and
    /// the tax with it; what comes beyond the price of one that may go on has none.
    #[must_use]
    pub fn plan_owed(&self, amount_minor: i64) -> RefundPlan {
        let tax_minor = if self.status.is_stopped() {
            self.refund_tax(amount_minor, &[], false)
        } else {
            0
        };
        RefundPlan {
            amount_minor,
            tax_minor,
            items: Vec::new(),
        }
    }

    fn all_unrefunded(&self) -> Vec<LineQuantity> {
        let left = self.items.iter().map(|line| LineQuantity {
            line: line.line,
            quantity: self.unrefunded(line),
        });
        left.filter(|it| it.quantity > 0).collect()
    }

    /// The amount spread over the items, by what was paid for each.
    fn refund_plan(&self, amount_minor: i64, items: &[LineQuantity]) -> RefundPlan {
        let shares = self.shares(items, &self.paid_for_lines());
        let parts = split(amount_minor, &shares);
        let named = items.iter().zip(parts).map(|(item, part)| RefundItem {
            line: item.line,
            quantity: item.quantity,
            amount_minor: part,
        });
        let is_for_items = shares.iter().sum::<i64>() == amount_minor;
        RefundPlan {
            amount_minor,
            tax_minor: self.refund_tax(amount_minor, items, is_for_items),
            items: named.collect(),
        }
    }

    /// How much of a refund is tax: that of its items, or in proportion. The last refund takes what is left, so that all
    /// of them together have the order's tax.
    fn refund_tax(&self, amount_minor: i64, items: &[LineQuantity], is_for_items: bool) -> i64 {
        let refunds = self.refunds.iter();
        let leaving = refunds.filter(|it| it.status != RefundState::Failed);
        let left = self.tax_minor - leaving.map(|it| it.tax_minor).sum::<i64>();
        if amount_minor >= self.refundable_minor() {
            return left;
        }
        let tax = if is_for_items {
            let taxes: Vec<i64> = self.items.iter().map(|it| it.tax_minor).collect();
            self.shares(items, &taxes).iter().sum()
        } else {
            // More than the price may go back where more was captured.
            let priced = amount_minor.min(self.total_minor);
            split(self.tax_minor, &[priced, self.total_minor - priced])[0]
        };
        tax.min(left)
    }

    /// What each item has of its line's `amounts`. Unit by unit or at once, a line's units come to the same.
    fn shares(&self, items: &[LineQuantity], amounts: &[i64]) -> Vec<i64> {
        let share = |item: &LineQuantity| {
            let mut lines = self.items.iter().zip(amounts);
            let Some((line, amount)) = lines.find(|(line, _)| line.line == item.line) else {
                return 0;
            };
            let before = line.quantity.saturating_sub(self.unrefunded(line));
            let first = |units: u32| first_units(*amount, line.quantity, units);
            first(before + item.quantity) - first(before)
        };
        items.iter().map(share).collect()
    }
}

/// What the first `units` of `quantity` equal ones cost, where all together cost `amount`: by largest remainder, as
/// [`split`] does it, without naming each of them.
fn first_units(amount: i64, quantity: u32, units: u32) -> i64 {
    let (quantity, units) = (i64::from(quantity), i64::from(units));
    let (each, odd) = (amount.div_euclid(quantity), amount.rem_euclid(quantity));
    each * units + units.min(odd)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{
        Currency, DeliveryMethod, DeliveryPrice, Discount, DiscountKind, Language, OrderState,
        pricing::{self, Basket, Item, Terms},
    };

    #[derive(Clone, Copy)]
    struct TaxRate {
        basis_points: i32,
        included: bool,
    }

    /// A paid order of lines with these quantities and prices.
    fn paid(lines: &[(u32, i64)], tax: TaxRate) -> Order {
        delivered(lines, tax, 0, 0)
    }

    /// The same, with so much taken off and so much for the parcel.
    fn delivered(lines: &[(u32, i64)], tax: TaxRate, off: i64, delivery: i64) -> Order {
        let items: Vec<_> = lines
            .iter()
            .map(|(quantity, unit_price_minor)| Item {
                quantity: *quantity,
                unit_price_minor: *unit_price_minor,
                tax_basis_points: tax.basis_points,
                ships: true,
                grams: 0,
            })
            .collect();
        let priced = pricing::price(&Basket {
            items: &items,
            terms: Terms {
                currency: Currency::USD,
                tax_included: tax.included,
                delivery_taxed: true,
                language: Language::En,
            },
            delivery: Some(&DeliveryMethod {
                code: "post".to_owned(),
                name: "Post".to_owned(),
                price: DeliveryPrice::Flat(delivery),
                free_from_minor: None,
                days_least: 1,
                days_most: 2,
            }),
            discount: Some(&Discount {
                code: "OFF".to_owned(),
                kind: DiscountKind::Amount(off),
                minimum_minor: 0,
            }),
        })
        .unwrap();
        let line = |index: usize| {
            json!({
                "line": index + 1, "product": "p", "sku": "s", "title": "t", "ships": true,
                "quantity": items[index].quantity, "unit_price_minor": items[index].unit_price_minor,
                "tax_minor": priced.lines[index].tax_minor, "total_minor": priced.lines[index].total_minor,
                "discount_minor": priced.lines[index].discount_minor,
                "shipping_minor": priced.lines[index].shipping_minor,
            })
        };
        let id = "0190a0a0-0000-7000-8000-000000000000";
        let at = "2026-12-01T12:00:00Z";
        serde_json::from_value(json!({
            "id": id, "number": 1, "status": "confirmed", "payment_status": "captured",
            "fulfilment_status": "unfulfilled", "version": 1, "storefront": "default", "currency": "USD",
            "customer": {}, "items": (0..lines.len()).map(line).collect::<Vec<_>>(),
            "subtotal_minor": priced.subtotal_minor, "discount_minor": priced.discount_minor,
            "shipping_minor": priced.shipping_minor,
            "tax_minor": priced.tax_minor, "total_minor": priced.total_minor, "refunded_minor": 0,
            "explanation": [], "refunds": [], "shipments": [], "tickets": [], "created_at": at, "updated_at": at,
            "payments": [{
                "id": id, "provider": "sandbox", "method": "card", "status": "captured",
                "amount_minor": priced.total_minor, "created_at": at, "updated_at": at,
            }],
        }))
        .unwrap()
    }

    /// Makes the refund, and returns what it came to.
    fn refund(order: &mut Order, refund: &NewRefund) -> Result<i64, Refusal> {
        let plan = order.plan_refund(refund)?;
        let sum: i64 = plan.items.iter().map(|it| it.amount_minor).sum();
        assert!(plan.items.is_empty() || sum == plan.amount_minor);
        let refund = json!({
            "id": order.id, "payment_id": order.id, "amount_minor": plan.amount_minor, "tax_minor": plan.tax_minor,
            "status": "pending", "items": plan.items, "created_at": order.created_at, "updated_at": order.created_at,
        });
        order.refunds.push(serde_json::from_value(refund).unwrap());
        Ok(plan.amount_minor)
    }

    #[test]
    fn more_lines_than_an_order_has_are_refused_unread() {
        let items: Vec<_> = (1..100_000)
            .map(|line| LineQuantity { line, quantity: 0 })
            .collect();
        let refund = NewRefund {
            items: Some(items),
            ..NewRefund::default()
        };

        let errors = refund.parse().unwrap_err();

        let details: Vec<_> = errors.iter().map(|it| it.detail.as_str()).collect();
        assert_eq!(details, ["has more than 200 lines"]);
    }

    fn of(line: u32, quantity: u32) -> NewRefund {
        NewRefund {
            items: Some(vec![LineQuantity { line, quantity }]),
            ..NewRefund::default()
        }
    }

    fn amount(amount_minor: i64) -> NewRefund {
        NewRefund {
            amount_minor: Some(amount_minor),
            ..NewRefund::default()
        }
    }

    const TEN_ON_TOP: TaxRate = TaxRate {
        basis_points: 1_000,
        included: false,
    };

    #[test]
    fn a_line_is_refunded_with_its_tax() {
        let mut order = paid(&[(3, 1_000), (1, 500)], TEN_ON_TOP);

        assert_eq!(refund(&mut order, &of(1, 2)), Ok(2_200));
        assert_eq!(refund(&mut order, &of(2, 1)), Ok(550));
        assert_eq!(refund(&mut order, &NewRefund::default()), Ok(1_100));
        assert_eq!(
            refund(&mut order, &NewRefund::default()),
            Err(Refusal::NothingToRefund)
        );
    }

    #[test]
    fn a_tax_that_is_in_the_price_is_not_paid_back_twice() {
        let included = TaxRate {
            included: true,
            ..TEN_ON_TOP
        };
        let mut order = paid(&[(2, 1_000)], included);

        assert_eq!(refund(&mut order, &of(1, 1)), Ok(1_000));
    }

    #[test]
    fn nothing_is_refunded_twice_or_beyond_what_is_left() {
        let mut order = paid(&[(3, 1_000)], TEN_ON_TOP);
        refund(&mut order, &of(1, 2)).unwrap();

        let twice = refund(&mut order, &of(1, 2)).unwrap_err();
        let unknown = refund(&mut order, &of(7, 1)).unwrap_err();
        let too_much = refund(&mut order, &amount(1_101)).unwrap_err();

        for (refusal, pointer) in [
            (twice, "/items/0/quantity"),
            (unknown, "/items/0/quantity"),
            (too_much, "/amount_minor"),
        ] {
            let Refusal::Invalid(errors) = refusal else {
                panic!("{refusal:?}")
            };
            assert_eq!(errors[0].pointer, pointer);
        }
    }

    #[test]
    fn items_come_to_no_more_than_an_earlier_amount_has_left() {
        let mut order = paid(&[(2, 1_000)], TEN_ON_TOP);
        refund(&mut order, &amount(1_500)).unwrap();

        assert_eq!(refund(&mut order, &of(1, 2)), Ok(700));
    }

    #[test]
    fn a_refund_is_of_an_amount_or_of_items() {
        let both = NewRefund {
            amount_minor: Some(5),
            ..of(1, 0)
        };
        let shelf = NewRefund {
            restock: true,
            ..amount(0)
        };
        let pointers = |refund: NewRefund| {
            let errors = refund.parse().unwrap_err().into_iter();
            errors.map(|it| it.pointer).collect::<Vec<_>>()
        };

        assert_eq!(pointers(both), ["/items/0/quantity", "/amount_minor"]);
        assert_eq!(pointers(shelf), ["/amount_minor"]);
        assert_eq!(
            pointers(NewRefund {
                restock: true,
                ..amount(5)
            }),
            ["/restock"]
        );
    }

    #[test]
    fn discount_delivery_and_tax_go_back_with_what_they_belong_to() {
        let included = TaxRate {
            basis_points: 1_900,
            included: true,
        };
        // 20.00 and 10.00, 3.00 off, 4.90 for the parcel: 18.00 + 3.27 and 9.00 + 1.63.
        let mut order = delivered(&[(2, 1_000), (1, 1_000)], included, 300, 490);

        assert_eq!(refund(&mut order, &of(2, 1)), Ok(1_063));
        // 10.63 · 19/119 = 1.697…
        assert_eq!(order.refunds[0].tax_minor, 170);
        assert_eq!(refund(&mut order, &of(1, 1)), Ok(1_064));
        assert_eq!(refund(&mut order, &of(1, 1)), Ok(1_063));
        assert_eq!(order.refundable_minor(), 0);
    }

    #[test]
    fn what_a_stopped_order_gives_back_has_the_rest_of_its_tax() {
        let mut order = paid(&[(3, 1_000)], TEN_ON_TOP);
        refund(&mut order, &of(1, 1)).unwrap();
        assert_eq!(order.plan_owed(3_300).tax_minor, 0, "a second capture");

        order.status = OrderState::Cancelled;

        assert_eq!(order.plan_owed(2_200).tax_minor, 200);
        // A provider refused a part: what is left has its share.
        assert_eq!(order.plan_owed(1_100).tax_minor, 100);
    }

    /// What every refund of an order was made for, drawn at random.
    fn any_refund() -> impl Strategy<Value = NewRefund> {
        prop_oneof![
            (1_u32..6, 1_u32..5).prop_map(|(line, quantity)| of(line, quantity)),
            (1_i64..5_000).prop_map(amount),
        ]
    }

    proptest! {
        #[test]
        fn refunds_in_any_order_end_at_zero_with_all_of_the_tax(
            lines in prop::collection::vec((1_u32..9, 0_i64..10_000), 1..5),
            (basis_points, included) in (0_i32..3_000, any::<bool>()),
            (off, delivery) in (0_i64..5_000, 0_i64..2_000),
            parts in prop::collection::vec(any_refund(), 0..12),
        ) {
            let mut order = delivered(&lines, TaxRate { basis_points, included }, off, delivery);
            for part in &parts {
                // What is beyond the order's rest is refused, and changes nothing.
                let _ = refund(&mut order, part);
                prop_assert!(order.refundable_minor() >= 0);
            }
            let _ = refund(&mut order, &NewRefund::default());

            prop_assert_eq!(order.refundable_minor(), 0);
            prop_assert!(order.refunds.iter().all(|it| it.tax_minor >= 0));
            if order.total_minor > 0 {
                prop_assert_eq!(order.refunds.iter().map(|it| it.tax_minor).sum::<i64>(), order.tax_minor);
            }
        }

        #[test]
        fn the_order_of_refunds_of_items_changes_nothing(
            lines in prop::collection::vec((1_u32..6, 0_i64..10_000), 1..5),
            (basis_points, included) in (0_i32..3_000, any::<bool>()),
            (off, delivery) in (0_i64..5_000, 0_i64..2_000),
            shuffled in any::<u64>(),
        ) {
            let order = delivered(&lines, TaxRate { basis_points, included }, off, delivery);
            let units: Vec<u32> = (1..).zip(&lines).flat_map(|(line, (quantity, _))| vec![line; *quantity as usize]).collect();
            let back = |units: &[u32]| {
                let mut order = order.clone();
                let mut lines = vec![(0, 0); order.items.len()];
                for line in units {
                    // What cost nothing is refused.
                    if refund(&mut order, &of(*line, 1)).is_ok() {
                        let last = order.refunds.last().unwrap();
                        let sum = &mut lines[*line as usize - 1];
                        *sum = (sum.0 + last.amount_minor, sum.1 + last.tax_minor);
                    }
                }
                (lines, order.refundable_minor())
            };

            let one = back(&units);
            let mut places: Vec<_> = (0_u32..).zip(&units).collect();
            places.sort_by_key(|(place, _)| shuffled.rotate_left(place * 7) ^ u64::from(*place));
            let other = back(&places.into_iter().map(|(_, line)| *line).collect::<Vec<_>>());

            prop_assert_eq!(&one.0.iter().map(|it| it.0).collect::<Vec<_>>(), &other.0.iter().map(|it| it.0).collect::<Vec<_>>());
            prop_assert_eq!((one.1, other.1), (0, 0));
            prop_assert_eq!(one.0.iter().map(|it| it.1).sum::<i64>(), other.0.iter().map(|it| it.1).sum::<i64>());
        }

        #[test]
        fn unit_by_unit_or_at_once_it_is_the_same_and_ends_at_what_was_paid(
            lines in prop::collection::vec((1_u32..9, 1_i64..10_000), 1..5),
            basis_points in 0_i32..3_000,
            included in any::<bool>(),
        ) {
            let order = paid(&lines, TaxRate { basis_points, included });
            let mut whole = 0;
            for line in 1..=u32::try_from(lines.len()).unwrap() {
                let quantity = order.line(line).unwrap().quantity;
                let (mut slow, mut fast) = (order.clone(), order.clone());
                let by_unit: i64 = (0..quantity).map(|_| refund(&mut slow, &of(line, 1)).unwrap_or(0)).sum();
                let at_once = refund(&mut fast, &of(line, quantity)).unwrap();
                prop_assert_eq!(by_unit, at_once);
                whole += at_once;
            }
            prop_assert_eq!(whole, order.captured_minor());
        }
    }
}
