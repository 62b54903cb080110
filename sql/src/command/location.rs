//! Which store a command means.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// The folder of a tree's own store.
pub const FOLDER: &str = ".stoa";

/// The store of a source tree.
pub fn of_tree(root: &Path) -> String {
    stoa_indexer::store_location(&root.join(FOLDER))
}

/// The store a command was given, or the nearest `.stoa` here or above.
pub fn named_or_nearest(store: Option<&str>) -> anyhow::Result<String> {
    if let Some(store) = store {
        return Ok(store.to_string());
    }
    let here = std::env::current_dir().context("the current directory cannot be found")?;
    match nearest(&here) {
        Some(store) => Ok(stoa_indexer::store_location(&store)),
        None => bail!(
            "there is no {FOLDER} in {} or above it\n  = help: make one with `stoa index .`, name one with \
             --store DIR, or ask a tree with --source PATH",
            here.display()
        ),
    }
}

fn nearest(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(FOLDER)).find(|store| store.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_store_is_found_upwards() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::create_dir(root.path().join(".stoa")).unwrap();
        assert_eq!(nearest(&deep), Some(root.path().join(".stoa")));
        std::fs::create_dir(root.path().join("a/.stoa")).unwrap();
        assert_eq!(nearest(&deep), Some(root.path().join("a/.stoa")));
    }
}
