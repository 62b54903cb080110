//! The `stoa-frames` command.
//!
//! Exit codes: 0 for done, 1 for growth that is worse than stated, 2 for a failure or arguments that make no sense.

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use stoa_frames::growth::{self, Confidence, Verdict};
use stoa_frames::table;

/// Look at what the engine wrote as data frames.
#[derive(Parser)]
#[command(name = "stoa-frames", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fit how time grows with size, and compare it with what is stated.
    Growth {
        /// The measurements, as `stoa scaling --measurements` writes them.
        measurements: PathBuf,
        /// Write the fits as Parquet, a row for each function and family.
        #[arg(long, value_name = "FILE")]
        fit: Option<PathBuf>,
        /// How sure to be that an exponent is worse.
        #[arg(long, default_value_t = 0.95)]
        confidence: f64,
        /// Show each family of graphs, not only those that are worse.
        #[arg(long)]
        families: bool,
    },
}

fn main() -> ExitCode {
    let Command::Growth { measurements, fit, confidence, families } = Cli::parse().command;
    let judged = || -> Result<bool> {
        let fits = growth::fit(&growth::read(&measurements)?, Confidence(confidence))?;
        if let Some(path) = &fit {
            growth::write(&fits, path)?;
        }
        print!("{}", table::of(&fits, families));
        Ok(fits.iter().any(|fit| fit.verdict == Verdict::Worse))
    };
    match judged() {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
