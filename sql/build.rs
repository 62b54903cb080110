//! Lists the files of `rules/` and `models/`, for the binary to hold.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mut text = String::new();
    for (name, folder, ending, what) in [
        ("RULE_FILES", "rules", "sql", "Every rule: its path in `sql/rules` and its file's text."),
        (
            "MODEL_FILES",
            "models",
            "csv",
            "Every table of models: its path in `sql/models` and its file's text.",
        ),
    ] {
        let root = here.join(folder);
        println!("cargo::rerun-if-changed={}", root.display());
        let mut files = Vec::new();
        collect(&root, ending, &mut files)?;
        files.sort();
        let failed = |e: std::fmt::Error| io::Error::other(e);
        writeln!(text, "/// {what}\npub static {name}: &[(&str, &str)] = &[").map_err(failed)?;
        for file in files {
            let inside = file.strip_prefix(&root).map_err(io::Error::other)?;
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            writeln!(text, "    ({:?}, include_str!({:?})),", parts.join("/"), file.display().to_string())
                .map_err(failed)?;
        }
        text.push_str("];\n");
    }
    std::fs::write(PathBuf::from(variable("OUT_DIR")?).join("embedded.rs"), text)
}

fn variable(name: &str) -> io::Result<String> {
    std::env::var(name).map_err(|e| io::Error::other(format!("{name}: {e}")))
}

fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, ending, files)?;
        } else if path.extension().is_some_and(|e| e == ending) {
            files.push(path);
        }
    }
    Ok(())
}
