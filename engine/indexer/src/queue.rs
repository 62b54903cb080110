//! In which order files are indexed, and what becomes of those that fail.
//!
//! Files of folders that queries touch most come first, among them those that were written last. A first index that publishes while it runs
//! takes them in parts, each about as large as all before it together: then linking anew for each part costs no more than
//! linking twice. What failed is tried once more behind all others.

use std::cmp::Reverse;
use std::time::SystemTime;

use stoa_model::FileStatus;
use stoa_store::{QueueState, QueuedFile, Touches};

use crate::plan::PlannedFile;
use crate::tree::Known;

/// The bytes of source of the first part.
const FIRST_PART: u64 = 1 << 20;

/// The folder of a path; what is asked about, changed and indexed together.
pub fn module(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What is to be indexed, first to last.
pub struct Queue {
    parts: Vec<Vec<PlannedFile>>,
    entries: Vec<QueuedFile>,
}

impl Queue {
    /// All files in one part, or in several that grow.
    pub fn new(mut files: Vec<PlannedFile>, touches: &Touches, in_parts: bool) -> Queue {
        let touched = |file: &PlannedFile| touches.get(module(&file.source.path)).copied().unwrap_or(0);
        let mut order: Vec<usize> = (0..files.len()).collect();
        let written = |file: &PlannedFile| file.source.modified.unwrap_or(SystemTime::UNIX_EPOCH);
        order.sort_by_key(|&at| {
            let file = &files[at];
            (Reverse(touched(file)), Reverse(written(file)), file.id)
        });
        let entries = order.iter().enumerate().map(|(place, &at)| {
            let file = &files[at];
            QueuedFile {
                path: file.source.path.clone(),
                module: module(&file.source.path).to_owned(),
                priority: place as u64 + 1,
                reason: match touched(file) {
                    0 => "changed".to_owned(),
                    count => format!("changed, and queries touched its folder {count} times"),
                },
                state: QueueState::Waiting,
                attempts: 0,
                error: None,
            }
        });
        let entries = entries.collect();
        if !in_parts {
            return Queue { parts: vec![files], entries };
        }
        let mut ordered: Vec<PlannedFile> = order.iter().map(|&at| files[at].clone()).collect();
        files.clear();
        let mut parts = Vec::new();
        let (mut part, mut bytes, mut target): (Vec<PlannedFile>, u64, u64) = (Vec::new(), 0, FIRST_PART);
        for file in ordered.drain(..) {
            bytes += file.source.bytes;
            part.push(file);
            if bytes >= target {
                target = target.max(bytes) * 2;
                parts.push(std::mem::take(&mut part));
                bytes = 0;
            }
        }
        parts.push(part);
        // Segments are made of files in the order of their ids.
        parts.iter_mut().for_each(|part| part.sort_by_key(|file| file.id));
        parts.retain(|part| !part.is_empty());
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        Queue { parts, entries }
    }

    /// The next part, if any is left.
    pub fn next(&mut self) -> Option<Vec<PlannedFile>> {
        if self.parts.is_empty() {
            return None;
        }
        let part = self.parts.remove(0);
        self.each(&part, |entry| {
            entry.state = QueueState::Working;
            entry.attempts += 1;
        });
        Some(part)
    }

    /// Whether no part is left.
    pub fn is_last(&self) -> bool {
        self.parts.is_empty()
    }

    /// Files that wait.
    pub fn waiting(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    fn each(&mut self, part: &[PlannedFile], change: impl Fn(&mut QueuedFile)) {
        let paths: std::collections::HashSet<&str> = part.iter().map(|f| f.source.path.as_str()).collect();
        self.entries.iter_mut().filter(|entry| paths.contains(entry.path.as_str())).for_each(change);
    }

    /// Takes note of what became of a part. Files that could not be read, or that a pass failed on, come once more behind all
    /// others.
    pub fn done<'a>(&mut self, part: &[PlannedFile], outcome: impl Fn(&str) -> Option<&'a Known>) {
        let mut again = Vec::new();
        for file in part {
            let path = &file.source.path;
            let failed = outcome(path).filter(|known| known.status == FileStatus::Failed);
            let Some(place) = self.entries.iter().position(|entry| &entry.path == path) else { continue };
            let Some(known) = failed else {
                self.entries.remove(place);
                continue;
            };
            let entry = &mut self.entries[place];
            entry.error = known.error.clone();
            if entry.attempts < 2 {
                entry.state = QueueState::Retry;
                again.push(file.clone());
            } else {
                entry.state = QueueState::Failed;
            }
        }
        if !again.is_empty() {
            self.parts.push(again);
        }
    }

    /// What waits and what failed.
    pub fn entries(&self) -> &[QueuedFile] {
        &self.entries
    }
}
