//! What an owner that was killed may have left: a Postgres still writing its last page, and files that name the dead.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::data_dir::{DataDir, UNFINISHED};
use crate::error::StartError;
use crate::sys::{self, Signal};

/// A Postgres whose owner is gone writes everything down, then ends; on a slow disk that takes a while.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for the end of every process that works on this data, then removes what they left.
///
/// The caller holds the lock, so no process here has an owner any more. `postmaster.pid` must not go before the last
/// of them: it is Postgres' own guard against two servers on the same files.
pub(crate) fn clear(data_dir: &DataDir) -> Result<(), StartError> {
    for signal in [Signal::Fast, Signal::Immediate] {
        for pid in processes_in(data_dir.path()) {
            sys::send(signal, pid);
        }
        if wait_until_gone(data_dir.path()) {
            break;
        }
    }
    if let Some(pid) = processes_in(data_dir.path()).first().copied() {
        return Err(StartError::StillRunning {
            data_dir: data_dir.path().to_path_buf(),
            pid,
        });
    }
    remove_pid_file(data_dir)?;
    remove_unfinished(data_dir);
    Ok(())
}

fn wait_until_gone(path: &Path) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if processes_in(path).is_empty() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

/// The live processes that stand in a folder of `path`: Postgres and its helpers stand in their cluster.
///
/// A zombie stands nowhere, so the dead do not count. Without `/proc` (not on Linux) nothing is found, and
/// Postgres' own guard decides.
fn processes_in(path: &Path) -> Vec<u32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| is_postgres_of(*pid, path))
        .collect()
}

fn is_postgres_of(pid: u32, path: &Path) -> bool {
    let Ok(folder) = fs::read_link(format!("/proc/{pid}/cwd")) else {
        return false;
    };
    let runs_postgres =
        fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres");
    runs_postgres && folder.parent() == Some(path)
}

/// Nobody runs on this data: on Linux because we looked, elsewhere because Postgres says so itself.
fn remove_pid_file(data_dir: &DataDir) -> Result<(), StartError> {
    let path = data_dir.pid_file();
    if !cfg!(target_os = "linux") || !path.exists() {
        return Ok(());
    }
    fs::remove_file(&path).map_err(StartError::io("remove", &path))
}

/// Best effort: what stays is in nobody's way.
fn remove_unfinished(data_dir: &DataDir) {
    for entry in fs::read_dir(data_dir.path())
        .into_iter()
        .flatten()
        .flatten()
    {
        if entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(UNFINISHED.as_bytes())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
