//! What happens to orders: every use case, on Postgres. The only SQL about orders, goods and people is here.

#[macro_use]
mod failpoint;

mod carts;
mod catalogue;
mod checks;
mod clock;
mod database;
mod deliveries;
mod discounts;
mod error;
mod feed;
mod limits;
mod observer;
mod orders;
mod people;

pub use carts::Carts;
pub use catalogue::Catalogue;
pub use checks::Checks;
pub use clock::Clock;
pub use database::{Database, Secrets};
pub use deliveries::Deliveries;
pub use discounts::Discounts;
pub use error::OrderError;
pub use feed::{Feed, News, Nudge};
pub use limits::{Limits, Rates, Standing, Whose, network};
pub use observer::Observer;
pub use orders::{
    Answer, AnsweredAs, Conditions, IdempotencyKey, Orders, Placed, ProviderFact, Reconciled,
    Repeat, ToldPayment,
};
pub use people::{KnownKey, People, SessionRecord};

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, LazyLock},
};

use sqlx::migrate::Migrator;

use crate::services::payment::Provider;

/// The schema. Forward only.
pub static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrator = sqlx::migrate!("../migrations");
    // An older server that starts again on a newer schema has nothing to do here.
    migrator.set_ignore_missing(true);
    migrator
});

/// The engine: its [`Handles`]. Cheap to clone, as every layer of the server does for every request.
#[derive(Clone)]
pub struct Engine(Arc<Handles>);

/// One handle for each kind of thing, over one database.
#[derive(Clone)]
pub struct Handles {
    /// Orders: placing, paying, changing, finding.
    pub orders: Orders,
    /// Products and stock.
    pub catalogue: Catalogue,
    /// Discount codes.
    pub discounts: Discounts,
    /// Customers, staff, sessions, keys.
    pub people: People,
    /// Carts.
    pub carts: Carts,
    /// Events on their way out.
    pub deliveries: Deliveries,
    /// What must always be true of all of it.
    pub checks: Checks,
    /// How much somebody may ask for.
    pub limits: Limits,
}

impl Engine {
    /// The engine on `database`, with `provider` taking the money.
    #[must_use]
    pub fn new(database: Database, provider: Provider) -> Self {
        let limits = Limits::new(database.clone(), Rates::default());
        Self(Arc::new(Handles {
            orders: Orders::new(database.clone(), provider),
            catalogue: Catalogue::new(database.clone()),
            discounts: Discounts::new(database.clone()),
            people: People::new(database.clone(), limits.clone()),
            carts: Carts::new(database.clone()),
            deliveries: Deliveries::new(database.clone()),
            checks: Checks::new(database),
            limits,
        }))
    }

    /// The same, with other limits.
    #[must_use]
    pub fn limited_to(mut self, rates: Rates) -> Self {
        let database = self.database().clone();
        self.limits = Limits::new(database.clone(), rates);
        self.people = People::new(database, self.limits.clone());
        self
    }

    /// The database below, for the process that owns it.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.orders.database()
    }
}

/// Changes this engine alone: others that were cloned from it stay as they are.
impl DerefMut for Engine {
    fn deref_mut(&mut self) -> &mut Handles {
        Arc::make_mut(&mut self.0)
    }
}

impl Deref for Engine {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}
