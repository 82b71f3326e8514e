//! What can go wrong in the engine: the domain says no, or something broke.

use crate::domain::{NotAllowed, Refusal};

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The domain says no: an answer for the caller.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed or is away: ours to mend.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A row says something that cannot be.
    #[error("{table} {id} cannot be understood: {why}")]
    Corrupt {
        /// Where the row is.
        table: &'static str,
        /// Which row.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// Others kept getting in the way: trying again makes sense.
    #[error("too much is going on at once")]
    Busy,
    /// A task of ours died.
    #[error("a background task died: {0}")]
    Task(String),
}

impl From<sqlx::Error> for OrderError {
    fn from(error: sqlx::Error) -> Self {
        let error = Self::Database(error);
        // Postgres keeps every character but NUL; text that has one comes from outside.
        match error.sql_state().as_deref() {
            Some("22021" | "22P05") => {
                Refusal::field("", "has a NUL character, which cannot be kept").into()
            }
            // Nor does it keep every time that can be written.
            Some("22008") => Refusal::field("", "has a time that cannot be kept").into(),
            _ => error,
        }
    }
}

impl From<NotAllowed> for OrderError {
    fn from(it: NotAllowed) -> Self {
        Self::Refused(it.into())
    }
}

impl OrderError {
    /// Whether the database is out of reach, so that trying later makes sense.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Database(
                    sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::Io(_)
                        | sqlx::Error::Tls(_)
                )
        ) || self
            .sql_state()
            .is_some_and(|code| code.starts_with("57P") || code == "53300")
    }

    /// Whether two transactions got in each other's way, so that trying at once makes sense.
    pub(crate) fn is_conflict(&self) -> bool {
        // Serialization failure, deadlock.
        self.sql_state()
            .is_some_and(|code| code == "40001" || code == "40P01")
    }

    fn sql_state(&self) -> Option<String> {
        match self {
            Self::Database(sqlx::Error::Database(it)) => it.code().map(|code| code.into_owned()),
            Self::Database(_)
            | Self::Refused(_)
            | Self::Corrupt { .. }
            | Self::Busy
            | Self::Task(_) => None,
        }
    }
}

/// Turns the violation of a named constraint into the refusal that it stands for.
pub(crate) trait OnConstraint<T> {
    fn on_constraint(self, name: &str, refusal: impl FnOnce() -> Refusal) -> Result<T, OrderError>;
}

impl<T> OnConstraint<T> for Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, refusal: impl FnOnce() -> Refusal) -> Result<T, OrderError> {
        self.map_err(|error| {
            if constraint(&error) == Some(name) {
                refusal().into()
            } else {
                error.into()
            }
        })
    }
}

/// The named constraint that a statement violated.
pub(crate) fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|it| it.constraint())
}
