//! The command line: `stoa index`, `stoa import`, `stoa sql`, `stoa scan`, `stoa export`, what keeps a store well, and what
//! other programs do ([`external`]).
//!
//! In: arguments. Out: an exit code that scripts can trust: 0 for done, 1 for a failure that one message
//! explains, 2 for arguments that make no sense. A scan ends with 0 where it finds nothing, with 1 where it does, and with 2
//! for a failure. Results go to standard output, all else to standard error.

mod arguments;
mod export;
pub mod external;
mod history;
mod import;
mod index;
mod listing;
mod location;
mod maintain;
mod migrate;
mod progress;
mod query;
mod scan;
mod summary;
mod watch;

use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;
use tokio::runtime::Runtime;

use crate::SqlError;
use crate::output::{OutputError, is_closed_pipe};
use crate::scan::ScanError;
use arguments::{Cli, Command};

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs a command line; the first argument is the program's name. Arguments that make no sense, `--help` and
/// `--version` end the process.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    let done = match cli.command {
        Command::Index(arguments) => index::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::Sql(arguments) => runtime().and_then(|runtime| query::run(&arguments, &runtime)),
        Command::Import(arguments) => import::run(&arguments),
        Command::Migrate(arguments) => runtime().and_then(|runtime| migrate::run(&arguments, &runtime)),
        Command::Export(arguments) => runtime().and_then(|runtime| export::run(&arguments, &runtime)),
        Command::Snapshots(arguments) => runtime().and_then(|r| r.block_on(history::snapshots(&arguments))),
        Command::Diff(arguments) => runtime().and_then(|r| r.block_on(history::diff(&arguments))),
        Command::Rollback(arguments) => runtime().and_then(|r| r.block_on(history::rollback(&arguments))),
        Command::Vacuum(arguments) => runtime().and_then(|r| r.block_on(history::vacuum(&arguments))),
        Command::Retention(arguments) => runtime().and_then(|r| r.block_on(history::retention(&arguments))),
        Command::Optimize(arguments) => runtime().and_then(|r| r.block_on(maintain::optimize(&arguments))),
        Command::Verify(arguments) => runtime().and_then(|r| r.block_on(maintain::verify(&arguments))),
        Command::Repair(arguments) => maintain::repair(&arguments),
        Command::Scan(arguments) => {
            let code = runtime().and_then(|runtime| scan::run(&arguments, &runtime));
            return code.unwrap_or_else(|error| ended(&error, ExitCode::from(2)));
        }
        Command::Scaling(arguments) => return datasets("scaling", arguments.arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ended(&error, ExitCode::FAILURE),
    }
}

/// Tells an error; gives the exit code.
fn ended(error: &anyhow::Error, code: ExitCode) -> ExitCode {
    // The reader has seen enough: `stoa sql … | head`.
    if is_closed_pipe() {
        return ExitCode::SUCCESS;
    }
    eprintln!("{}", told(error));
    code
}

/// The program that measures the engine.
const DATASETS: external::Program =
    external::Program { name: "stoa-datasets", build: "cargo build --release --workspace" };

/// Runs a command of [`DATASETS`]. Its exit codes are its own; 2 if it cannot be started, as 1 is an answer of some.
fn datasets(command: &str, arguments: Vec<OsString>) -> ExitCode {
    let run = || {
        let mut program = std::process::Command::new(DATASETS.find()?);
        program.arg(command).args(arguments);
        external::run(program)
    };
    run().unwrap_or_else(|error| {
        eprintln!("{}", told(&error));
        ExitCode::from(2)
    })
}

/// An error as the last thing a person reads.
fn told(error: &anyhow::Error) -> String {
    // These tell themselves, with their place.
    if error.is::<SqlError>() || error.is::<OutputError>() || error.is::<ScanError>() {
        return error.to_string();
    }
    let mut message = format!("error: {error}");
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Many errors name their cause themselves.
        if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    message
}

fn runtime() -> anyhow::Result<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
