//! The process: configuration, routes, who is calling, live feed, workers. No rules: those are in `orders`.

pub mod api;
mod caller;
pub mod config;
pub mod demo;
mod feed;
mod headers;
mod origin;
pub mod report;
mod router;
pub mod run;
mod session_store;
mod state;
mod storefront;
pub mod telemetry;
mod web;
mod workers;

pub use router::router;
pub use state::{AppState, Lifecycle, Settings};
