//! The `stoa` program from outside: how long a command takes, and how much memory.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The `stoa` that stands beside this program.
pub fn stoa() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("stoa"))
}

/// Runs a command to its end: seconds, and the largest resident set as the log of the command tells it.
pub fn run(program: &Path, arguments: &[&str]) -> anyhow::Result<(f64, u64)> {
    let started = Instant::now();
    let output =
        Command::new("/usr/bin/env").arg("time").args(["-f", "%M"]).arg(program).args(arguments).output()?;
    let seconds = started.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("{}: {said}", arguments.join(" "));
    }
    let kilobytes = said.lines().last().and_then(|line| line.trim().parse::<u64>().ok());
    Ok((seconds, kilobytes.context("there is no `time` that tells memory")? << 10))
}
