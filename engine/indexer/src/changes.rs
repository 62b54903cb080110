//! Which files of a tree are not as the store has them.
//!
//! The content decides, by its BLAKE3. An index that stays in memory trusts that a file has not changed if it was not written to
//! since its content was read; one that starts anew reads every file.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use stoa_model::FileStatus;

use crate::memory;
use crate::plan::Limits;
use crate::tree::{Known, Tree};
use crate::walk::SourceFile;

/// Times of files are this coarse at worst (FAT). What was written so shortly before it was read may be written again unnoticed.
const COARSE: Duration = Duration::from_secs(2);

/// What is to be done.
#[derive(Debug, Default)]
pub struct Changes {
    /// Files that are new or have another content, by path.
    pub changed: Vec<SourceFile>,
    /// How many of them are new.
    pub added: u64,
    /// Paths that are there no longer.
    pub removed: Vec<String>,
    pub unchanged: u64,
}

/// Compares the files that a walk found with those that are known, and notes when the unchanged ones were written. `same_memory` says
/// that the memory budget, which some files may be too large for, is what it was.
pub fn find(
    walked: Vec<SourceFile>,
    tree: &mut Tree,
    limits: &Limits,
    same_memory: bool,
    threads: &rayon::ThreadPool,
) -> Changes {
    let mut changes = Changes::default();
    let now = SystemTime::now();
    let files = &tree.files;
    let same: Vec<bool> = threads.install(|| {
        walked
            .par_iter()
            .map(|file| files.get(&file.path).is_some_and(|known| is_same(file, known, limits, same_memory)))
            .collect()
    });
    let seen: HashSet<&str> = walked.iter().map(|file| file.path.as_str()).collect();
    changes.removed = files.keys().filter(|path| !seen.contains(path.as_str())).cloned().collect();
    for (file, same) in walked.into_iter().zip(same) {
        match tree.files.get_mut(&file.path) {
            Some(known) if same => {
                changes.unchanged += 1;
                known.stamp = stamp(&file, now);
            }
            Some(_) => changes.changed.push(file),
            None => {
                changes.added += 1;
                changes.changed.push(file);
            }
        }
    }
    changes
}

/// When a file was written and how long it is, unless it may be written again without that showing.
fn stamp(file: &SourceFile, read: SystemTime) -> Option<(SystemTime, u64)> {
    let written = file.modified?;
    (read.duration_since(written).ok()? > COARSE).then_some((written, file.bytes))
}

/// Whether indexing a file once more would come to the same.
fn is_same(file: &SourceFile, known: &Known, limits: &Limits, same_memory: bool) -> bool {
    if known.stamp.is_some() && known.stamp == file.modified.map(|written| (written, file.bytes)) {
        return true;
    }
    if let Some(why) = limits.too_large(file.bytes) {
        return known.error.as_deref() == Some(&why);
    }
    match std::fs::read(&file.location) {
        Ok(source) => {
            let hash = blake3::hash(&source).to_hex();
            let fits = same_memory
                || known.status != FileStatus::Skipped && limits.too_dense(memory::need(&source)).is_none();
            fits && known.content_hash == hash.as_str()
        }
        Err(error) => known.error.as_deref() == Some(&crate::segment::unreadable(&error)),
    }
}
