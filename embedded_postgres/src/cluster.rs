//! Making a new, empty cluster: whole, or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::binaries::Binaries;
use crate::data_dir::{DataDir, UNFINISHED, make_private_folder};
use crate::error::StartError;
use crate::user::PostgresUser;
use crate::{DATABASE, Durability, sys};

/// Every letter sorts and folds, and no machine lacks it.
const LOCALE: &str = if cfg!(target_os = "macos") {
    "en_US.UTF-8"
} else {
    "C.UTF-8"
};

/// Makes the cluster in a folder beside its place and moves it there when it is complete.
///
/// A kill in the middle leaves only a folder that the next start throws away.
pub(crate) fn create_if_missing(
    data_dir: &DataDir,
    binaries: &Binaries,
    user: &PostgresUser,
    durability: Durability,
) -> Result<(), StartError> {
    if data_dir.cluster().exists() {
        return Ok(());
    }
    let unfinished = data_dir
        .path()
        .join(format!("{UNFINISHED}{}", std::process::id()));
    make_private_folder(&unfinished, user)?;
    initialise(&unfinished, binaries, user, durability)?;
    create_database(&unfinished, binaries, user)?;
    fs::rename(&unfinished, data_dir.cluster()).map_err(StartError::io("rename", &unfinished))?;
    // The new name must outlive a power cut too.
    File::open(data_dir.path())
        .and_then(|folder| folder.sync_all())
        .map_err(StartError::io("write down", data_dir.path()))
}

/// Whoever can enter the socket's private folder is trusted; there is no other way in.
fn initialise(
    cluster: &Path,
    binaries: &Binaries,
    user: &PostgresUser,
    durability: Durability,
) -> Result<(), StartError> {
    let mut initdb = user.command(&binaries.initdb());
    initdb
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--data-checksums",
        ])
        .arg(format!("--locale={LOCALE}"))
        .arg("--pgdata")
        .arg(cluster);
    if durability == Durability::None {
        initdb.arg("--no-sync");
    }
    run(initdb, "")
}

/// Postgres without any network creates the database, so that no client program is needed.
fn create_database(
    cluster: &Path,
    binaries: &Binaries,
    user: &PostgresUser,
) -> Result<(), StartError> {
    let mut postgres = user.command(&binaries.postgres());
    postgres
        .args(["--single", "-c", "exit_on_error=on", "-D"])
        .arg(cluster)
        .arg("postgres");
    run(postgres, &format!("create database {DATABASE};\n"))
}

/// Runs a command to its end with `input`, and quotes it when it fails.
fn run(mut command: Command, input: &str) -> Result<(), StartError> {
    sys::die_with_parent(&mut command);
    let program = command.get_program().to_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(StartError::io("run", &program))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that ends before it has read says why on its error stream.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child
        .wait_with_output()
        .map_err(StartError::io("wait for", &program))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(StartError::Setup {
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }
}
