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
                })
            })
            .collect()
    }
}
