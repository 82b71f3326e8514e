//! The JSON API and the doors around it: the real router on real Postgres, one database a test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod browser;
mod catalogue;
mod commands;
mod cors;
mod demo;
mod docs;
mod doors;
mod families;
mod forms;
mod health;
mod input;
mod languages;
mod limits;
mod live;
mod mails;
mod metrics;
mod orders;
mod payments;
mod problems;
mod products;
mod selling;
mod storefronts;
mod test_app;
mod tickets;
mod walk;
mod webhooks;
