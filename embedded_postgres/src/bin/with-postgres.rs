//! Runs a command with a database of its own: `with-postgres [--durable] [--keep DIR] -- command [argument…]`.
//!
//! The command finds the database in `DATABASE_URL`; its exit code is handed on. The database is made for tests:
//! fast, and gone afterwards, unless `--keep` names a folder for its data. With `--durable` it promises what Postgres
//! promises by default, for what measures or breaks it.

use std::error::Error;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::atomic::{AtomicI32, Ordering};
use std::{env, fs};

use embedded_postgres::{DATABASE, EmbeddedPostgres};

const USAGE: &str = "usage: with-postgres [--durable] [--keep DIR] -- command [argument…]";

/// Throw-away folders are told by this, so that those of a killed run can be found and removed.
const PREFIX: &str = "with-postgres-";

/// What was asked for.
struct Arguments {
    is_durable: bool,
    keep: Option<PathBuf>,
    command: Vec<OsString>,
}

fn main() -> ExitCode {
    let Some(arguments) = parse(env::args_os().skip(1).collect()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let ran = match &arguments.keep {
        Some(folder) => run(folder, &arguments),
        None => run_thrown_away(&arguments),
    };
    match ran {
        Ok(status) => ExitCode::from(exit_code(status)),
        Err(error) => {
            eprintln!("with-postgres: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: Vec<OsString>) -> Option<Arguments> {
    let dashes = arguments.iter().position(|argument| argument == "--")?;
    let command = arguments[dashes + 1..].to_vec();
    let (is_durable, keep) = match &arguments[..dashes] {
        [] => (false, None),
        [flag] if flag == "--durable" => (true, None),
        [flag, folder] if flag == "--keep" => (false, Some(PathBuf::from(folder))),
        [first, flag, folder] if first == "--durable" && flag == "--keep" => {
            (true, Some(PathBuf::from(folder)))
        }
        _ => return None,
    };
    (!command.is_empty()).then_some(Arguments {
        is_durable,
        keep,
        command,
    })
}

fn run_thrown_away(arguments: &Arguments) -> Result<ExitStatus, Box<dyn Error>> {
    remove_abandoned(&env::temp_dir());
    let folder = env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
    let ran = run(&folder, arguments);
    // What cannot be removed now is abandoned, and the next run's to remove.
    let _ = fs::remove_dir_all(&folder);
    ran
}

fn run(data_dir: &Path, arguments: &Arguments) -> Result<ExitStatus, Box<dyn Error>> {
    let postgres = if arguments.is_durable {
        EmbeddedPostgres::start(data_dir)?
    } else {
        EmbeddedPostgres::start_disposable(data_dir)?
    };
    let command = &arguments.command;
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .env("DATABASE_URL", postgres.url(DATABASE))
        .spawn()
        .map_err(|error| format!("could not run {}: {error}", command[0].display()))?;
    forward_signals_to(&child);
    Ok(child.wait()?)
}

/// Who gets the signals that end a process, instead of us.
static FORWARD_TO: AtomicI32 = AtomicI32::new(0);

/// Lets this process outlive Ctrl-C, and a request to end, until `child` has ended from the same: time to clean up.
///
/// A terminal sends Ctrl-C to the child as well; the other two are handed on.
#[expect(unsafe_code, reason = "std has no signal handlers")]
fn forward_signals_to(child: &Child) {
    extern "C" fn forward(signal: libc::c_int) {
        if signal != libc::SIGINT {
            // SAFETY: plain numbers, and async-signal-safe.
            unsafe { libc::kill(FORWARD_TO.load(Ordering::Relaxed), signal) };
        }
    }
    FORWARD_TO.store(child.id().cast_signed(), Ordering::Relaxed);
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: the handler does nothing but what a handler may, and lives as long as the program.
        unsafe { libc::signal(signal, forward as *const () as libc::sighandler_t) };
    }
}

/// Removes the folders of runs that were killed before they could clean up.
fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let owner = entry
            .file_name()
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.parse().ok());
        if owner.is_some_and(|owner: u32| is_abandoned(&path, owner)) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Its owner is gone, and nobody holds its lock. A run that has just begun may not hold it yet.
fn is_abandoned(folder: &Path, owner: u32) -> bool {
    !Path::new("/proc").join(owner.to_string()).exists()
        && fs::File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok())
}

/// As a shell has it: a death by signal is 128 and the signal's number.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
