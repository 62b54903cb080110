//! Programs that stand beside this one.
//!
//! What needs a stack of libraries that queries do not is a program of its own, as `git` does it: `stoa scaling` is
//! `stoa-datasets scaling`. The reasons are in `docs/decisions/005-polars-apart.md`.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A program, and how to get it.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    pub name: &'static str,
    /// The command that builds it.
    pub build: &'static str,
}

/// A program that is not there.
#[derive(Debug, thiserror::Error)]
#[error("{name} is neither in {folder} nor on the PATH; build it with: {build}")]
pub struct Missing {
    pub name: &'static str,
    pub folder: String,
    pub build: &'static str,
}

impl Program {
    /// Where the program is: beside the one that runs, or else on the PATH.
    pub fn find(&self) -> Result<PathBuf, Missing> {
        let own = std::env::current_exe().ok();
        let folder = own.as_deref().and_then(Path::parent);
        let path = std::env::var_os("PATH");
        self.find_in(folder, path.as_deref()).ok_or_else(|| Missing {
            name: self.name,
            folder: folder.map_or_else(|| "its folder".to_owned(), |folder| folder.display().to_string()),
            build: self.build,
        })
    }

    fn find_in(&self, folder: Option<&Path>, path: Option<&OsStr>) -> Option<PathBuf> {
        let file = format!("{}{}", self.name, std::env::consts::EXE_SUFFIX);
        let of_path = path.into_iter().flat_map(std::env::split_paths);
        // An empty entry of the PATH is the working directory, in which anybody may have left a program.
        let folders = folder.map(Path::to_owned).into_iter().chain(of_path.filter(|f| f.is_absolute()));
        folders.map(|folder| folder.join(&file)).find(|program| is_program(program))
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Becomes the program: its exit code is this one's, and so is the signal that ends it. Comes back only if it cannot be
/// started.
#[cfg(unix)]
pub fn run(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| command.get_program().display().to_string())
}

/// Runs the program; its exit code is this one's.
#[cfg(not(unix))]
pub fn run(mut command: Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| command.get_program().display().to_string())?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_stands_beside_comes_before_the_path() {
        let program = Program { name: "stoa-x", build: "make" };
        let folder = tempfile::tempdir().unwrap();
        let folders = ["beside", "path", "other"].map(|name| folder.path().join(name));
        for folder in &folders {
            std::fs::create_dir(folder).unwrap();
        }
        let [beside, path, other] = &folders;
        let joined = std::env::join_paths([path, other]).unwrap();
        let find = || program.find_in(Some(beside), Some(&joined));
        assert_eq!(find(), None);
        let put = |folder: &Path, mode: u32| {
            let file = folder.join("stoa-x");
            std::fs::write(&file, "").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            file
        };
        // A file that cannot be run is no program.
        put(path, 0o644);
        assert_eq!(find(), None);
        let on_path = put(other, 0o755);
        assert_eq!(find(), Some(on_path));
        let own = put(beside, 0o755);
        assert_eq!(find(), Some(own));
        assert_eq!(program.find_in(None, Some(OsStr::new(""))), None);
    }
}
