//! Places where tests let things go wrong: an error, a delay, the end of the process. They exist in debug builds only;
//! the variable `FAILPOINTS` says what happens where, as in `charge::after_call=return(abort)`.

#[cfg(debug_assertions)]
use super::OrderError;

/// Something may go wrong here.
macro_rules! failpoint {
    ($name:expr) => {
        #[cfg(debug_assertions)]
        $crate::engine::failpoint::reach($name)?;
    };
}

/// Commits `tx`, and something may go wrong on either side of it.
macro_rules! commit {
    ($tx:expr, $name:literal) => {
        failpoint!(concat!($name, "::before_commit"));
        $tx.commit().await?;
        failpoint!(concat!($name, "::after_commit"));
    };
}

/// # Errors
/// A test wants it so.
#[cfg(debug_assertions)]
pub(crate) fn reach(name: &str) -> Result<(), OrderError> {
    fail::fail_point!(name, |how| match how.as_deref() {
        Some("abort") => std::process::abort(),
        _ => Err(OrderError::Task(format!("the failpoint {name}"))),
    });
    Ok(())
}
