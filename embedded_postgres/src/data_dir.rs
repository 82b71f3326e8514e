//! The folder that holds everything of one database, and the lock on it.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::error::StartError;
use crate::user::PostgresUser;

/// Half-made clusters are told by this, and thrown away.
pub(crate) const UNFINISHED: &str = "unfinished-";

/// The folder that holds everything of one database; absolute, and reachable for the user who runs Postgres.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// Makes the folder if need be. One that is there already keeps its owner and its rights.
    pub(crate) fn prepare(path: &Path, user: &PostgresUser) -> Result<Self, StartError> {
        if !path.is_dir() {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(StartError::io("make the folder", parent))?;
            }
            make_private_folder(path, user)?;
        }
        let path = path.canonicalize().map_err(StartError::io("find", path))?;
        match user.barred_from(&path) {
            Some(barrier) => Err(user.barred_error(barrier)),
            None => Ok(Self { path }),
        }
    }

    /// Takes the folder for this process alone, until the file is closed; the kernel closes it for the dead.
    pub(crate) fn lock(&self) -> Result<File, StartError> {
        let path = self.path.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(StartError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StartError::InUse {
                data_dir: self.path.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(StartError::io("lock", &path)(source)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What Postgres calls its data directory. It is there whole or not at all.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    /// Where Postgres says who it is and how it does.
    pub(crate) fn pid_file(&self) -> PathBuf {
        self.cluster().join("postmaster.pid")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// The major version of Postgres that the data belongs to, once there is any.
    pub(crate) fn version(&self) -> Option<String> {
        let version = fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?;
        Some(version.trim().to_owned())
    }
}

/// Makes a folder that only the user who runs Postgres, and root, can enter.
pub(crate) fn make_private_folder(path: &Path, user: &PostgresUser) -> Result<(), StartError> {
    DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(StartError::io("make the folder", path))?;
    user.own(path)
}

/// A short name for a path, the same in every version of this program (FNV-1a).
pub(crate) fn short_hash(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_short_name() {
        assert_eq!(
            short_hash(Path::new("/srv/waybill")),
            short_hash(Path::new("/srv/waybill"))
        );
        assert_eq!(short_hash(Path::new("a")), "af63dc4c8601ec8c");
    }
}
