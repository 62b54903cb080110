//! What the allocator is told: it takes memory page by page, and gives back what is freed at once where there is little.
//!
//! Queries take and free much in a short time. In huge pages each piece is cleared anew by the system, of which a scan spent a quarter of its time, and
//! what is not used of them counts all the same. What is freed is kept for a while, which is fast, and makes a small index look three times as large as
//! it is; so where memory is short it goes back at once. The allocator reads such things from the environment when the process starts, so the
//! process starts itself once more; that takes a millisecond. Whoever sets any of the allocator's variables is obeyed.

use stoa_session::telemetry::{Machine, machine};

/// Memory is short if less than this part of it can be had.
const SHORT: u64 = 4;

/// What the allocator is told everywhere.
const SETTINGS: [(&str, &str); 1] = [("MIMALLOC_ALLOW_THP", "0")];

/// What it is told besides where memory is short.
const FRUGAL: [(&str, &str); 2] = [("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_PURGE_DELAY", "0")];

fn is_short(machine: Machine) -> bool {
    machine.available < machine.total / SHORT
}

/// Starts the process anew with the settings; comes back if it has them, or that cannot be done.
pub fn start() {
    if std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("MIMALLOC_")) {
        return;
    }
    let frugal = if machine().is_some_and(is_short) { &FRUGAL[..] } else { &[] };
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let mut arguments = std::env::args_os();
        let mut command = std::process::Command::new(program);
        if let Some(name) = arguments.next() {
            command.arg0(name);
        }
        // It only comes back if it failed: then the process goes on as it is.
        let _ = command.args(arguments).envs(SETTINGS.iter().chain(frugal).copied()).exec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_is_less_than_a_quarter() {
        let machine = |available| Machine { total: 1000, available };
        assert!(is_short(machine(200)));
        assert!(!is_short(machine(250)));
    }
}
