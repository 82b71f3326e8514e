//! The process: configuration, routes, who is calling, live feed, workers. No rules: those are in `orders`.

mod address;
pub mod api;
mod caller;
pub mod config;
mod cors;
pub mod demo;
mod door;
mod feed;
mod headers;
pub mod memory;
pub mod metrics;
mod origin;
mod rate_limit;
pub mod report;
mod router;
pub mod run;
mod session_store;
mod set_up;
mod state;
mod storefront;
pub mod telemetry;
mod web;
mod workers;

pub use address::TrustedProxies;
pub use router::{Route, router, routes};
pub use state::{AppState, Lifecycle, Parts, Pulse, Settings};
