//! Customers, staff, their sessions, and the keys of programs.

mod accounts;
mod password_mails;
mod passwords;
mod resets;
mod service_keys;
mod sessions;
mod sign_ins;
mod staff;

pub(super) use accounts::contact;
pub use service_keys::KnownKey;
pub use sessions::SessionRecord;

use std::sync::Arc;

use self::service_keys::RecentKeys;
use super::{Database, Limits};
pub(crate) use accounts::subject;

/// What can be done with people.
#[derive(Clone)]
pub struct People {
    database: Database,
    limits: Limits,
    recent_keys: Arc<RecentKeys>,
}

impl People {
    /// The people in `database`, who may try to sign in as often as `limits` say.
    #[must_use]
    pub fn new(database: Database, limits: Limits) -> Self {
        Self {
            database,
            limits,
            recent_keys: Arc::default(),
        }
    }
}
