//! A circuit breaker: a service that keeps failing is left alone for a while, then tried with one call.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use crate::engine::Clock;

/// So many failures in a row open the breaker.
const LIMIT: u32 = 5;
/// How long it stays open before one call may try.
const REST: Duration = Duration::seconds(10);

/// Whether a service is worth calling.
pub(super) struct Breaker {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Calls go through.
    Closed { failures: u32 },
    /// No call goes through until then; the first one after it is the trial.
    Open { until: DateTime<Utc> },
}

impl Breaker {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Whether a call may go through now. When the rest is over, one may; the others wait for what comes of it, or, in
    /// case it never says, for another rest.
    pub(super) fn admits(&self) -> bool {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed { .. } => true,
            State::Open { until } if until <= now => {
                *state = State::Open { until: now + REST };
                true
            }
            State::Open { .. } => false,
        }
    }

    pub(super) fn succeeded(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Closed { failures: 0 };
    }

    pub(super) fn failed(&self) {
        let until = self.clock.now() + REST;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match *state {
            State::Closed { failures } if failures + 1 < LIMIT => State::Closed {
                failures: failures + 1,
            },
            State::Closed { .. } | State::Open { .. } => State::Open { until },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaker() -> (Breaker, Clock) {
        let clock = Clock::set(DateTime::UNIX_EPOCH);
        (Breaker::new(clock.clone()), clock)
    }

    fn fail(breaker: &Breaker, times: u32) {
        (0..times).for_each(|_| breaker.failed());
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let (breaker, _) = breaker();

        fail(&breaker, LIMIT - 1);
        breaker.succeeded();
        fail(&breaker, LIMIT - 1);
        assert!(breaker.admits());
        fail(&breaker, 1);

        assert!(!breaker.admits());
    }

    #[test]
    fn after_a_rest_one_call_tries_and_decides() {
        let (breaker, clock) = breaker();
        fail(&breaker, LIMIT);

        clock.advance(REST);
        assert!(breaker.admits());
        assert!(!breaker.admits(), "one at a time");
        breaker.failed();
        assert!(!breaker.admits());
        clock.advance(REST);
        assert!(breaker.admits());
        breaker.succeeded();

        assert!(breaker.admits() && breaker.admits());
    }

    #[test]
    fn a_trial_that_never_ends_does_not_keep_it_open_for_ever() {
        let (breaker, clock) = breaker();
        fail(&breaker, LIMIT);
        clock.advance(REST);
        assert!(breaker.admits());

        clock.advance(REST);

        assert!(breaker.admits());
    }
}
