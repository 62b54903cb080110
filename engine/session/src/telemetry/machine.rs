//! Memory of the machine and of the process, as Linux tells it (proc(5), cgroups(7)); nothing where it is not told.

use std::fs::read_to_string;

/// Memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    pub total: u64,
    /// What can be had without swapping.
    pub available: u64,
}

/// The memory of the machine, or of the container if that has less.
pub fn machine() -> Option<Machine> {
    let text = read_to_string("/proc/meminfo").ok()?;
    let total = kilobytes(&text, "MemTotal:")?;
    let available = kilobytes(&text, "MemAvailable:")?;
    let mut machine = Machine { total, available };
    let limit = number("/sys/fs/cgroup/memory.max");
    let used = number("/sys/fs/cgroup/memory.current");
    if let (Some(limit), Some(used)) = (limit, used)
        && limit < total
    {
        machine = Machine { total: limit, available: available.min(limit.saturating_sub(used)) };
    }
    Some(machine)
}

/// The resident set of this process, now and at most.
pub fn process() -> Option<(u64, u64)> {
    let text = read_to_string("/proc/self/status").ok()?;
    Some((kilobytes(&text, "VmRSS:")?, kilobytes(&text, "VmHWM:")?))
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn number(path: &str) -> Option<u64> {
    read_to_string(path).ok()?.trim().parse().ok()
}
