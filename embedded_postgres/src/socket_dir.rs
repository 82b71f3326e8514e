//! The folder of the Unix socket, through which alone the database can be reached.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::data_dir::{DataDir, make_private_folder, short_hash};
use crate::error::StartError;
use crate::user::PostgresUser;

/// Only a part of the socket's name: no network port is opened.
pub(crate) const PORT: u16 = 5432;

/// A socket's address holds 107 bytes, of which `/.s.PGSQL.5432` takes fourteen.
const LONGEST: usize = 107 - 14;

/// The folder of the socket, removed with its owner.
#[derive(Debug)]
pub(crate) struct SocketDir {
    path: PathBuf,
}

impl SocketDir {
    /// Beside the data where that makes a valid address, else in a folder of the same user's below `/tmp`.
    ///
    /// The caller holds the lock and nothing runs on the data: what lies in the folder is of the dead and goes.
    pub(crate) fn prepare(data_dir: &DataDir, user: &PostgresUser) -> Result<Self, StartError> {
        let path = choose(data_dir.path());
        match fs::symlink_metadata(&path) {
            Ok(there) if is_private_folder(&there, user) => {
                fs::remove_dir_all(&path).map_err(StartError::io("empty", &path))?;
            }
            Ok(_) => return Err(StartError::SocketDirTaken { path }),
            Err(_) => {}
        }
        make_private_folder(&path, user)?;
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketDir {
    fn drop(&mut self) {
        // Best effort: the next start empties it.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Below `/tmp` anyone may have put something in our way.
fn is_private_folder(there: &Metadata, user: &PostgresUser) -> bool {
    there.is_dir() && there.uid() == user.uid() && there.permissions().mode() & 0o077 == 0
}

fn choose(data_dir: &Path) -> PathBuf {
    let beside = data_dir.join("socket");
    let bytes = beside.as_os_str().as_encoded_bytes();
    // Postgres reads a list of folders, and the address goes into a URL: no commas, quotes, blanks or escapes.
    let plain = bytes
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(byte));
    if plain && bytes.len() <= LONGEST {
        beside
    } else {
        Path::new("/tmp").join(format!("waybill-{}", short_hash(data_dir)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_lies_beside_the_data_unless_its_address_would_not_do() {
        let deep = format!("/srv/{}", "deep/".repeat(30));

        assert_eq!(
            choose(Path::new("/srv/waybill/data")),
            Path::new("/srv/waybill/data/socket")
        );
        assert!(choose(Path::new("/srv/my shop, new")).starts_with("/tmp"));
        assert!(choose(Path::new(&deep)).starts_with("/tmp"));
    }
}
