//! The `stoa` command as a process of its own, with exit codes, signals and standard streams.
//!
//! The process is this test binary, started again: it is never older than the code it tests, and it is there whichever
//! part of the workspace was built. [`the_command`] is the test that becomes the command.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::{Command, Output, Stdio};

/// Holds the command's arguments; a test run has no such variable.
const ARGUMENTS: &str = "STOA_TESTS_ARGUMENTS";
/// Between two arguments: ASCII's unit separator.
const SEPARATOR: u8 = 0x1f;

/// `stoa` with these arguments, ready to start.
pub fn stoa<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut joined = b"stoa".to_vec();
    for argument in arguments {
        joined.push(SEPARATOR);
        joined.extend_from_slice(argument.as_ref().as_bytes());
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "stoa::the_command", "--nocapture", "--test-threads=1"])
        .env(ARGUMENTS, OsString::from_vec(joined))
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs `stoa` to its end.
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    stoa(arguments).output().unwrap()
}

/// Runs `stoa`, which must fail with one line; gives the line.
#[track_caller]
pub fn failure<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> String {
    let output = run(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.starts_with("error: "), "{said}");
    said.trim_end().to_owned()
}

/// Runs `stoa`, which must succeed; gives what it printed, after what the test harness did.
#[track_caller]
pub fn success<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let harness = "\nrunning 1 test\ntest stoa::the_command ... ";
    printed.strip_prefix(harness).unwrap_or(&printed).to_owned()
}

/// Becomes the command when the process was started by [`stoa`]; passes otherwise.
#[test]
fn the_command() {
    let Some(arguments) = std::env::var_os(ARGUMENTS) else { return };
    let arguments = arguments.as_bytes().split(|b| *b == SEPARATOR);
    let code = stoa_sql::command::run(arguments.map(|a| OsStr::from_bytes(a).to_owned()));
    let code = (0..=u8::MAX).find(|number| std::process::ExitCode::from(*number) == code);
    std::process::exit(i32::from(code.unwrap_or(u8::MAX)));
}

#[test]
fn exit_codes() {
    let version = success(["--version"]);
    assert!(version.starts_with("stoa "), "{version:?}");
    assert_eq!(run(["index"]).status.code(), Some(2));
    assert_eq!(run(["no-such-command"]).status.code(), Some(2));
}
