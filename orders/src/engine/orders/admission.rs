//! Which of the orders that come together can be had: decided under the lock of their stock, without touching anything.

use std::collections::{HashMap, HashSet};

use super::draft::Draft;
use crate::domain::{OrderId, Refusal, Shortage};

/// What becomes of a draft.
#[derive(Debug, PartialEq)]
pub(super) enum Admission {
    /// It can be written.
    Admitted,
    /// A request with the same key was first.
    Repeated,
    /// The catalogue is not the one that it was priced by.
    Outdated,
    /// [`Refusal::OutOfStock`], with everything that is short.
    Refused(Refusal),
}

/// What the database says while the stock is locked.
pub(super) struct Ground {
    /// The catalogue's revision.
    pub(super) revision: i64,
    /// The orders whose keys are new.
    pub(super) claimed: HashSet<OrderId>,
    /// How many of each SKU can be had.
    pub(super) available: HashMap<String, i64>,
}

/// Looks at the drafts one after the other: an order takes all of its lines or none, and what it takes is gone for
/// those behind it.
pub(super) fn admit<'a>(
    drafts: impl IntoIterator<Item = &'a Draft>,
    mut ground: Ground,
) -> Vec<Admission> {
    drafts.into_iter().map(|it| ground.admit(it)).collect()
}

impl Ground {
    fn admit(&mut self, draft: &Draft) -> Admission {
        if draft.key.is_some() && !self.claimed.contains(&draft.id) {
            return Admission::Repeated;
        }
        let is_sold = |sku| self.available.contains_key(sku);
        if draft.revision != self.revision || !draft.lines.iter().all(|it| is_sold(&it.offer.sku)) {
            return Admission::Outdated;
        }
        let short = self.short_of(draft);
        if !short.is_empty() {
            return Admission::Refused(Refusal::OutOfStock(short));
        }
        for line in &draft.lines {
            if let Some(available) = self.available.get_mut(&line.offer.sku) {
                *available -= i64::from(line.quantity);
            }
        }
        Admission::Admitted
    }

    fn short_of(&self, draft: &Draft) -> Vec<Shortage> {
        let lines = draft.lines.iter();
        lines
            .filter_map(|line| {
                let available = *self.available.get(&line.offer.sku)?;
                (available < i64::from(line.quantity)).then(|| Shortage {
                    sku: line.offer.sku.clone(),
                    title: line.offer.title.clone(),
                    requested: line.quantity,
                    available: u32::try_from(available).unwrap_or(0),
                    seat: line.offer.seat.clone(),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{
        domain::{
            Contact, Currency, Language,
            pricing::{Basket, Terms, price},
        },
        engine::{
            catalogue::Offer,
            orders::{AnsweredAs, IdempotencyKey, draft::Line},
        },
    };

    const REVISION: i64 = 7;

    fn draft(quantities: &[(&str, u32)]) -> Draft {
        let line = |(sku, quantity): &(&str, u32)| Line {
            offer: Arc::new(Offer {
                sku: (*sku).to_owned(),
                product: "1".to_owned(),
                title: (*sku).to_owned(),
                unit_price_minor: 100,
                tax_basis_points: 0,
                grams: 0,
                seat: None,
                ships: true,
            }),
            quantity: *quantity,
        };
        let lines: Vec<_> = quantities.iter().map(line).collect();
        let items: Vec<_> = lines.iter().map(Line::to_price).collect();
        let basket = Basket {
            items: &items,
            terms: Terms {
                currency: Currency::USD,
                tax_included: false,
                delivery_taxed: true,
                language: Language::En,
            },
            delivery: None,
            discount: None,
        };
        Draft {
            id: OrderId(Uuid::new_v4()),
            now: DateTime::UNIX_EPOCH,
            expires_at: None,
            storefront: "default".to_owned(),
            language: Language::En,
            customer: Contact::default(),
            shipping_address: None,
            billing_address: None,
            shipping_method: None,
            discount_code: None,
            note: None,
            lines,
            pricing: price(&basket).unwrap(),
            revision: REVISION,
            key: None,
            answered_as: AnsweredAs::Placed,
            actor: "guest".to_owned(),
            request_id: "test".to_owned(),
        }
    }

    fn ground(available: &[(&str, i64)]) -> Ground {
        Ground {
            revision: REVISION,
            claimed: HashSet::new(),
            available: available
                .iter()
                .map(|(sku, available)| ((*sku).to_owned(), *available))
                .collect(),
        }
    }

    #[test]
    fn what_one_takes_is_gone_for_those_behind_it_and_who_is_refused_takes_nothing() {
        let drafts = [
            draft(&[("A", 2)]),
            draft(&[("B", 1), ("A", 2)]),
            draft(&[("A", 1), ("B", 1)]),
        ];

        let admissions = admit(&drafts, ground(&[("A", 3), ("B", 1)]));

        assert_eq!(admissions[0], Admission::Admitted);
        let Admission::Refused(Refusal::OutOfStock(short)) = &admissions[1] else {
            panic!("{admissions:?}")
        };
        assert_eq!(
            (short.len(), short[0].sku.as_str(), short[0].available),
            (1, "A", 1)
        );
        assert_eq!(admissions[2], Admission::Admitted);
    }

    #[test]
    fn a_key_that_was_claimed_before_and_a_catalogue_that_changed_admit_nobody() {
        let mut repeated = draft(&[("A", 1)]);
        repeated.key = Some(IdempotencyKey::new("guest", "one", b""));
        let mut outdated = draft(&[("A", 1)]);
        outdated.revision -= 1;
        let unknown = draft(&[("C", 1)]);

        let admissions = admit(&[repeated, outdated, unknown], ground(&[("A", 9)]));

        assert_eq!(
            admissions,
            [
                Admission::Repeated,
                Admission::Outdated,
                Admission::Outdated
            ]
        );
    }
}
