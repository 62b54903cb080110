//! Where the shell remembers what was typed.

use std::path::PathBuf;

/// The history file, in the user's data folder; `None` for a user without a home.
pub fn path() -> Option<PathBuf> {
    let data = match std::env::var_os("XDG_DATA_HOME").filter(|d| !d.is_empty()) {
        Some(data) => PathBuf::from(data),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".local").join("share"),
    };
    Some(data.join("stoa").join("history"))
}
