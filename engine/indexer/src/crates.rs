//! The names of Rust crates, which stand in manifests and not in paths.

use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Manifest {
    package: Option<Named>,
    lib: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

/// The crates of some manifests: the name that others import, and the manifest's directory. A manifest that cannot be read
/// names nothing: its crate is then known by its directory alone.
pub fn crates<'a>(manifests: &'a [PathBuf]) -> impl Iterator<Item = (String, &'a Path)> + 'a {
    manifests.iter().filter_map(|path| {
        let text = std::fs::read_to_string(path).ok()?;
        let manifest: Manifest = toml::from_str(&text).ok()?;
        let lib = manifest.lib.and_then(|l| l.name);
        let name = lib.or(manifest.package.and_then(|p| p.name))?;
        Some((name.replace('-', "_"), path.parent()?))
    })
}
