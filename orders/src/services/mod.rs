//! The outside services that an order needs, and those who are told of it.

mod breaker;
pub mod client;
pub mod payment;
mod reach;
pub mod reservations;
pub mod webhooks;
