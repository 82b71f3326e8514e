//! What the machine says of this process.

use std::{
    fs,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use super::family::{describe, sample};
use crate::memory;

/// In how many parts of a second Linux counts a process' time; the same on every machine that it tells programs about.
const TICKS: f64 = 100.0;

/// This process, since it began.
pub(crate) struct Process {
    began: Instant,
    began_at: SystemTime,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            began_at: SystemTime::now(),
        }
    }
}

impl Process {
    /// What cannot be read here, on another system, is described and left out.
    pub(super) fn write(&self, text: &mut String) {
        let mut tell = |name, kind, help, value: Option<f64>| {
            describe(text, name, kind, help);
            if let Some(value) = value {
                sample(text, name, "", value);
            }
        };
        let started = self.began_at.duration_since(UNIX_EPOCH).ok();
        tell(
            "process_cpu_seconds_total",
            "counter",
            "Seconds that the processors worked for this process.",
            cpu_seconds(),
        );
        tell(
            "process_resident_memory_bytes",
            "gauge",
            "Memory that this process takes of the machine.",
            resident_bytes(),
        );
        tell(
            "process_heap_bytes",
            "gauge",
            "Memory that the allocator holds.",
            memory::heap_bytes(),
        );
        tell(
            "process_start_time_seconds",
            "gauge",
            "When this process began, in seconds since 1970.",
            started.map(|it| it.as_secs_f64()),
        );
        tell(
            "process_uptime_seconds",
            "gauge",
            "For how long it has been running.",
            Some(self.began.elapsed().as_secs_f64()),
        );
        tell(
            "system_load1",
            "gauge",
            "How many tasks the machine had to do at once, over the last minute.",
            load(),
        );
        describe(text, "build_info", "gauge", "What is running.");
        let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        let version = env!("CARGO_PKG_VERSION");
        let labels = format!("version=\"{version}\",platform=\"{platform}\"");
        sample(text, "build_info", &labels, 1);
    }
}

/// User and system time: the 12th and 13th field behind the name, which stands in brackets and may hold anything.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

fn resident_bytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024.0)
}

fn load() -> Option<f64> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    load.split_whitespace().next()?.parse().ok()
}
