//! The Postgres process and the thread that keeps it.

use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::Durability;
use crate::binaries::Binaries;
use crate::data_dir::DataDir;
use crate::error::StartError;
use crate::socket_dir::PORT;
use crate::sys::{self, Signal};
use crate::user::PostgresUser;

/// Recovery after a power cut may take its time; no healthy start does.
const LONGEST_START: Duration = Duration::from_secs(300);

/// How long "fast" may take before it becomes "immediate".
const LONGEST_STOP: Duration = Duration::from_secs(30);

/// A log this long begins anew at the next start.
const LONGEST_LOG: u64 = 10 << 20;

/// Small, quiet and off the network; what makes data durable is left at Postgres' own defaults.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "shared_buffers=64MB",
    // Compiling a query costs more than any of ours takes.
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
];
const DURABLE: &[&str] = &["max_connections=100"];
const DISPOSABLE: &[&str] = &[
    "max_connections=300",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
];

/// A running Postgres. Dropping it stops it.
pub(crate) struct ServerProcess {
    pid: u32,
    life: Arc<Life>,
    keeper: Option<JoinHandle<()>>,
}

/// What the keeper and the owner tell each other.
#[derive(Default)]
struct Life {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    exit: Option<ExitStatus>,
    asked_to_stop: bool,
    mourners: Vec<Box<dyn FnOnce(ExitStatus) + Send>>,
}

impl ServerProcess {
    /// Starts Postgres and waits until it answers.
    pub(crate) fn start(
        data_dir: &DataDir,
        socket_dir: &Path,
        binaries: &Binaries,
        user: &PostgresUser,
        durability: Durability,
    ) -> Result<Self, StartError> {
        let log = open_log(data_dir)?;
        let log_begin = log.metadata().map_or(0, |log| log.len());
        let command = command(data_dir, socket_dir, binaries, user, durability, log);
        let server = Self::spawn(command).map_err(StartError::io("run", binaries.postgres()))?;
        if server.wait_until_ready(data_dir) {
            Ok(server)
        } else {
            Err(StartError::DidNotStart {
                log: end_of_log(data_dir, log_begin),
            })
        }
    }

    /// Spawns from a thread that lives as long as the process does, because the thread's end is the process' end:
    /// see [`sys::die_with_parent`].
    fn spawn(mut command: Command) -> std::io::Result<Self> {
        let life = Arc::new(Life::default());
        let keepers_life = Arc::clone(&life);
        let (spawned, born) = mpsc::channel();
        let keeper =
            thread::Builder::new()
                .name("postgres".to_owned())
                .spawn(move || match command.spawn() {
                    Err(error) => drop(spawned.send(Err(error))),
                    Ok(mut child) => {
                        let pid = child.id();
                        drop(spawned.send(Ok(pid)));
                        sys::wait_for_end(pid);
                        keepers_life.end(|| child.wait());
                    }
                })?;
        let pid = born
            .recv()
            .unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(Self {
            pid,
            life,
            keeper: Some(keeper),
        })
    }

    /// Postgres writes its state into the eighth line of its pid file, for exactly this purpose.
    fn wait_until_ready(&self, data_dir: &DataDir) -> bool {
        let started = Instant::now();
        let pid = self.pid.to_string();
        while started.elapsed() < LONGEST_START && self.life.lock().exit.is_none() {
            let file = fs::read_to_string(data_dir.pid_file()).unwrap_or_default();
            let mut lines = file.lines().map(str::trim);
            if lines.next() == Some(&*pid) && lines.nth(6) == Some("ready") {
                return true;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    pub(crate) fn on_death(&self, mourn: impl FnOnce(ExitStatus) + Send + 'static) {
        let mut state = self.life.lock();
        match state.exit {
            None => state.mourners.push(Box::new(mourn)),
            Some(status) => {
                drop(state);
                mourn(status);
            }
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.life.stop(self.pid);
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

impl fmt::Debug for ServerProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerProcess")
            .field("pid", &self.pid)
            .finish_non_exhaustive()
    }
}

impl Life {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signals go out under the same lock under which the process is reaped, so they cannot hit a stranger.
    fn stop(&self, pid: u32) {
        let mut state = self.lock();
        state.asked_to_stop = true;
        if state.exit.is_none() {
            sys::send(Signal::Fast, pid);
        }
        let waited = self
            .ended
            .wait_timeout_while(state, LONGEST_STOP, |state| state.exit.is_none());
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.exit.is_none() {
            sys::send(Signal::Immediate, pid);
        }
    }

    /// Notes the end and tells those who asked, unless it was wanted.
    fn end(&self, reap: impl FnOnce() -> std::io::Result<ExitStatus>) {
        let mut state = self.lock();
        let status = reap().unwrap_or_default();
        state.exit = Some(status);
        let mourners = std::mem::take(&mut state.mourners);
        let wanted = state.asked_to_stop;
        drop(state);
        self.ended.notify_all();
        if !wanted {
            mourners.into_iter().for_each(|mourn| mourn(status));
        }
    }
}

fn command(
    data_dir: &DataDir,
    socket_dir: &Path,
    binaries: &Binaries,
    user: &PostgresUser,
    durability: Durability,
    log: File,
) -> Command {
    let mut command = user.command(&binaries.postgres());
    command
        .arg("-D")
        .arg(data_dir.cluster())
        .args(["-p", &PORT.to_string(), "-k"])
        .arg(socket_dir)
        // Ctrl-C is for the owner, who then stops the database in its own time.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    let more = if durability == Durability::Full {
        DURABLE
    } else {
        DISPOSABLE
    };
    for setting in SETTINGS.iter().chain(more) {
        command.args(["-c", setting]);
    }
    sys::die_with_parent(&mut command);
    command
}

fn open_log(data_dir: &DataDir) -> Result<File, StartError> {
    let path = data_dir.log();
    let too_long = fs::metadata(&path).is_ok_and(|log| log.len() > LONGEST_LOG);
    if too_long {
        fs::remove_file(&path).map_err(StartError::io("remove", &path))?;
    }
    File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(StartError::io("open", &path))
}

/// What this start wrote, shortened to its last lines.
fn end_of_log(data_dir: &DataDir, begin: u64) -> String {
    let mut text = String::new();
    if let Ok(mut log) = File::open(data_dir.log()) {
        let _ = log
            .seek(SeekFrom::Start(begin))
            .and_then(|_| log.read_to_string(&mut text));
    }
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
