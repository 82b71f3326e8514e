//! The outside services that an order needs.

pub mod payment;
