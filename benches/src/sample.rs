//! Parts of a tree, each of which holds the smaller ones.

use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use stoa_indexer::SourceFile;

/// What the size of a part is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Source files.
    Modules,
    /// Lines of source files.
    Lines,
}

/// The source files of a tree, folder after folder in an order that is arbitrary, and the same for every run of a build: what stands together
/// in a folder calls each other, and folders of all parts of the tree come early.
pub struct Folders<'a> {
    tree: &'a Path,
    files: Vec<SourceFile>,
}

impl<'a> Folders<'a> {
    /// Walks a tree.
    pub fn of(tree: &'a Path) -> Folders<'a> {
        let mut folders: BTreeMap<(u64, String), Vec<SourceFile>> = BTreeMap::new();
        for file in crate::source_files(tree) {
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            let mut hasher = DefaultHasher::new();
            folder.hash(&mut hasher);
            folders.entry((hasher.finish(), folder)).or_default().push(file);
        }
        Folders { tree, files: folders.into_values().flatten().collect() }
    }

    /// Puts the first files that together have so many units under `to`; files that are there already stay.
    ///
    /// # Errors
    /// If the whole tree has fewer, or a file cannot be read or written.
    pub fn copy(&self, unit: Unit, size: u64, to: &Path) -> anyhow::Result<()> {
        let mut left = size;
        for file in &self.files {
            if left == 0 {
                return Ok(());
            }
            let place = copy(file, self.tree, to)?;
            left = left.saturating_sub(match unit {
                Unit::Modules => 1,
                Unit::Lines => std::fs::read(&place)?.iter().filter(|byte| **byte == b'\n').count() as u64,
            });
        }
        if left > 0 {
            bail!("{} has only {} {unit:?}", self.tree.display(), size - left);
        }
        Ok(())
    }
}

/// Copies a file of a tree to the same place under another; gives the place.
pub fn copy(file: &SourceFile, tree: &Path, to: &Path) -> anyhow::Result<PathBuf> {
    let place = to.join(file.location.strip_prefix(tree).unwrap_or(&file.location));
    if let Some(parent) = place.parent() {
        std::fs::create_dir_all(parent)?;
    }
    if !place.exists() {
        std::fs::copy(&file.location, &place).with_context(|| file.location.display().to_string())?;
    }
    Ok(place)
}
