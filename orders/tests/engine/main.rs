//! The engine on real Postgres, one database a test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cancelling;
mod carts;
mod checks;
mod counting;
mod desk;
mod discounts;
mod failpoints;
mod faults;
mod giving_back;
mod history;
mod keys;
mod lifecycle;
mod limits;
mod mails;
mod paying;
mod placing;
mod receiver;
mod reconciling;
mod refunding;
mod repeating;
mod returning;
mod rush;
mod schema;
mod searching;
mod selling;
mod settling;
mod shipping;
mod shop;
mod signing_in;
mod stock;
mod telling;
mod webhooks;
