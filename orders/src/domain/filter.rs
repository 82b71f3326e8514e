//! Which orders a list shows, and which page of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, OrderId, OrderState};

/// Which orders a list shows. Empty: all.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OrderFilter {
    /// In any of these states.
    pub status: Vec<OrderState>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of the customer that another system calls this.
    pub external_ref: Option<String>,
    /// Of this storefront.
    pub storefront: Option<String>,
    /// Placed at this time or later.
    pub placed_from: Option<DateTime<Utc>>,
    /// Placed before this time.
    pub placed_to: Option<DateTime<Utc>>,
    /// Only those that a person has to look at.
    pub needs_attention: bool,
    /// Words: each must begin a word of the order's number, e-mail, name, SKUs or tracking numbers.
    pub q: Option<String>,
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PageRequest<C = Cursor> {
    /// How many at most, 1 to 100.
    pub limit: u16,
    /// Behind which one; `None` for the first page.
    pub after: Option<C>,
}

impl<C> PageRequest<C> {
    /// The first `limit` of a list.
    #[must_use]
    pub fn first(limit: u16) -> Self {
        Self { limit, after: None }
    }
}

/// Which page of a list whose pages are numbered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PageNumber {
    /// From 1.
    pub page: u32,
    /// How many at most, 1 to 100.
    pub limit: u16,
}

impl PageNumber {
    /// The nearest page that there can be.
    #[must_use]
    pub fn clamped(self) -> Self {
        Self {
            page: self.page.max(1),
            limit: self.limit.clamp(1, 100),
        }
    }

    /// How many come before it.
    #[must_use]
    pub fn offset(self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * u64::from(self.limit)
    }
}

/// A page of a list whose pages are numbered.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedPage<T> {
    /// What it shows.
    pub data: Vec<T>,
    /// Which one it is.
    pub page: PageNumber,
    /// How many there are on all pages.
    pub total: u64,
}

impl<T> NumberedPage<T> {
    /// How many pages there are.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(u64::from(self.page.limit.max(1)))
    }
}

/// A place in a list of orders, newest first.
pub type Cursor = OrderId;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T, C = Cursor> {
    /// What it shows.
    pub data: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<C>,
}
