//! The outside services that an order needs, and those who are told of it.

mod breaker;
pub mod client;
pub mod mail;
pub mod payment;
mod reach;
pub mod reservations;
mod sent;
pub(crate) use sent::Sent;
pub mod webhooks;
