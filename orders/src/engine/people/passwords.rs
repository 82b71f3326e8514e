//! Passwords: Argon2id, at most two at a time, off the threads that serve requests.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::engine::OrderError;

/// A hash takes 19 MiB and some 20 ms: a flood of sign-ins must not take the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Verified against when nobody has the address, so that the time taken does not tell.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Gjx5oYCWvJ8dHMDXDIIuO8aLNsTQnLwH1vqQ8nUeFMo";

/// The hash of a password, in PHC notation.
pub(super) async fn hash(password: String) -> Result<String, OrderError> {
    off_thread(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|it| it.to_string())
    })
    .await?
    .map_err(|error| OrderError::Task(format!("could not hash a password: {error}")))
}

/// Whether `password` is the one that was hashed. Without a hash it takes as long, and is not.
pub(super) async fn verify(password: String, hash: Option<String>) -> Result<bool, OrderError> {
    off_thread(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(NOBODY);
        let matches = PasswordHash::new(hash).is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        });
        matches && known
    })
    .await
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, OrderError> {
    let _permit = AT_ONCE
        .acquire()
        .await
        .map_err(|error| OrderError::Task(error.to_string()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| OrderError::Task(error.to_string()))
}
