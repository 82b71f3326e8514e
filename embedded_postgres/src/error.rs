//! Why the database did not start, each in one line that says what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why the database did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// There is no server on this machine, or only the client.
    #[error("no PostgreSQL server on this machine: install the package `postgresql`")]
    NotInstalled,

    /// The data is of another major version than any server here.
    #[error("the data in {} was written by PostgreSQL {version}, which is not on this machine: install `postgresql-{version}` or move the folder away", data_dir.display())]
    OtherVersion {
        /// The folder.
        data_dir: PathBuf,
        /// The major version that wrote it.
        version: String,
    },

    /// Root must lend Postgres another user, and there is none.
    #[error(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` to run it"
    )]
    NoUser,

    /// The user who runs Postgres cannot get to the data.
    #[error("the user `{user}`, who runs PostgreSQL, may not pass through {}: choose another data folder", barrier.display())]
    Barred {
        /// Who runs Postgres.
        user: String,
        /// The first folder on the way that is closed to them.
        barrier: PathBuf,
    },

    /// Another process runs a database on this folder.
    #[error("another server is using {}", data_dir.display())]
    InUse {
        /// The folder.
        data_dir: PathBuf,
    },

    /// A database without an owner still runs here and does not end.
    #[error("a PostgreSQL without owner (process {pid}) still runs on {} and does not stop", data_dir.display())]
    StillRunning {
        /// The folder.
        data_dir: PathBuf,
        /// Its process.
        pid: u32,
    },

    /// The folder for the socket belongs to somebody else, or is open to others.
    #[error("{} is not a private folder of the user who runs PostgreSQL: remove it", path.display())]
    SocketDirTaken {
        /// The folder.
        path: PathBuf,
    },

    /// `initdb` failed.
    #[error("PostgreSQL could not set up its data folder: {output}")]
    Setup {
        /// What it said.
        output: String,
    },

    /// The server ended, or hung, before it was ready.
    #[error("PostgreSQL did not start: {log}")]
    DidNotStart {
        /// The last lines of its log.
        log: String,
    },

    /// The operating system refused something.
    #[error("could not {doing} {}: {why}", path.display())]
    Io {
        /// A verb.
        doing: &'static str,
        /// What it was about.
        path: PathBuf,
        /// What the system said. Not a `source`: the line is whole as it is.
        why: io::Error,
    },
}

impl StartError {
    /// For `map_err`: what was being done, and to what.
    pub(crate) fn io(
        doing: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(io::Error) -> Self {
        move |why| Self::Io {
            doing,
            path: path.as_ref().to_path_buf(),
            why,
        }
    }
}
