//! What must always be true, checked in SQL on live data: the list is in `invariants`.

mod invariants;

use chrono::{DateTime, Utc};

use self::invariants::INVARIANTS;
use super::{Database, OrderError};
use crate::domain::{Caller, Checked, Violation};

/// What can be asked about the health of the data.
#[derive(Clone)]
pub struct Checks {
    database: Database,
}

impl Checks {
    /// Checks of what is in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Looks at every invariant. All of them see the same moment, so a busy system raises no false alarm.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for those who do not run the shop; the database failed.
    pub async fn run(&self, caller: &Caller) -> Result<Vec<Checked>, OrderError> {
        caller.must_act_for_others()?;
        let now = self.database.clock.now();
        let mut tx = self
            .database
            .pool
            .begin_with("begin isolation level repeatable read read only")
            .await?;
        let mut checked = Vec::with_capacity(INVARIANTS.len());
        for invariant in INVARIANTS {
            let found = (invariant.find)(&mut tx, now).await?;
            checked.push(invariant.checked(found));
        }
        tx.commit().await?;
        Ok(checked)
    }
}

/// The time before which a thing that was due should be done, with what a restart takes.
const GRACE_SECONDS: i64 = 60;

/// The moment that invariants compare with.
fn overdue(now: DateTime<Utc>) -> DateTime<Utc> {
    now - chrono::Duration::seconds(GRACE_SECONDS)
}

impl invariants::Invariant {
    fn checked(&self, found: Vec<invariants::Found>) -> Checked {
        Checked {
            name: self.name.to_owned(),
            means: self.means.to_owned(),
            violations: found.first().map_or(0, |it| it.violations),
            examples: found
                .into_iter()
                .map(|it| Violation {
                    subject: it.subject,
                    detail: it.detail,
                })
                .collect(),
        }
    }
}
