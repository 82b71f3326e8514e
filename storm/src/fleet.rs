//! The servers: started, killed, started again.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, RwLock},
    time::Duration,
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{
    Error,
    outside::{CALLBACK_SECRET, Outside},
};

/// Where the servers are; `None` for one that is down.
pub(crate) type Addresses = Arc<RwLock<Vec<Option<String>>>>;

/// How long a server may take to start.
const START: Duration = Duration::from_secs(60);

/// The servers, on one database.
pub(crate) struct Fleet {
    executable: PathBuf,
    environment: Vec<(&'static str, String)>,
    servers: Vec<Child>,
    addresses: Addresses,
}

impl Fleet {
    pub(crate) async fn start(
        executable: &Path,
        database: &PgConnectOptions,
        outside: &Outside,
        servers: usize,
    ) -> Result<Self, Error> {
        let mut fleet = Self {
            executable: executable.to_owned(),
            environment: environment(database, outside),
            servers: Vec::new(),
            addresses: Arc::default(),
        };
        for _ in 0..servers {
            let (child, address) = fleet.start_one().await?;
            fleet.servers.push(child);
            fleet.set(fleet.servers.len() - 1, Some(address));
        }
        Ok(fleet)
    }

    pub(crate) fn addresses(&self) -> Addresses {
        self.addresses.clone()
    }

    /// Kills a server without a warning, and starts it again.
    pub(crate) async fn kill_one(&mut self, index: usize) -> Result<(), Error> {
        self.set(index, None);
        self.servers[index].kill().await?;
        let (child, address) = self.start_one().await?;
        self.servers[index] = child;
        self.set(index, Some(address));
        Ok(())
    }

    /// A key that may do everything a service may.
    pub(crate) async fn create_key(&self) -> Result<String, Error> {
        let output = self.command(&["keys", "create", "storm"]).output().await?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// What `server check` says, and whether it is content.
    pub(crate) async fn check(&self) -> Result<(bool, String), Error> {
        let output = self.command(&["check"]).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((output.status.success(), said))
    }

    async fn start_one(&self) -> Result<(Child, String), Error> {
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let address = timeout(START, async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = line.strip_prefix("Waybill is ready: ") {
                    return Ok(address.to_owned());
                }
            }
            Err(Error::from("a server ended before it was ready"))
        })
        .await??;
        // Whoever writes into a closed pipe dies of it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((child, address))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .args(arguments)
            .env_remove("DATABASE_URL")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .kill_on_drop(true);
        command
    }

    fn set(&self, index: usize, address: Option<String>) {
        let mut addresses = self.addresses.write().expect("nobody panics with it");
        if index == addresses.len() {
            addresses.push(address);
        } else {
            addresses[index] = address;
        }
    }
}

fn environment(database: &PgConnectOptions, outside: &Outside) -> Vec<(&'static str, String)> {
    let host = match database.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => database.get_host().to_owned(),
    };
    vec![
        ("PGHOST", host),
        ("PGPORT", database.get_port().to_string()),
        ("PGUSER", database.get_username().to_owned()),
        (
            "PGDATABASE",
            database.get_database().unwrap_or_default().to_owned(),
        ),
        ("HOST", "127.0.0.1".to_owned()),
        ("PORT", "0".to_owned()),
        ("DATABASE_CONNECTIONS", "12".to_owned()),
        (
            "JWT_SECRET",
            "a secret for as long as the storm rages".to_owned(),
        ),
        ("PAYMENT_SERVICE_URL", outside.url().to_owned()),
        ("INVENTORY_SERVICE_URL", outside.url().to_owned()),
        ("SEATING_SERVICE_URL", outside.url().to_owned()),
        ("PAYMENT_CALLBACK_SECRET", CALLBACK_SECRET.to_owned()),
        ("WEBHOOKS_ALLOW_PRIVATE", "1".to_owned()),
        ("ORDER_EXPIRY_MINUTES", "1".to_owned()),
        ("TAX_PERCENT", "10".to_owned()),
        (
            "RUST_LOG",
            std::env::var("RUST_LOG").unwrap_or_else(|_| "off".to_owned()),
        ),
    ]
}
