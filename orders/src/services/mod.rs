//! The outside services that an order needs.

mod breaker;
pub mod client;
pub mod payment;
pub mod reservations;
