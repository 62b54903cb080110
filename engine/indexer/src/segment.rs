//! One group of files → one encoded segment.

use std::panic::{AssertUnwindSafe, catch_unwind};
use stoa_model::columns::{EdgeColumns, NodeColumns, ReferenceColumns, SourceColumns, files_batch};
use stoa_model::rows::{EdgeRow, FileRow, NodeRow, ReferenceRow};
use stoa_model::tables::Table;
use stoa_model::{FileId, FileStatus, Interner, Layers, Origin};
use stoa_passes::link::SymbolsBuilder;
use stoa_passes::{FilePasses, FileRows, Shortfall};
use stoa_store::{EncodedSegment, encode_segment};
use stoa_syntax::{Outcome, Tree, Workspace};

use crate::error::IndexError;
use crate::memory::{self, Reservation};
use crate::plan::{Limits, PlannedFile};
use crate::report::Progress;
use crate::{Tally, failure};

/// A NUL byte within these first bytes makes a file binary, as git has it.
const BINARY_PROBE: usize = 8000;

/// A file of so many bytes is counted by itself before it is parsed.
const LARGE_FILE: u64 = 256 << 10;

/// What a group of files came to.
pub struct SegmentRows {
    pub encoded: EncodedSegment,
    pub symbols: SymbolsBuilder,
    pub tally: Tally,
}

#[derive(Default)]
struct Columns {
    file: FileId,
    nodes: NodeColumns,
    edges: EdgeColumns,
    references: ReferenceColumns,
}

impl FileRows for Columns {
    fn node(&mut self, row: NodeRow) {
        self.nodes.push(row);
    }

    fn edge(&mut self, row: EdgeRow) {
        self.edges.push(row);
    }

    fn reference(&mut self, row: ReferenceRow) {
        self.references.push(self.file, row);
    }
}

struct Worker {
    workspace: Workspace,
    tree: Tree,
    passes: FilePasses,
    names: Interner,
    columns: Columns,
    sources: SourceColumns,
    files: Vec<FileRow>,
    symbols: SymbolsBuilder,
    tally: Tally,
}

/// Reads, lowers and encodes a group of files. `reserved` is the memory for a group of its size; a file that needs more asks
/// for it.
pub fn build(
    group: &[PlannedFile],
    limits: &Limits,
    reserved: &mut Reservation<'_>,
    progress: &dyn Progress,
) -> Result<SegmentRows, IndexError> {
    let mut worker = Worker {
        workspace: Workspace::new(),
        tree: Tree::default(),
        passes: FilePasses::default(),
        names: Interner::new(),
        columns: Columns::default(),
        sources: SourceColumns::default(),
        files: Vec::with_capacity(group.len()),
        symbols: SymbolsBuilder::default(),
        tally: Tally::default(),
    };
    for file in group {
        let row = worker.file(file, limits, reserved);
        progress.file_done(&row.path, u64::from(row.lines), row.bytes);
        worker.count(&row);
        worker.files.push(row);
    }
    worker.finish()
}

impl Worker {
    fn file(&mut self, file: &PlannedFile, limits: &Limits, reserved: &mut Reservation<'_>) -> FileRow {
        let mut row = FileRow {
            file_id: file.id,
            path: file.source.path.clone(),
            language: file.source.language,
            module: String::new(),
            content_hash: String::new(),
            bytes: file.source.bytes,
            lines: 0,
            code_lines: 0,
            comment_lines: 0,
            nodes: 0,
            status: FileStatus::Ok,
            error: None,
            error_nodes: 0,
            origin: Origin::Source,
            layers: Layers::NONE,
        };
        if let Some(why) = limits.too_large(file.source.bytes) {
            (row.status, row.error) = (FileStatus::Skipped, Some(why));
            return row;
        }
        let source = match std::fs::read(&file.source.location) {
            Ok(source) => source,
            Err(e) => {
                (row.status, row.error) = (FileStatus::Failed, Some(format!("cannot be read: {e}")));
                return row;
            }
        };
        row.bytes = source.len() as u64;
        row.content_hash = blake3::hash(&source).to_hex().to_string();
        // It may have grown since the tree was walked.
        if let Some(why) = limits.too_large(row.bytes) {
            (row.status, row.error) = (FileStatus::Skipped, Some(why));
            return row;
        }
        if let Some(at) = source.iter().take(BINARY_PROBE).position(|b| *b == 0) {
            (row.status, row.error) =
                (FileStatus::Skipped, Some(format!("binary: a NUL byte at offset {at}")));
            return row;
        }
        let need = memory::need(&source);
        if let Some(why) = limits.too_dense(need) {
            (row.status, row.error) = (FileStatus::Skipped, Some(why));
            return row;
        }
        // Of many small files some have more tokens and others fewer; what one large file needs is another matter.
        if row.bytes >= LARGE_FILE {
            reserved.grow(need.saturating_sub(row.bytes * memory::PER_BYTE));
        }
        self.lower(file, &source, &mut row);
        row
    }

    /// Lowers a file and adds its rows. A panic, which would be a defect of ours, costs this file alone.
    fn lower(&mut self, file: &PlannedFile, source: &[u8], row: &mut FileRow) {
        let language = stoa_syntax::languages::ALL[file.source.grammar].of_text(&file.source.path, source);
        row.language = language.name;
        let lowered = catch_unwind(AssertUnwindSafe(|| -> (Outcome, Shortfall) {
            let outcome =
                self.workspace.lower(language, &file.source.path, source, &mut self.tree, &mut self.names);
            let shortfall = self.passes.run(&self.tree, language, &mut self.names);
            (outcome, shortfall)
        }));
        let (mut outcome, shortfall) = match lowered {
            Ok(lowered) => lowered,
            Err(panic) => {
                self.workspace = Workspace::new();
                self.passes = FilePasses::default();
                row.status = FileStatus::Failed;
                row.error = Some(format!("internal error: {}", message(&*panic)));
                return;
            }
        };
        for reason in shortfall.reasons(&self.names) {
            outcome.partial(reason);
        }
        row.lines = outcome.lines;
        row.code_lines = outcome.code_lines;
        row.comment_lines = outcome.comment_lines;
        row.nodes = self.tree.len();
        row.status = outcome.status;
        row.error = outcome.error;
        row.error_nodes = outcome.error_nodes;
        row.layers = Layers::ALL;
        row.module = self.names.get(self.tree.module).to_owned();
        self.columns.file = file.id;
        self.columns.nodes.begin_file(file.id, language.name, false);
        self.passes.rows(file.id, &self.tree, source, &mut self.names, &mut self.columns);
        self.symbols.add_file(file.id, &self.tree, language, &self.passes, &self.names);
        self.sources.push(file.id, source);
    }

    fn count(&mut self, row: &FileRow) {
        let count = self.tally.languages.entry(row.language).or_default();
        count.files += 1;
        count.lines += u64::from(row.lines);
        count.bytes += row.bytes;
        self.tally.source_bytes += row.bytes;
        if row.status != FileStatus::Ok {
            let reason = row.error.as_deref().unwrap_or_default();
            self.tally.failures.push(failure(&row.path, row.status, reason));
        }
    }

    fn finish(mut self) -> Result<SegmentRows, IndexError> {
        self.tally.nodes = self.columns.nodes.count_by_kind();
        self.tally.edges = self.columns.edges.count_by_kind();
        let names = &self.names;
        // Each table's rows are let go before the next is built.
        let tables = vec![
            (Table::Files, files_batch(&self.files)?),
            (Table::Nodes, self.columns.nodes.finish(names)?),
            (Table::Edges, self.columns.edges.finish(names)?),
            (Table::References, self.columns.references.finish(names)?),
            (Table::Sources, self.sources.finish()?),
        ];
        Ok(SegmentRows { encoded: encode_segment(tables)?, symbols: self.symbols, tally: self.tally })
    }
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
