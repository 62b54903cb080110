//! What an index knows of a tree that is in a store: its files, their facts, and which segment has what.
//!
//! It is loaded from the newest snapshot, or stays in memory from one update to the next. Nothing here reads source.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use rayon::prelude::*;
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, FileId, FileStatus, NodeKind};
use stoa_store::{SegmentMeta, SegmentRole, Snapshot, Store};
use tokio::runtime::Handle;

use crate::error::IndexError;
use crate::kept::{Counts, LinksKept, Own};
use crate::solved::Solved;
use crate::stubs::Stubs;
use crate::{Tally, failure};

/// A source file in the store.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: FileId,
    pub content_hash: String,
    pub bytes: u64,
    pub lines: u32,
    pub language: &'static str,
    pub status: FileStatus,
    pub error: Option<String>,
    /// The segment that has its rows.
    pub segment: Arc<str>,
    pub own: Own,
    /// What linking needs; nothing of a file that is not in the graph.
    pub facts: Option<Arc<[u8]>>,
    pub links: Option<Links>,
    /// When the file was last written and how long it was, if its content was read long enough after that for a later
    /// change to show.
    pub stamp: Option<(SystemTime, u64)>,
}

/// The links of a file, and the segment that has them.
#[derive(Clone, Debug)]
pub struct Links {
    pub segment: Arc<str>,
    pub kept: LinksKept,
}

/// A row of `files` for what could not be walked, or for a shortfall of the whole tree.
#[derive(Clone, Debug)]
pub struct Lost {
    pub id: FileId,
    pub status: FileStatus,
    pub reason: String,
    pub segment: Arc<str>,
}

/// A tree in a store.
#[derive(Default)]
pub struct Tree {
    /// By path.
    pub files: BTreeMap<String, Known>,
    pub lost: BTreeMap<String, Lost>,
    pub stubs: Stubs,
    /// What the facts of all files come to, if they were linked in this process.
    pub solved: Option<Solved>,
}

/// Files whose rows in a segment no longer count.
pub type Dead = BTreeMap<Arc<str>, BTreeSet<FileId>>;

/// The live rows of a segment that say something of files.
#[derive(Default)]
struct Part {
    files: Vec<(String, Known)>,
    lost: Vec<(String, Lost)>,
    /// Of files and pseudo files, as they are stored.
    facts: Vec<(FileId, Arc<[u8]>)>,
}

impl Tree {
    /// Reads what the segments of a snapshot keep of its tree. None if it was not made for that.
    pub fn load(
        store: &Store,
        handle: &Handle,
        threads: &rayon::ThreadPool,
        snapshot: &Snapshot,
    ) -> Result<Option<Tree>, IndexError> {
        let read = |segment: &SegmentMeta| Part::read(store, handle, snapshot, segment);
        let parts: Vec<Option<Part>> = threads
            .install(|| snapshot.segments.par_iter().with_max_len(1).map(read).collect::<Result<_, _>>())?;
        let mut tree = Tree::default();
        let mut paths: BTreeMap<FileId, String> = BTreeMap::new();
        let mut links: Vec<(Arc<str>, FileId, Arc<[u8]>)> = Vec::new();
        for (segment, part) in snapshot.segments.iter().zip(parts) {
            let Some(part) = part else { return Ok(None) };
            tree.lost.extend(part.lost);
            if segment.role == SegmentRole::Links {
                let id: Arc<str> = segment.id.as_str().into();
                links.extend(part.facts.into_iter().map(|(file, row)| (id.clone(), file, row)));
                continue;
            }
            paths.extend(part.files.iter().map(|(path, known)| (known.id, path.clone())));
            tree.files.extend(part.files);
        }
        for (segment, file, row) in links {
            let malformed = |_| IndexError::Facts { segment: segment.to_string() };
            if Stubs::is_pseudo(file) {
                tree.stubs.add_kept(file, &row, &segment).map_err(malformed)?;
            } else if let Some(known) = paths.get(&file).and_then(|path| tree.files.get_mut(path)) {
                let kept = LinksKept::read(&row).map_err(malformed)?;
                known.links = Some(Links { segment: segment.clone(), kept });
            } else {
                return Err(IndexError::Facts { segment: segment.to_string() });
            }
        }
        for known in tree.files.values() {
            tree.stubs.hold(known.links.as_ref().map_or(&[], |links| &links.kept.stubs));
        }
        Ok(Some(tree))
    }

    /// The segments that have a row that counts.
    pub fn segments(&self) -> BTreeSet<&str> {
        let files = self
            .files
            .values()
            .flat_map(|known| [Some(&known.segment), known.links.as_ref().map(|links| &links.segment)]);
        let lost = self.lost.values().map(|lost| &lost.segment);
        files.flatten().chain(lost).chain(self.stubs.segments()).map(|segment| &**segment).collect()
    }

    /// Follows a compaction: the segments of each key are now in that of its value.
    pub fn moved(&mut self, to: &BTreeMap<String, String>) {
        let rename = |segment: &mut Arc<str>| {
            if let Some(new) = to.get(&**segment) {
                *segment = new.as_str().into();
            }
        };
        for known in self.files.values_mut() {
            rename(&mut known.segment);
            known.links.iter_mut().for_each(|links| rename(&mut links.segment));
        }
        self.lost.values_mut().for_each(|lost| rename(&mut lost.segment));
        self.stubs.rename_segments(rename);
    }

    /// The ids of all paths.
    pub fn ids(&self) -> Vec<(String, FileId)> {
        let files = self.files.iter().map(|(path, known)| (path.clone(), known.id));
        files.chain(self.lost.iter().map(|(path, lost)| (path.clone(), lost.id))).collect()
    }

    /// What there is, counted.
    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally {
            nodes: vec![0; NodeKind::ALL.len()],
            edges: vec![0; EdgeKind::ALL.len()],
            ..Tally::default()
        };
        let add = |to: &mut Vec<u64>, counts: &Counts| {
            for &(kind, count) in counts {
                if let Some(total) = to.get_mut(usize::from(kind)) {
                    *total += u64::from(count);
                }
            }
        };
        for (path, known) in &self.files {
            let count = tally.languages.entry(known.language).or_default();
            count.files += 1;
            count.lines += u64::from(known.lines);
            count.bytes += known.bytes;
            tally.source_bytes += known.bytes;
            add(&mut tally.nodes, &known.own.nodes);
            add(&mut tally.edges, &known.own.edges);
            if let Some(links) = &known.links {
                add(&mut tally.edges, &links.kept.edges);
            }
            if known.status != FileStatus::Ok {
                let reason = known.error.as_deref().unwrap_or_default();
                tally.failures.push(failure(path, known.status, reason));
            }
        }
        self.stubs.count(|kind, count| tally.nodes[kind as usize] += u64::from(count));
        tally.failures.extend(self.lost.iter().map(|(path, l)| failure(path, l.status, &l.reason)));
        tally
    }
}

impl Part {
    /// The rows of a segment; none if it has files in the graph without facts.
    fn read(
        store: &Store,
        handle: &Handle,
        snapshot: &Snapshot,
        segment: &SegmentMeta,
    ) -> Result<Option<Part>, IndexError> {
        let malformed = || IndexError::Facts { segment: segment.id.clone() };
        let id: Arc<str> = segment.id.as_str().into();
        let dead = snapshot.dead_files(segment);
        let alive = |file: FileId| dead.binary_search(&file).is_err();
        let mut part = Part::default();
        for batch in handle.block_on(store.read_table(segment, Table::Facts))? {
            let (ids, contents) = facts_columns(&batch).ok_or_else(malformed)?;
            for row in 0..batch.num_rows() {
                let file = ids.value(row) as FileId;
                if alive(file) {
                    part.facts.push((file, contents.value(row).into()));
                }
            }
        }
        part.facts.sort_by_key(|(file, _)| *file);
        for batch in handle.block_on(store.read_table(segment, Table::Files))? {
            let rows = FileColumns::of(&batch).ok_or_else(malformed)?;
            for row in 0..batch.num_rows() {
                let file = rows.id.value(row) as FileId;
                if !alive(file) || Stubs::is_pseudo(file) {
                    continue;
                }
                let path = rows.path.value(row).to_owned();
                let status = FileStatus::parse(rows.status.value(row)).ok_or_else(malformed)?;
                let error = rows.error.is_valid(row).then(|| rows.error.value(row).to_owned());
                if segment.role == SegmentRole::Links {
                    let reason = error.unwrap_or_default();
                    part.lost.push((path, Lost { id: file, status, reason, segment: id.clone() }));
                    continue;
                }
                let Some(language) = language(rows.language.value(row)) else { return Ok(None) };
                let mut known = Known {
                    id: file,
                    content_hash: rows.content.value(row).to_owned(),
                    bytes: rows.bytes.value(row) as u64,
                    lines: rows.lines.value(row) as u32,
                    language,
                    status,
                    error,
                    segment: id.clone(),
                    own: Own::default(),
                    facts: None,
                    links: None,
                    stamp: None,
                };
                match part.facts.binary_search_by_key(&file, |(file, _)| *file) {
                    Ok(place) => {
                        let kept = &part.facts[place].1;
                        let (own, rest) = Own::read(kept).map_err(|_| malformed())?;
                        known.own = own;
                        known.facts = Some(kept[rest..].into());
                    }
                    Err(_) if rows.nodes.value(row) > 0 => return Ok(None),
                    Err(_) => {}
                }
                part.files.push((path, known));
            }
        }
        if segment.role != SegmentRole::Links {
            part.facts.clear();
        }
        Ok(Some(part))
    }
}

fn language(name: &str) -> Option<&'static str> {
    stoa_syntax::languages::ALL.iter().map(|l| l.name).find(|known| *known == name)
}

fn facts_columns(batch: &RecordBatch) -> Option<(&arrow::array::Int32Array, &BinaryArray)> {
    let ids = batch.column_by_name("file_id")?.as_primitive_opt::<Int32Type>()?;
    Some((ids, batch.column_by_name("content")?.as_binary_opt::<i32>()?))
}

struct FileColumns {
    id: arrow::array::Int32Array,
    path: StringArray,
    language: StringArray,
    content: StringArray,
    bytes: arrow::array::Int64Array,
    lines: arrow::array::Int32Array,
    nodes: arrow::array::Int32Array,
    status: StringArray,
    error: StringArray,
}

impl FileColumns {
    fn of(batch: &RecordBatch) -> Option<FileColumns> {
        let column = |name: &str| -> Option<&ArrayRef> { batch.column_by_name(name) };
        let text = |name: &str| -> Option<StringArray> {
            cast(column(name)?, &DataType::Utf8).ok()?.as_string_opt::<i32>().cloned()
        };
        let int = |name: &str| column(name)?.as_primitive_opt::<Int32Type>().cloned();
        Some(FileColumns {
            id: int("file_id")?,
            path: text("path")?,
            language: text("language")?,
            content: text("content_hash")?,
            bytes: column("bytes")?.as_primitive_opt::<Int64Type>().cloned()?,
            lines: int("lines")?,
            nodes: int("nodes")?,
            status: text("status")?,
            error: text("error")?,
        })
    }
}
