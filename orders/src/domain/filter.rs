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
