//! How much memory the process has taken.

/// The largest resident set of this process so far, in bytes; 0 where the system does not tell.
pub fn peak() -> u64 {
    // Linux writes it in kB: proc(5), VmHWM.
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
            line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kilobytes| kilobytes * 1024)
}
