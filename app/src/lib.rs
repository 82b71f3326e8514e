//! What people see: pages, components, and the server functions behind them. No SQL and no rules: those are in `orders`.
//!
//! Pages are rendered on the server, complete without JavaScript: forms post and redirect. In the browser only the
//! islands in [`components`] wake up.

#![expect(
    unreachable_pub,
    reason = "the component macro makes the type of every component's properties public"
)]

pub mod api;
mod components;
mod error;
#[cfg(test)]
mod fixtures;
#[cfg(feature = "ssr")]
pub mod mail;
mod pages;
mod shop;
#[cfg(feature = "ssr")]
mod shown_once;
#[cfg(feature = "ssr")]
pub mod ssr;
mod words;

pub use error::AppError;
pub use pages::{App, shell};
pub use shop::{Shop, shop};
