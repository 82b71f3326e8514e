//! Customers, staff, their sessions, and the keys of programs.

mod accounts;
mod passwords;
mod service_keys;
mod sessions;

pub(super) use accounts::contact;
pub use sessions::SessionRecord;

use std::sync::Arc;

use self::service_keys::RecentKeys;
use super::Database;
pub(crate) use accounts::subject;

/// What can be done with people.
#[derive(Clone)]
pub struct People {
    database: Database,
    recent_keys: Arc<RecentKeys>,
}

impl People {
    /// The people in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            recent_keys: Arc::default(),
        }
    }
}
