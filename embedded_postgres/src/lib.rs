//! A private, durable Postgres: started with the process that owns it, gone with it, and its data still there next time.
//!
//! The server's binaries come from the machine. The database listens on a Unix socket only, in a folder that only
//! its own user can enter, and dies with its owner however that ends: nothing is left behind by a crash or a kill.

mod binaries;
mod cluster;
mod data_dir;
mod error;
mod leftovers;
mod server_process;
mod socket_dir;
mod sys;
mod user;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use crate::binaries::Binaries;
use crate::data_dir::DataDir;
use crate::server_process::ServerProcess;
use crate::socket_dir::SocketDir;
use crate::user::PostgresUser;

pub use crate::error::StartError;

/// The database that every new cluster has.
pub const DATABASE: &str = "waybill";

/// Whether a power cut may cost data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    /// Postgres' own defaults: what was committed stays.
    Full,
    /// For tests: faster, and worthless after a power cut.
    None,
}

/// A running Postgres. Dropping it stops the database cleanly.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    // In the order in which they go.
    server: ServerProcess,
    socket_dir: SocketDir,
    /// Given back last: until then it keeps every other owner away from the data.
    _lock: File,
}

impl EmbeddedPostgres {
    /// Starts the database whose data lies in `data_dir`, and makes both if they are not there yet.
    ///
    /// It blocks until the database answers: some tenths of a second, a few seconds the first time.
    pub fn start(data_dir: &Path) -> Result<Self, StartError> {
        Self::start_with(data_dir, Durability::Full)
    }

    /// Starts a database for a test: no `fsync`, many connections, nothing promised after a power cut.
    pub fn start_disposable(data_dir: &Path) -> Result<Self, StartError> {
        Self::start_with(data_dir, Durability::None)
    }

    fn start_with(data_dir: &Path, durability: Durability) -> Result<Self, StartError> {
        let user = PostgresUser::for_this_process()?;
        let data_dir = DataDir::prepare(data_dir, &user)?;
        let lock = data_dir.lock()?;
        let binaries = Binaries::find(&data_dir)?;
        leftovers::clear(&data_dir)?;
        let socket_dir = SocketDir::prepare(&data_dir, &user)?;
        cluster::create_if_missing(&data_dir, &binaries, &user, durability)?;
        let server =
            ServerProcess::start(&data_dir, socket_dir.path(), &binaries, &user, durability)?;
        Ok(Self {
            server,
            socket_dir,
            _lock: lock,
        })
    }

    /// The address of a database in this cluster, as sqlx and libpq read it.
    ///
    /// [`DATABASE`] is there from the start; `database` is a plain name that needs no escaping.
    pub fn url(&self, database: &str) -> String {
        let host = self.socket_dir.path().display();
        // Port and TLS are said aloud because `PGPORT` and `PGSSLMODE` would be believed otherwise.
        format!(
            "postgres:///{database}?host={host}&port={}&user=postgres&sslmode=disable",
            socket_dir::PORT
        )
    }

    /// Calls `mourn` if the database ever dies without being asked to, from a thread of its own.
    ///
    /// An owner that cannot live without its database ends itself here and is started again by whoever started it.
    pub fn on_death(&self, mourn: impl FnOnce(ExitStatus) + Send + 'static) {
        self.server.on_death(mourn);
    }
}

/// Where the data goes when nobody says: `<base>/data`, if the user who runs Postgres can get there.
///
/// Postgres refuses to run as root. Started by root, it runs as another user, whose way to a folder below root's
/// home is barred; the data then lies in `/var/lib/waybill`, under a name that stays the same for the same `base`.
pub fn default_data_dir(base: &Path) -> PathBuf {
    let beside = base.join("data");
    match PostgresUser::for_this_process() {
        Ok(user) if user.barred_from(&beside).is_some() => {
            Path::new("/var/lib/waybill").join(data_dir::short_hash(base))
        }
        _ => beside,
    }
}
