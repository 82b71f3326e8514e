//! A storm: real servers under concurrent mixed load, killed with SIGKILL again and again, with services outside that
//! fail as often. When it is over and the servers have come to rest, nothing may be lost, oversold or charged twice, and
//! everybody outside must agree.

mod books;
mod buyers;
mod client;
mod fleet;
mod goods;
mod outside;
mod report;
mod verdict;

use std::{path::PathBuf, sync::Arc, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx::{PgPool, postgres::PgConnectOptions};
use tokio::{task::JoinSet, time::Instant};

pub use report::Report;

use crate::{client::Client, fleet::Fleet, outside::Outside};

// Whose dice these are; people have the numbers below.
const KILLS: usize = usize::MAX;
const WEATHER: usize = usize::MAX - 1;
const BANK: usize = usize::MAX - 2;

/// What kind of storm.
pub struct Storm {
    /// The server's executable.
    pub server: PathBuf,
    /// The executable that plays the services outside.
    pub services: PathBuf,
    /// The database, empty.
    pub database: PgConnectOptions,
    /// How many servers.
    pub servers: usize,
    /// How long it rages; coming to rest takes a minute or two more.
    pub duration: Duration,
    /// How many do things at once, besides those who want the hot product.
    pub people: usize,
    /// Decides what people do, and when servers are killed.
    pub seed: u64,
}

/// What went wrong with the storm itself.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

impl Storm {
    /// Lets it rage, and looks at what is left.
    ///
    /// # Errors
    /// The storm could not be made; what it found is in the report.
    pub async fn rage(self) -> Result<Report, Error> {
        let pool = PgPool::connect_with(self.database.clone()).await?;
        let outside = Outside::start(&self.services)?;
        let mut fleet = Fleet::start(&self.server, &self.database, &outside, self.servers).await?;
        let client = Arc::new(Client::new(fleet.addresses(), fleet.create_key().await?)?);
        outside.subscribe(&client).await?;
        goods::put_out(&client).await?;
        let end = Instant::now() + self.duration;
        let mut people = JoinSet::new();
        for person in 0..self.people {
            let rng = self.rng(person);
            people.spawn(buyers::live(client.clone(), rng, end));
        }
        people.spawn(buyers::rush(client.clone(), self.duration));
        people.spawn(outside.clone().weather(self.rng(WEATHER), end));
        people.spawn(outside.clone().bank(client.clone(), self.rng(BANK), end));
        let kills = self.kill_until(end, &mut fleet, &pool).await?;
        while let Some(done) = people.join_next().await {
            done?;
        }
        verdict::come_to_rest(&pool, &client, &outside).await?;
        let mut report = client.report();
        report.kills = kills;
        verdict::look(&client, &fleet, &mut report).await?;
        books::compare(&pool, &outside.books().await, &mut report).await?;
        Ok(report)
    }

    fn rng(&self, dice: usize) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_mul(1_000).wrapping_add(dice as u64))
    }

    /// Kills a server every other second, and now and then every connection to the database.
    async fn kill_until(
        &self,
        end: Instant,
        fleet: &mut Fleet,
        pool: &PgPool,
    ) -> Result<usize, Error> {
        let (mut rng, mut kills) = (self.rng(KILLS), 0);
        loop {
            let pause = Duration::from_millis(rng.random_range(700..3_000));
            if Instant::now() + pause > end {
                tokio::time::sleep_until(end).await;
                return Ok(kills);
            }
            tokio::time::sleep(pause).await;
            if rng.random_ratio(1, 5) {
                sqlx::query(
                    "select pg_terminate_backend(pid) from pg_stat_activity
                     where datname = current_database() and application_name = 'waybill'",
                )
                .execute(pool)
                .await?;
            } else {
                fleet.kill_one(rng.random_range(0..self.servers)).await?;
                kills += 1;
            }
        }
    }
}
