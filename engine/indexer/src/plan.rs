//! Which file gets which id, and which files make a segment.

use rustc_hash::FxHashMap;
use stoa_model::FileId;
use stoa_model::ids::LAST_EXTERNAL_FILE;

use crate::error::IndexError;
use crate::memory;
use crate::walk::SourceFile;

/// File ids above this are kept for stubs.
pub const FIRST_RESERVED: FileId = LAST_EXTERNAL_FILE - (1 << 16);

/// A file and its id.
#[derive(Clone, Debug)]
pub struct PlannedFile {
    pub id: FileId,
    pub source: SourceFile,
}

/// Gives every file the id its path had in the snapshot before, or a new one. The result is in the order of the ids,
/// with the first id that is free.
pub fn number(
    files: Vec<SourceFile>,
    known: Vec<(String, FileId)>,
    first_free: FileId,
) -> Result<(Vec<PlannedFile>, FileId), IndexError> {
    let known: FxHashMap<String, FileId> = known.into_iter().collect();
    let mut next = first_free;
    let mut planned = Vec::with_capacity(files.len());
    for source in files {
        let id = match known.get(&source.path) {
            Some(&id) => id,
            None => {
                next += 1;
                next - 1
            }
        };
        if next >= FIRST_RESERVED {
            return Err(IndexError::TooManyFiles { limit: FIRST_RESERVED });
        }
        planned.push(PlannedFile { id, source });
    }
    planned.sort_by_key(|f| f.id);
    Ok((planned, next))
}

/// What the memory budget allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A larger file is skipped unread, and says so.
    pub file_bytes: u64,
    memory: u64,
}

/// A file takes at least about this many times its size while it is parsed and lowered, if it is a large one: those have short
/// lines and few comments.
const LEAST_PER_BYTE: u64 = 128;

/// The bytes of source a segment is made of: between these, an eighth of the tree. Few segments, since every scan of a table opens the
/// files of each; enough of them for the threads to share.
const SMALLEST_SEGMENT: u64 = 256 << 10;
const LARGEST_SEGMENT: u64 = 4 << 20;
const SEGMENTS: u64 = 8;
/// The last segments are smaller, down to such a part of the others, so that no thread works long when others have nothing left (guided
/// self-scheduling; Polychronopoulos and Kuck 1987).
const LAST_SEGMENTS: u64 = 4;

impl Limits {
    pub fn of(memory: u64) -> Limits {
        Limits { file_bytes: memory / LEAST_PER_BYTE, memory }
    }

    /// Why a file of this size is skipped, if it is.
    pub fn too_large(&self, bytes: u64) -> Option<String> {
        (bytes > self.file_bytes).then(|| {
            format!(
                "{bytes} bytes are more than the {} that a memory budget of {} MB allows; index with --memory {}MB",
                self.file_bytes,
                self.memory >> 20,
                (bytes * LEAST_PER_BYTE).div_ceil(1 << 20)
            )
        })
    }

    /// Why a file is skipped that would need so much memory, if it is.
    pub fn too_dense(&self, need: u64) -> Option<String> {
        (need > self.memory).then(|| {
            format!(
                "a token every few bytes needs {} MB, more than the memory budget of {} MB; index with --memory {}MB",
                need >> 20,
                self.memory >> 20,
                need.div_ceil(1 << 20)
            )
        })
    }

    /// The memory that a group of files needs if they are code that people write.
    pub fn ordinary_need(&self, group: &[PlannedFile]) -> u64 {
        let files = group.iter().filter(|f| self.too_large(f.source.bytes).is_none());
        files.map(|f| f.source.bytes).sum::<u64>() * memory::PER_BYTE
    }
}

fn segment_bytes(total: u64, memory: u64) -> u64 {
    (total / SEGMENTS).clamp(SMALLEST_SEGMENT, LARGEST_SEGMENT).min((memory / 256).max(SMALLEST_SEGMENT))
}

/// Threads that the memory budget has room for: each holds the rows of one segment.
pub fn affordable_jobs(jobs: usize, budget: u64) -> usize {
    let largest = LARGEST_SEGMENT.min((budget / 256).max(SMALLEST_SEGMENT));
    jobs.min((budget / (largest * memory::PER_BYTE)).max(1) as usize)
}

/// Groups files, in the order of their ids, into segments of about equal bytes, the last ones smaller.
pub fn groups(files: &[PlannedFile], memory: u64) -> Vec<&[PlannedFile]> {
    let limits = Limits::of(memory);
    // A file that will be skipped takes no room.
    let size = |f: &PlannedFile| if limits.too_large(f.source.bytes).is_some() { 0 } else { f.source.bytes };
    let mut left = files.iter().map(size).sum();
    let most = segment_bytes(left, memory);
    let least = (most / LAST_SEGMENTS).max(SMALLEST_SEGMENT.min(most));
    let target = |left: u64| (left / 2).clamp(least, most);
    let mut groups = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        if at > start && bytes + size(file) > target(left) {
            groups.push(&files[start..at]);
            left -= bytes;
            (start, bytes) = (at, 0);
        }
        bytes += size(file);
    }
    if start < files.len() {
        groups.push(&files[start..]);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: u64) -> SourceFile {
        SourceFile {
            location: path.into(),
            path: path.to_owned(),
            bytes,
            modified: None,
            language: "c",
            grammar: 0,
        }
    }

    #[test]
    fn ids_are_kept() {
        let known = vec![("b".to_owned(), 7)];
        let (planned, next) = number(vec![file("a", 1), file("b", 1)], known, 9).unwrap();
        let ids: Vec<_> = planned.iter().map(|f| (f.source.path.as_str(), f.id)).collect();
        assert_eq!(ids, [("b", 7), ("a", 9)]);
        assert_eq!(next, 10);
    }

    #[test]
    fn every_file_is_in_one_group() {
        let files: Vec<_> =
            (0..100).map(|i| PlannedFile { id: i, source: file("x", 100_000 * u64::from(i % 7)) }).collect();
        let groups = groups(&files, 2 << 30);
        let bytes = |group: &&[PlannedFile]| group.iter().map(|f| f.source.bytes).sum::<u64>();
        let sizes: Vec<u64> = groups.iter().map(bytes).collect();
        assert!(sizes.len() > SEGMENTS as usize && sizes[sizes.len() - 1] < sizes[0]);
        assert_eq!(groups.iter().map(|g| g.len()).sum::<usize>(), files.len());
    }
}
