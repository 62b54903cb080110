//! In which order files are indexed, and what becomes of those that fail.
//!
//! Files of folders that queries touch most come first, among them those that were written last. A first index that publishes while it runs
//! takes them in parts, each about as large as all before it together: then linking anew for each part costs no more than
//! linking twice. What failed is tried once more behind all others.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
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
        let paths: HashSet<&str> = part.iter().map(|f| f.source.path.as_str()).collect();
        self.entries.iter_mut().filter(|entry| paths.contains(entry.path.as_str())).for_each(change);
    }

    /// Takes note of what became of a part. Files that could not be read, or that a pass failed on, come once more behind all
    /// others.
    pub fn done<'a>(&mut self, part: &[PlannedFile], outcome: impl Fn(&str) -> Option<&'a Known>) {
        let of_part: HashMap<&str, &PlannedFile> =
            part.iter().map(|file| (file.source.path.as_str(), file)).collect();
        let mut again = Vec::new();
        self.entries.retain_mut(|entry| {
            let Some(file) = of_part.get(entry.path.as_str()) else { return true };
            let failed = outcome(&entry.path).filter(|known| known.status == FileStatus::Failed);
            let Some(known) = failed else { return false };
            entry.error = known.error.clone();
            if entry.attempts < 2 {
                entry.state = QueueState::Retry;
                again.push((*file).clone());
            } else {
                entry.state = QueueState::Failed;
            }
            true
        });
        again.sort_by_key(|file| file.id);
        if !again.is_empty() {
            self.parts.push(again);
        }
    }

    /// What waits and what failed.
    pub fn entries(&self) -> &[QueuedFile] {
        &self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::Own;
    use crate::walk::SourceFile;
    use std::time::Duration;

    fn file(id: u32, path: &str, bytes: u64, written: u64) -> PlannedFile {
        let source = SourceFile {
            location: path.into(),
            path: path.to_owned(),
            bytes,
            modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(written)),
            language: "c",
            grammar: 0,
        };
        PlannedFile { id, source }
    }

    fn known(status: FileStatus) -> Known {
        Known {
            id: 1,
            content_hash: String::new(),
            bytes: 0,
            lines: 0,
            language: "c",
            status,
            error: Some("cannot be read: no".to_owned()),
            segment: "".into(),
            own: Own::default(),
            facts: None,
            links: None,
            stamp: None,
        }
    }

    fn ids(part: Vec<PlannedFile>) -> Vec<u32> {
        part.into_iter().map(|file| file.id).collect()
    }

    #[test]
    fn what_is_asked_about_comes_first() {
        let files = vec![
            file(1, "a/old.c", FIRST_PART, 1),
            file(2, "a/new.c", FIRST_PART, 9),
            file(3, "b/asked.c", FIRST_PART, 0),
            file(4, "c.c", FIRST_PART, 2),
        ];
        let mut queue = Queue::new(files.clone(), &[("b".to_owned(), 3)].into(), true);
        let order: Vec<_> = queue.entries().iter().map(|e| (e.path.as_str(), e.priority)).collect();
        assert_eq!(order, [("b/asked.c", 1), ("a/new.c", 2), ("c.c", 3), ("a/old.c", 4)]);
        assert_eq!(queue.waiting(), 4);
        let parts: Vec<Vec<u32>> = std::iter::from_fn(|| queue.next()).map(ids).collect();
        assert_eq!(parts, [vec![3], vec![2, 4], vec![1]]);
        // In one part the order of ids is kept.
        let mut whole = Queue::new(files, &Touches::new(), false);
        assert_eq!(whole.next().map(ids), Some(vec![1, 2, 3, 4]));
        assert!(whole.next().is_none());
    }

    #[test]
    fn what_fails_is_tried_again_behind_all_others() {
        let files = vec![file(1, "a.c", 1, 0), file(2, "b.c", FIRST_PART, 1), file(3, "d.c", 1, 0)];
        let mut queue = Queue::new(files, &Touches::new(), true);
        let (failed, fine) = (known(FileStatus::Failed), known(FileStatus::Ok));
        let outcome = |path: &str| Some(if path == "b.c" { &failed } else { &fine });
        let first = queue.next().unwrap();
        queue.done(&first, outcome);
        assert_eq!(ids(first), [2]);
        assert_eq!(queue.entries()[0].state, QueueState::Retry);
        let second = queue.next().unwrap();
        queue.done(&second, outcome);
        assert_eq!(ids(second), [1, 3]);
        let again = queue.next().unwrap();
        queue.done(&again, outcome);
        assert_eq!(ids(again), [2]);
        assert!(queue.is_last());
        let left: Vec<_> = queue.entries().iter().map(|e| (e.state, e.attempts)).collect();
        assert_eq!(left, [(QueueState::Failed, 2)]);
    }
}
