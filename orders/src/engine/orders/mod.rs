//! Orders: one use case, one file.

mod access;
mod admission;
mod advance;
mod answers;
mod archive;
mod attention;
mod buyer;
mod change;
mod check_in;
mod columns;
mod conditions;
mod desk;
pub(super) mod discount;
mod draft;
mod find;
mod history;
mod idempotency;
mod label;
mod list_numbered;
mod notes;
mod pay;
mod place;
mod placed;
mod read;
mod reconcile;
mod record;
mod refund;
mod refund_goods;
mod remote_returns;
mod reserve;
mod returns;
mod seed;
mod select;
mod ship;
mod shortage;
mod step;
mod stock;
mod told;
mod write;
mod write_new;

pub use answers::Answer;
pub use conditions::Conditions;
pub(super) use find::with_token;
pub use idempotency::{IdempotencyKey, Repeat};
pub use placed::{AnsweredAs, Placed};
pub use reconcile::Reconciled;
pub use record::ProviderFact;
pub use told::ToldPayment;

use std::{sync::Arc, time::Duration};

use self::{answers::Answers, desk::Desk};
use super::{Database, catalogue::Offers};
use crate::services::{payment::Provider, reservations::Reservations};

/// What can be done with orders. Each method is in the file of its name.
#[derive(Clone)]
pub struct Orders {
    database: Database,
    provider: Provider,
    reservations: Reservations,
    expiry: chrono::Duration,
    offers: Arc<Offers>,
    desk: Desk,
    answers: Answers,
    conditions: Conditions,
    answer_within: Duration,
}

impl Orders {
    /// Orders in `database`, paid through `provider`; unpaid ones expire after 15 minutes.
    #[must_use]
    pub fn new(database: Database, provider: Provider) -> Self {
        Self {
            desk: Desk::new(database.clone()),
            answers: Answers::new(database.pool.clone()),
            database,
            provider,
            reservations: Reservations::default(),
            expiry: chrono::Duration::minutes(15),
            offers: Arc::default(),
            conditions: Conditions::default(),
            answer_within: Duration::from_secs(10),
        }
    }

    /// The same, with unpaid orders expiring after `expiry`.
    #[must_use]
    pub fn expiring_after(mut self, expiry: chrono::Duration) -> Self {
        self.expiry = expiry;
        self
    }

    /// The same, with goods and seats held by services outside too.
    #[must_use]
    pub fn reserving_at(mut self, reservations: Reservations) -> Self {
        self.reservations = reservations;
        self
    }

    /// The same, with requests that wait no longer than `deadline` for their order to come to rest, instead of ten
    /// seconds. After that a worker goes on, and the order says "pending".
    #[must_use]
    pub fn answering_within(mut self, deadline: Duration) -> Self {
        self.answer_within = deadline;
        self
    }

    /// The database below.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// How cards are paid.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.provider
    }
}
