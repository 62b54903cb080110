//! The `stoa` program from outside: how long a command takes, and how much memory.

use anyhow::{Context, bail};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a command took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Taken {
    pub seconds: f64,
    /// Bytes of the largest resident set that was seen.
    pub resident: u64,
    /// Bytes of it at most, as seen each millisecond, that are nothing but this process's. The others are pages of files, the program's own above all: every process has the
    /// same ones, and the system takes them back when it needs memory.
    pub own: u64,
}

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// The `stoa` that stands beside this program.
pub fn stoa() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("stoa"))
}

/// Runs a command to its end, and looks at its memory each millisecond.
///
/// # Errors
/// If it cannot be run or fails; what it said of that is in there.
pub fn run(program: &Path, arguments: &[&str]) -> anyhow::Result<Taken> {
    let started = Instant::now();
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut process = command.spawn().with_context(|| program.display().to_string())?;
    let errors = process.stderr.take();
    let said = thread::spawn(move || {
        let mut said = Vec::new();
        let _ = errors.map(|mut errors| errors.read_to_end(&mut said));
        String::from_utf8_lossy(&said).into_owned()
    });
    let mut taken = Taken::default();
    let status = loop {
        if let Some((resident, own)) = memory(process.id()) {
            taken.resident = taken.resident.max(resident);
            taken.own = taken.own.max(own);
        }
        if let Some(status) = process.try_wait()? {
            break status;
        }
        thread::sleep(LOOK);
    };
    taken.seconds = started.elapsed().as_secs_f64();
    if !status.success() {
        bail!("{}: {}", arguments.join(" "), said.join().unwrap_or_default());
    }
    Ok(taken)
}

/// The resident set of a process, and what of it is its own, in bytes. Nothing if the process is over, or the system does not tell.
fn memory(process: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    // proc(5): kilobytes.
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_ascii_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
    };
    Some((of("VmHWM:")?, of("RssAnon:")?))
}
