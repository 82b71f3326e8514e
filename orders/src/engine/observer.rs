//! Whoever counts what happens to orders.

use std::time::Duration;

use crate::domain::OrderState;

/// Hears of what happens to orders, to count it. What it does must be quick.
pub trait Observer: Send + Sync {
    /// An order was placed by this process. Whatever comes of its request, it stands.
    fn placed(&self);

    /// The request that placed an order was answered; it took this long, payment and all.
    fn processed(&self, took: Duration);

    /// Orders came to be in a state; heard by the process that relays their events, once for each.
    fn reached(&self, state: OrderState);
}

/// Counts nothing.
pub(super) struct Nobody;

impl Observer for Nobody {
    fn placed(&self) {}

    fn processed(&self, _: Duration) {}

    fn reached(&self, _: OrderState) {}
}
