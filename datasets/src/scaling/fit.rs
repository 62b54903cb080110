//! What measurements say of growth: `stoa-frames`, a program of its own.

use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use stoa_sql::command::external;

use super::record;

/// The program that fits.
const FRAMES: external::Program = external::Program {
    name: "stoa-frames",
    build: "cargo build --release --manifest-path datasets/frames/Cargo.toml --target-dir target",
};

/// The program that fits, found before anything is measured.
pub struct Fit {
    program: PathBuf,
}

impl Fit {
    /// An hour of measuring must not end with a program that is not there.
    ///
    /// # Errors
    /// If it is neither beside this program nor on the PATH.
    pub fn find() -> Result<Fit> {
        Ok(Fit { program: FRAMES.find()? })
    }

    /// Fits the measurements in a folder, writes `fit.parquet` beside them, prints the exponents and judges them. It takes
    /// this program's place: what is left to do is to be done before.
    pub fn run(self, folder: &Path, confidence: f64, by_family: bool) -> Result<ExitCode> {
        let mut command = Command::new(self.program);
        command.arg("growth").arg(folder.join(record::FILE)).arg("--fit").arg(folder.join("fit.parquet"));
        command.arg("--confidence").arg(confidence.to_string());
        if by_family {
            command.arg("--families");
        }
        external::run(command)
    }
}
