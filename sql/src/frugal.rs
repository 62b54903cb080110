//! Memory that is freed goes back to the system at once, where there is little.
//!
//! The allocator keeps what was freed for a while and takes memory in large pieces, which is fast, and makes a small index look
//! three times as large as it is. What it does is read from the environment when the process starts. So a process that finds itself on a machine with
//! little left starts itself once more with other settings; that takes a millisecond. Whoever sets any of the allocator's variables is obeyed.

use stoa_session::telemetry::{Machine, machine};

/// Memory is short if less than this part of it can be had.
const SHORT: u64 = 4;

/// What the allocator is told.
const SETTINGS: [(&str, &str); 2] = [("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_PURGE_DELAY", "0")];

fn is_short(machine: Machine) -> bool {
    machine.available < machine.total / SHORT
}

/// Starts the process anew if memory is short; comes back if it is not, or that cannot be done.
pub fn start() {
    let is_set = std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("MIMALLOC_"));
    if is_set || !machine().is_some_and(is_short) {
        return;
    }
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt;
        let mut arguments = std::env::args_os();
        let mut command = std::process::Command::new(program);
        if let Some(name) = arguments.next() {
            command.arg0(name);
        }
        // It only comes back if it failed: then the process goes on as it is.
        let _ = command.args(arguments).envs(SETTINGS).exec();
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
