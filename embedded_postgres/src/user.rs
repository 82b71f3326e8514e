//! Who runs Postgres: we ourselves, or, since it refuses to run as root, the user that root lends it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::StartError;
use crate::sys;

/// The user who runs Postgres.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PostgresUser {
    /// The user of this process.
    Ourselves { uid: u32 },
    /// We are root, and this is somebody else.
    Lent { name: String, uid: u32, gid: u32 },
}

impl PostgresUser {
    pub(crate) fn for_this_process() -> Result<Self, StartError> {
        match sys::effective_user() {
            0 => lend(&fs::read_to_string("/etc/passwd").unwrap_or_default())
                .ok_or(StartError::NoUser),
            uid => Ok(Self::Ourselves { uid }),
        }
    }

    pub(crate) fn uid(&self) -> u32 {
        match self {
            Self::Ourselves { uid } | Self::Lent { uid, .. } => *uid,
        }
    }

    /// A command of Postgres', run as this user and untouched by the settings of our own environment.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Where we stand may be closed to that user, and Postgres wants to know where it is.
        command.current_dir("/").env("LC_ALL", "C");
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        if let Self::Lent { uid, gid, .. } = self {
            // Together with the user, the standard library also drops root's supplementary groups.
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Gives a folder that we have just made to this user.
    pub(crate) fn own(&self, path: &Path) -> Result<(), StartError> {
        match self {
            Self::Ourselves { .. } => Ok(()),
            Self::Lent { uid, gid, .. } => {
                chown(path, Some(*uid), Some(*gid)).map_err(StartError::io("give away", path))
            }
        }
    }

    /// The first existing folder on the way to `path` that this user may not pass through.
    pub(crate) fn barred_from(&self, path: &Path) -> Option<PathBuf> {
        let Self::Lent { uid, gid, .. } = self else {
            return None;
        };
        let path = std::path::absolute(path).ok()?;
        let mut way: Vec<_> = path.ancestors().collect();
        way.reverse();
        way.into_iter()
            .find(|folder| !passable(folder, *uid, *gid))
            .map(Path::to_path_buf)
    }

    pub(crate) fn barred_error(&self, barrier: PathBuf) -> StartError {
        let user = match self {
            Self::Ourselves { uid } => uid.to_string(),
            Self::Lent { name, .. } => name.clone(),
        };
        StartError::Barred { user, barrier }
    }
}

/// Reads the lent user out of `/etc/passwd`: `postgres`, else `nobody`.
fn lend(passwd: &str) -> Option<PostgresUser> {
    ["postgres", "nobody"].iter().find_map(|wanted| {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next().filter(|name| name == wanted)?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(PostgresUser::Lent {
                name: name.to_owned(),
                uid,
                gid,
            })
        })
    })
}

/// Whether `folder` lets the user through; one that is not there yet will be made so that it does.
fn passable(folder: &Path, uid: u32, gid: u32) -> bool {
    let Ok(metadata) = fs::metadata(folder) else {
        return true;
    };
    let mode = metadata.permissions().mode();
    let execute = if metadata.uid() == uid {
        0o100
    } else if metadata.gid() == gid {
        0o010
    } else {
        0o001
    };
    metadata.is_dir() && mode & execute != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str =
        "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n";

    #[test]
    fn root_lends_the_postgres_user_and_else_nobody() {
        let with_postgres =
            format!("{PASSWD}postgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n");

        assert_eq!(
            lend(&with_postgres),
            Some(PostgresUser::Lent {
                name: "postgres".to_owned(),
                uid: 101,
                gid: 104
            })
        );
        assert_eq!(
            lend(PASSWD),
            Some(PostgresUser::Lent {
                name: "nobody".to_owned(),
                uid: 65534,
                gid: 65534
            })
        );
        assert_eq!(lend("root:x:0:0:root:/root:/bin/bash\n"), None);
    }

    #[test]
    fn a_closed_folder_on_the_way_is_named() {
        let closed = std::env::temp_dir().join(format!("waybill-closed-{}", std::process::id()));
        fs::create_dir_all(&closed).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = PostgresUser::Lent {
            name: "stranger".to_owned(),
            uid: 4_000_001,
            gid: 4_000_001,
        };

        assert_eq!(
            stranger.barred_from(&closed.join("deep/data")),
            Some(closed.clone())
        );
        assert_eq!(
            stranger.barred_from(Path::new("/tmp/waybill-not-there/data")),
            None
        );

        fs::remove_dir_all(&closed).unwrap();
    }
}
