//! Damaged files of segments, made anew from the source that they were made from.
//!
//! What an index writes depends on the tree, on the ids of its files, and on nothing else. So a segment whose files are in the
//! tree as they were is made once more, by itself, and its tables have the bytes they had: the snapshot's checksum says
//! whether. What links files (edges between them, stubs) takes the whole tree, which is then indexed into a store beside,
//! under the same ids. Either way a file is put back where it was, and every snapshot that names it is whole again.
//!
//! Never here: a file put back whose checksum is not the one in the snapshot; anything published.

use arrow::array::{AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use stoa_model::columns::files_batch;
use stoa_model::rows::FileRow;
use stoa_model::tables::Table;
use stoa_model::{FileId, NodeKind};
use stoa_store::{
    Finding, SegmentMeta, Snapshot, SnapshotDraft, Store, StoreError, TableFile, encode_segment,
};
use tokio::runtime::Runtime;

use crate::error::IndexError;
use crate::kept::Own;
use crate::options::IndexOptions;
use crate::plan::{Limits, PlannedFile};
use crate::report::{Progress, Silent};
use crate::segment::{Before, Form};
use crate::stubs::pseudo_row;
use crate::walk::SourceFile;
use crate::{memory, segment};

/// What is needed to make segments anew.
pub struct Restorer<'a> {
    pub store: &'a Store,
    pub runtime: &'a Runtime,
    pub tree: &'a Path,
    pub options: &'a IndexOptions,
    pub progress: &'a dyn Progress,
}

/// A segment with damaged files.
struct Broken {
    segment: SegmentMeta,
    files: Vec<TableFile>,
}

/// A source file as a segment knows it.
struct Member {
    id: FileId,
    path: String,
    /// BLAKE3 of its text; empty if that is not known.
    hash: String,
}

impl Restorer<'_> {
    /// Puts back as many of the damaged files as can be made anew; gives their names. Only under the writer's lock.
    pub fn restore(&self, damage: &[Finding]) -> Result<Vec<String>, IndexError> {
        let broken = self.broken(damage)?;
        if broken.is_empty() {
            return Ok(Vec::new());
        }
        self.progress.stage("reading the tree");
        let languages = crate::chosen_languages(self.options)?;
        let walked = crate::walk(self.tree, self.store.root(), &languages, true);
        let sources: HashMap<String, SourceFile> =
            walked.files.into_iter().map(|file| (file.path.clone(), file)).collect();
        self.progress.stage("making segments anew");
        let (mut done, mut left) = (Vec::new(), Vec::new());
        for Broken { segment, files } in broken {
            let made = match self.group(&segment, &sources)? {
                Some(group) => self.make(&group, &self.slots(&segment)?)?,
                None => Vec::new(),
            };
            for file in files {
                match made.iter().find(|(other, _)| other.blake3 == file.blake3) {
                    Some((_, data)) => {
                        self.runtime.block_on(self.store.put_back(&file, data.clone()))?;
                        done.push(file.path);
                    }
                    None => left.push(file),
                }
            }
        }
        if !left.is_empty() {
            done.extend(self.relink(left, &sources)?);
        }
        Ok(done)
    }

    /// The segments that damaged files belong to, of all snapshots that can be read.
    fn broken(&self, damage: &[Finding]) -> Result<Vec<Broken>, IndexError> {
        let damaged: BTreeSet<&str> =
            damage.iter().filter(|f| f.check == "checksum").map(|f| f.file.as_str()).collect();
        let mut broken: BTreeMap<String, Broken> = BTreeMap::new();
        for snapshot in self.runtime.block_on(self.store.snapshots())? {
            for segment in snapshot.segments {
                let files = segment.tables.iter().filter(|file| damaged.contains(file.path.as_str()));
                let files: Vec<TableFile> = files.cloned().collect();
                if !files.is_empty() {
                    broken.entry(segment.id.clone()).or_insert(Broken { segment, files });
                }
            }
        }
        Ok(broken.into_values().collect())
    }

    /// The files of a segment as they are in the tree; nothing if they are not what they were, or if the segment has rows that
    /// no file alone has.
    fn group(
        &self,
        segment: &SegmentMeta,
        sources: &HashMap<String, SourceFile>,
    ) -> Result<Option<Vec<PlannedFile>>, IndexError> {
        let Some(mut members) = self.members(segment)? else { return Ok(None) };
        members.sort_by_key(|member| member.id);
        let planned = members.into_iter().map(|member| {
            let source = sources.get(&member.path).filter(|source| is_unchanged(source, &member.hash))?;
            Some(PlannedFile { id: member.id, source: source.clone() })
        });
        Ok(planned.collect::<Option<Vec<_>>>().filter(|group| !group.is_empty()))
    }

    /// The files of a segment: what `files` says or, if that cannot be read, the FILE nodes.
    fn members(&self, segment: &SegmentMeta) -> Result<Option<Vec<Member>>, IndexError> {
        if let Some(rows) = self.readable(segment, Table::Files)? {
            return Ok(rows
                .iter()
                .map(members_of_files)
                .collect::<Option<Vec<_>>>()
                .map(|parts| parts.into_iter().flatten().collect()));
        }
        let Some(rows) = self.readable(segment, Table::Nodes)? else { return Ok(None) };
        Ok(rows
            .iter()
            .map(members_of_nodes)
            .collect::<Option<Vec<_>>>()
            .map(|parts| parts.into_iter().flatten().collect()))
    }

    /// The rows of a table, unless its file is damaged.
    fn readable(&self, segment: &SegmentMeta, table: Table) -> Result<Option<Vec<RecordBatch>>, IndexError> {
        if segment.table(table).is_none() {
            return Ok(None);
        }
        match self.runtime.block_on(self.store.read_table(segment, table)) {
            Ok(rows) => Ok(Some(rows)),
            Err(StoreError::Corrupt { .. } | StoreError::MissingFile { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The slots that declarations of a segment's files have, unless its facts are damaged: then those of files that were never
    /// edited are meant, and the checksum tells whether that was so.
    fn slots(&self, segment: &SegmentMeta) -> Result<Before, IndexError> {
        let mut slots = Before::default();
        for rows in self.readable(segment, Table::Facts)?.unwrap_or_default() {
            let ids = rows.column_by_name("file_id").and_then(|c| c.as_primitive_opt::<Int32Type>());
            let kept = rows.column_by_name("content").and_then(|c| c.as_binary_opt::<i32>());
            let (Some(ids), Some(kept)) = (ids, kept) else { continue };
            for row in 0..rows.num_rows() {
                if let Ok((own, _)) = Own::read(kept.value(row)) {
                    slots.insert(ids.value(row) as FileId, own.slots);
                }
            }
        }
        Ok(slots)
    }

    /// A group's tables, as an index makes them.
    fn make(
        &self,
        group: &[PlannedFile],
        before: &Before,
    ) -> Result<Vec<(TableFile, bytes::Bytes)>, IndexError> {
        let limits = Limits::of(self.options.memory);
        let budget = memory::Budget::new(self.options.memory);
        let mut reserved = budget.reserve(limits.ordinary_need(group));
        let made = segment::build(group, before, &limits, Form::KEPT, &mut reserved, &Silent)?.encoded;
        Ok(made.tables.into_iter().map(|table| (table.file, table.data)).collect())
    }

    /// Indexes the whole tree into a store beside, under the ids of the newest snapshot, and takes from there what is missing
    /// here. If the tree has changed since, that cannot succeed, and is not tried.
    fn relink(
        &self,
        left: Vec<TableFile>,
        sources: &HashMap<String, SourceFile>,
    ) -> Result<Vec<String>, IndexError> {
        let Some(newest) = self.runtime.block_on(self.store.latest())? else { return Ok(Vec::new()) };
        let mut members = Vec::new();
        for segment in &newest.segments {
            members.extend(self.members(segment)?.unwrap_or_default());
        }
        members.retain(|member| !member.path.starts_with('<'));
        let same = members.len() == sources.len()
            && members
                .iter()
                .all(|m| sources.get(&m.path).is_some_and(|source| is_unchanged(source, &m.hash)));
        if !same {
            return Ok(Vec::new());
        }
        self.progress.stage("linking anew");
        let folder = tempfile::tempdir().map_err(|source| IndexError::Scratch { source })?;
        let location = crate::store_location(&folder.path().join("store"));
        self.seed(&location, &newest, members)?;
        let options = IndexOptions { store: Some(location.clone()), ..self.options.clone() };
        crate::index(self.tree, &options, self.progress)?;
        let beside = self.runtime.block_on(Store::open(&location))?;
        let Some(made) = self.runtime.block_on(beside.latest())? else { return Ok(Vec::new()) };
        let mut done = Vec::new();
        for file in left {
            let mut made = made.files(file.table);
            if let Some(found) = made.find(|other| other.blake3 == file.blake3) {
                let data = self.runtime.block_on(beside.read_file(found))?;
                self.runtime.block_on(self.store.put_back(&file, data))?;
                done.push(file.path);
            }
        }
        Ok(done)
    }

    /// Publishes a snapshot beside that knows the ids of the files, and nothing else.
    fn seed(&self, location: &str, newest: &Snapshot, members: Vec<Member>) -> Result<(), IndexError> {
        let rows: Vec<FileRow> = members.into_iter().map(|m| pseudo_row(m.id, m.path, "", 0)).collect();
        let encoded = encode_segment(vec![(Table::Files, files_batch(&rows)?)])?;
        self.runtime.block_on(async {
            let beside = Store::open_or_create(location).await?;
            let _lock = beside.lock_writer()?;
            let segments = vec![beside.write_segment(encoded).await?];
            let next_file_id = newest.next_file_id;
            beside.publish(SnapshotDraft { segments, next_file_id, ..SnapshotDraft::default() }).await
        })?;
        Ok(())
    }
}

/// Whether a file of the tree has the text it had. One whose checksum is not known is for the segment's to judge.
fn is_unchanged(source: &SourceFile, hash: &str) -> bool {
    hash.is_empty()
        || std::fs::read(&source.location).is_ok_and(|text| *blake3::hash(&text).to_hex() == *hash)
}

fn texts(rows: &RecordBatch, column: &str) -> Option<StringArray> {
    let texts = cast(rows.column_by_name(column)?, &DataType::Utf8).ok()?;
    Some(texts.as_string_opt::<i32>()?.clone())
}

fn members_of_files(rows: &RecordBatch) -> Option<Vec<Member>> {
    let ids = rows.column_by_name("file_id")?.as_primitive_opt::<Int32Type>()?;
    let (paths, hashes) = (texts(rows, "path")?, texts(rows, "content_hash")?);
    let member = |row| Member {
        id: ids.value(row) as FileId,
        path: paths.value(row).to_owned(),
        hash: hashes.value(row).to_owned(),
    };
    Some((0..rows.num_rows()).map(member).collect())
}

fn members_of_nodes(rows: &RecordBatch) -> Option<Vec<Member>> {
    let ids = rows.column_by_name("file_id")?.as_primitive_opt::<Int32Type>()?;
    let (kinds, names) = (texts(rows, "kind")?, texts(rows, "name")?);
    let files = (0..rows.num_rows()).filter(|&row| kinds.value(row) == NodeKind::File.as_str());
    let member =
        |row| Member { id: ids.value(row) as FileId, path: names.value(row).to_owned(), hash: String::new() };
    Some(files.map(member).collect())
}
