//! Which of the PostgreSQL servers on this machine to run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::data_dir::DataDir;
use crate::error::StartError;

/// Where Debian and its relatives keep one folder per major version, off the path.
const BY_VERSION: &str = "/usr/lib/postgresql";

/// The folder with the programs of one PostgreSQL server.
#[derive(Debug)]
pub(crate) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// The first server on this machine; for data that is there already, the first that can read it.
    pub(crate) fn find(data_dir: &DataDir) -> Result<Self, StartError> {
        let servers: Vec<PathBuf> = places()
            .into_iter()
            .filter(|folder| holds_a_server(folder))
            .collect();
        if servers.is_empty() {
            return Err(StartError::NotInstalled);
        }
        let Some(version) = data_dir.version() else {
            return Ok(Self {
                folder: servers[0].clone(),
            });
        };
        servers
            .into_iter()
            .find(|folder| major_version(folder).as_deref() == Some(&*version))
            .map(|folder| Self { folder })
            .ok_or_else(|| StartError::OtherVersion {
                data_dir: data_dir.path().to_path_buf(),
                version,
            })
    }

    pub(crate) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub(crate) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }
}

/// Where servers are looked for, in this order: the path, where `pg_config` says, Debian's folders, newest first.
fn places() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .collect();
    places.extend(told_by_pg_config());
    places.extend(newest_first(
        fs::read_dir(BY_VERSION)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path()),
    ));
    places
}

fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(folder.trim()))
}

fn newest_first(versions: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let number = |folder: &PathBuf| {
        folder
            .file_name()
            .and_then(|name| name.to_str()?.parse::<u32>().ok())
    };
    let mut versions: Vec<PathBuf> = versions.filter(|folder| number(folder).is_some()).collect();
    versions.sort_by_key(|folder| std::cmp::Reverse(number(folder)));
    versions
        .into_iter()
        .map(|folder| folder.join("bin"))
        .collect()
}

/// A client-only machine has `psql`, but neither of these.
fn holds_a_server(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// `15` out of `postgres (PostgreSQL) 15.18 (Debian …)`.
fn major_version(folder: &Path) -> Option<String> {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    parse_major_version(&String::from_utf8(output.stdout).ok()?)
}

fn parse_major_version(said: &str) -> Option<String> {
    let version = said.split(") ").nth(1)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        let said = [
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
            "postgres (PostgreSQL) 18beta1",
            "postgres",
        ];

        assert_eq!(
            said.map(parse_major_version),
            [Some("15".to_owned()), Some("18".to_owned()), None]
        );
    }

    #[test]
    fn newer_versions_come_first_and_other_folders_do_not_count() {
        let folders = ["/lib/9", "/lib/17", "/lib/contrib", "/lib/15"].map(PathBuf::from);

        assert_eq!(
            newest_first(folders.into_iter()),
            ["/lib/17/bin", "/lib/15/bin", "/lib/9/bin"].map(PathBuf::from)
        );
    }
}
