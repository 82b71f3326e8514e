//! How much somebody may ask for in a minute, counted in Postgres, so that it holds for all servers together.
//!
//! Each limit is one row with one time in it, moved on by one statement (the generic cell rate algorithm): a whole
//! minute's worth may come at once, and then as much as comes back. Limits keep the database well; where it does not
//! answer, nobody is refused for that: what needs it is answered by itself that it is away. Only attempts to sign in are
//! not let through uncounted.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{Database, OrderError};
use crate::domain::{CustomerId, Refusal, ServiceKeyId};

/// What limits are counted by.
const PERIOD: TimeDelta = TimeDelta::minutes(1);
const PERIOD_MICROSECONDS: i64 = 60_000_000;
/// How long a request waits for its limit. After that it goes on without.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long limits are not asked for after the database did not answer.
const REST: Duration = Duration::from_secs(2);
/// How many of those that were refused are remembered. Beyond that memory begins anew.
const MOST_REFUSED: usize = 10_000;

/// How many requests there may be in a minute. Zero is no limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rates {
    /// Whatever a guest's address asks for, but for orders.
    pub guest_requests: u32,
    /// Orders that a guest's address places.
    pub guest_orders: u32,
    /// Sign-ins to one account from one address.
    pub sign_ins: u32,
    /// Whatever a signed-in person asks for.
    pub person_requests: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            guest_requests: 600,
            guest_orders: 20,
            sign_ins: 10,
            person_requests: 6_000,
        }
    }
}

/// Whose limit it is.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// A guest's, by their address.
    Guest(IpAddr),
    /// A guest's who places an order.
    Buyer(IpAddr),
    /// Somebody's who says to be this account.
    SignIn(IpAddr, &'a str),
    /// A signed-in person's.
    Person(CustomerId),
    /// A program's whose key has a limit.
    Key(ServiceKeyId, u32),
}

/// How a limit stands after a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing {
    /// What the limit is called.
    pub name: &'static str,
    /// How many requests a minute.
    pub quota: u32,
    /// How many there may be right now.
    pub left: u32,
    /// In how many seconds it is whole again.
    pub whole_in: u32,
    /// In how many seconds the request may come again that was refused.
    pub retry_after: Option<u32>,
}

/// The limits of one database. Cheap to clone.
#[derive(Clone)]
pub struct Limits {
    database: Database,
    rates: Rates,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    /// Until when these get nothing. Whoever goes on asking costs nothing but this.
    refused: HashMap<Vec<u8>, DateTime<Utc>>,
    /// Since when the database does not answer.
    away_since: Option<Instant>,
}

impl Limits {
    /// Limits of these `rates`.
    #[must_use]
    pub fn new(database: Database, rates: Rates) -> Self {
        Self {
            database,
            rates,
            memory: Arc::default(),
        }
    }

    /// Counts a request. `None` where nothing limits it, or the database does not answer.
    pub async fn take(&self, whose: Whose<'_>) -> Option<Standing> {
        if self.is_away() {
            return None;
        }
        self.count(whose).await.unwrap_or_else(|Away| {
            self.memory().away_since = Some(Instant::now());
            None
        })
    }

    /// Counts a request that is refused when there were too many, and when it cannot be counted.
    ///
    /// # Errors
    /// [`Refusal::TooOften`], [`OrderError::Busy`].
    pub async fn must_be_within(&self, whose: Whose<'_>) -> Result<(), OrderError> {
        let standing = self.count(whose).await.map_err(|Away| OrderError::Busy)?;
        match standing.and_then(|it| it.retry_after) {
            Some(retry_after) => Err(Refusal::TooOften { retry_after }.into()),
            None => Ok(()),
        }
    }

    async fn count(&self, whose: Whose<'_>) -> Result<Option<Standing>, Away> {
        let (name, quota, key) = self.limit(whose);
        if quota == 0 {
            return Ok(None);
        }
        let now = self.database.clock.now();
        // In whole microseconds, as Postgres counts; rounded down, so that a minute has room for all of them.
        let every = TimeDelta::microseconds(PERIOD_MICROSECONDS / i64::from(quota));
        let standing = |whole_at: DateTime<Utc>, retry_at: Option<DateTime<Utc>>| Standing {
            name,
            quota,
            left: left(now + PERIOD - whole_at, every),
            whole_in: seconds(whole_at - now),
            retry_after: retry_at.map(|it| seconds(it - now).max(1)),
        };
        let remembered = self.memory().refused.get(&key).copied();
        if let Some(retry_at) = remembered.filter(|it| *it > now) {
            return Ok(Some(standing(retry_at + PERIOD - every, Some(retry_at))));
        }
        let moved = tokio::time::timeout(PATIENCE, self.advance(&key, now, every)).await;
        let (whole_at, has_room) = match moved {
            Ok(Ok(moved)) => moved,
            Ok(Err(error)) => return Err(away(&error.to_string())),
            Err(_) => return Err(away("no answer in time")),
        };
        if has_room {
            return Ok(Some(standing(whole_at, None)));
        }
        let retry_at = whole_at + every - PERIOD;
        self.memory().refuse(key, retry_at);
        Ok(Some(standing(whole_at, Some(retry_at))))
    }

    /// Forgets those that are whole again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_whole(&self) -> Result<u64, OrderError> {
        let now = self.database.clock.now();
        let forgotten = sqlx::query!("delete from rate_limits where whole_at < $1", now)
            .execute(&self.database.pool)
            .await?;
        Ok(forgotten.rows_affected())
    }

    /// What the limit is called, how much it is, and its key.
    fn limit(&self, whose: Whose<'_>) -> (&'static str, u32, Vec<u8>) {
        let rates = &self.rates;
        match whose {
            Whose::Guest(address) => ("guest", rates.guest_requests, key("guest", address, "")),
            Whose::Buyer(address) => ("orders", rates.guest_orders, key("orders", address, "")),
            Whose::SignIn(address, account) => {
                let account = account.trim().to_lowercase();
                ("sign-in", rates.sign_ins, key("sign-in", address, &account))
            }
            Whose::Person(id) => (
                "person",
                rates.person_requests,
                hash("person", &id.to_string()),
            ),
            Whose::Key(id, quota) => ("key", quota, hash("key", &id.to_string())),
        }
    }

    /// Moves the limit on by one request, if there is room. Says when it is whole, and whether there was.
    async fn advance(
        &self,
        key: &[u8],
        now: DateTime<Utc>,
        every: TimeDelta,
    ) -> Result<(DateTime<Utc>, bool), OrderError> {
        let moved = sqlx::query_scalar!(
            "insert into rate_limits as it (key, whole_at) values ($1, $2::timestamptz + make_interval(secs => $3))
             on conflict (key) do update set whole_at = greatest(it.whole_at, $2) + make_interval(secs => $3)
             where greatest(it.whole_at, $2) + make_interval(secs => $3) <= $4
             returning whole_at",
            key,
            now,
            every.as_seconds_f64(),
            now + PERIOD,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        if let Some(whole_at) = moved {
            return Ok((whole_at, true));
        }
        let whole_at = sqlx::query_scalar!("select whole_at from rate_limits where key = $1", key)
            .fetch_optional(&self.database.pool)
            .await?;
        Ok((whole_at.unwrap_or(now + PERIOD), false))
    }

    fn is_away(&self) -> bool {
        let since = self.memory().away_since;
        since.is_some_and(|it| it.elapsed() < REST)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn refuse(&mut self, key: Vec<u8>, until: DateTime<Utc>) {
        if self.refused.len() >= MOST_REFUSED {
            self.refused.clear();
        }
        self.refused.insert(key, until);
    }
}

/// The database did not answer.
struct Away;

fn away(why: &str) -> Away {
    tracing::warn!(why, "Limits cannot be counted");
    Away
}

/// How many requests fit into what is free.
fn left(free: TimeDelta, every: TimeDelta) -> u32 {
    let fits = free.num_microseconds().unwrap_or(0) / every.num_microseconds().unwrap_or(1).max(1);
    u32::try_from(fits).unwrap_or(0)
}

/// Whole seconds, rounded up.
fn seconds(time: TimeDelta) -> u32 {
    u32::try_from((time.num_milliseconds() + 999) / 1_000).unwrap_or(0)
}

/// Whoever has one address of the new kind has 2^64 of them.
fn key(name: &str, address: IpAddr, account: &str) -> Vec<u8> {
    hash(name, &format!("{}\0{account}", network(address)))
}

fn hash(name: &str, whose: &str) -> Vec<u8> {
    Sha256::digest(format!("{name}\0{whose}")).to_vec()
}

/// What one party is reached at: an IPv4 address, or the 64 bits of an IPv6 address that name a network.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let bits = u128::from(address) >> 64 << 64;
            IpAddr::V6(bits.into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_one_party() {
        let read = |text: &str| network(text.parse().unwrap());

        assert_eq!(read("2001:db8::1"), read("2001:db8::ffff:2"));
        assert_ne!(read("2001:db8::1"), read("2001:db8:0:1::1"));
        assert_eq!(read("::ffff:192.0.2.1"), read("192.0.2.1"));
        assert_ne!(read("192.0.2.1"), read("192.0.2.2"));
    }
}
