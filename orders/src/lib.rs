//! The product: what an order is ([`domain`]), what happens to it (`engine`), and the outside services it needs (`services`).
//!
//! An order's life:
//!
//! 1. A buyer's cart becomes an order: priced from the catalogue, its stock held, all in one transaction (`engine::orders::place`).
//! 2. Paying commits an intent first, then asks the provider; what the provider says is one fact, however often it is said (`pay`, `advance`).
//! 3. Captured money confirms the order: held stock is taken for good, tickets are issued.
//! 4. Staff pack it and send parcels (`change`, `ship`) until everything is delivered.
//! 5. An unpaid order expires, a cancelled one gives stock and money back; `advance` sees to both, after any crash.
//! 6. Every change leaves a line of history and an event in the same transaction.

#![warn(missing_docs, clippy::wildcard_enum_match_arm)]

pub mod domain;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod services;

pub use domain::*;
#[cfg(feature = "engine")]
pub use engine::{Engine, OrderError};
