//! The system calls that the standard library does not offer, each wrapped so that nothing else here is unsafe.

use std::io;
use std::process::Command;

/// How Postgres is asked to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    /// "Fast": roll back what is open, write everything down, end.
    Fast = libc::SIGINT as isize,
    /// "Immediate": end now; the next start recovers from the log.
    Immediate = libc::SIGQUIT as isize,
}

/// Who this process acts as. Root is 0.
#[expect(unsafe_code, reason = "std has no geteuid")]
pub(crate) fn effective_user() -> u32 {
    // SAFETY: no arguments, always succeeds.
    unsafe { libc::geteuid() }
}

/// Sends `signal` to a process that the caller knows to be a Postgres and not yet reaped.
#[expect(unsafe_code, reason = "std can only send SIGKILL")]
pub(crate) fn send(signal: Signal, pid: u32) {
    // SAFETY: plain numbers. A process that is gone already is what was wanted.
    unsafe { libc::kill(pid.cast_signed(), signal as libc::c_int) };
}

/// Blocks until a child has ended, but leaves it unreaped, so that its number cannot pass to another process yet.
#[expect(unsafe_code, reason = "std always reaps")]
pub(crate) fn wait_for_end(pid: u32) {
    loop {
        // SAFETY: `siginfo_t` is plain data that the call fills in; it outlives the call.
        let result = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(
                libc::P_PID,
                pid,
                &raw mut info,
                libc::WEXITED | libc::WNOWAIT,
            )
        };
        if result == 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}

/// Makes the child stop ("fast") when its parent is gone, however that ended.
///
/// The kernel counts the *thread* that spawned the child as its parent: spawn from one that lives as long as the
/// child should.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "a death signal can only be set between fork and exec"
)]
pub(crate) fn die_with_parent(command: &mut Command) {
    use std::os::unix::process::{CommandExt, parent_id};

    let parent = std::process::id();
    let arm = move || {
        // SAFETY: plain numbers, and async-signal-safe as code after fork must be.
        if unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, Signal::Fast as libc::c_ulong) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // The parent may have died before the signal was armed.
        if parent_id() != parent {
            Err(io::ErrorKind::BrokenPipe.into())
        } else {
            Ok(())
        }
    };
    // SAFETY: `arm` allocates nothing and takes no lock. It runs after the change of user, which would disarm it.
    unsafe { command.pre_exec(arm) };
}

/// Other systems have no death signal; there a killed owner's database is stopped by the next start.
#[cfg(not(target_os = "linux"))]
pub(crate) fn die_with_parent(_: &mut Command) {}
