//! One group of files → one encoded segment.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use stoa_model::columns::{EdgeColumns, NodeColumns, ReferenceColumns, SourceColumns, files_batch};
use stoa_model::rows::{EdgeRow, FileRow, NodeRow, ReferenceRow};
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, FileId, FileStatus, Interner, Layers, NodeKind, Origin};
use stoa_passes::link::SymbolsBuilder;
use stoa_passes::link::codec::Writer;
use stoa_passes::{FilePasses, FileRows, Shortfall, Slots};
use stoa_store::{EncodedSegment, Packing, Store, encode_segment_as, new_segment_id};
use stoa_syntax::{Outcome, Tree, Workspace};

use crate::error::IndexError;
use crate::kept::{self, Own};
use crate::memory::{self, Reservation};
use crate::plan::{Limits, PlannedFile};
use crate::report::Progress;
use crate::tree::Known;

/// A NUL byte within these first bytes makes a file binary, as git has it.
const BINARY_PROBE: usize = 8000;

/// A file of so many bytes is counted by itself before it is parsed.
const LARGE_FILE: u64 = 256 << 10;

/// How segments are written.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub packing: Packing,
    /// Whether what an update needs is there.
    pub has_facts: bool,
}

/// The bytes of source of which a transient store is packed loosely: it takes up to seven times as many.
const LOOSE: u64 = 64 << 20;

impl Form {
    /// Of a store that is kept.
    pub const KEPT: Form = Form { packing: Packing::Tight, has_facts: true };

    /// Of a store into which so many bytes of source go.
    pub fn of(store: &Store, bytes: u64) -> Form {
        match store.is_transient() {
            true if bytes <= LOOSE => Form { packing: Packing::Loose, has_facts: false },
            true => Form { packing: Packing::Tight, has_facts: false },
            false => Form::KEPT,
        }
    }
}

/// What a group of files came to.
pub struct SegmentRows {
    pub encoded: EncodedSegment,
    /// By path.
    pub files: Vec<(String, Known)>,
}

/// The slots that files had before, by file.
pub type Before = FxHashMap<FileId, Slots>;

struct Columns {
    file: FileId,
    nodes: NodeColumns,
    edges: EdgeColumns,
    references: ReferenceColumns,
    /// Rows of the file at hand, by kind.
    node_counts: [u32; NodeKind::ALL.len()],
    edge_counts: [u32; EdgeKind::ALL.len()],
}

impl Columns {
    fn begin_file(&mut self, file: FileId, language: &'static str) {
        self.file = file;
        self.nodes.begin_file(file, language, false);
        self.node_counts.fill(0);
        self.edge_counts.fill(0);
    }
}

impl FileRows for Columns {
    fn node(&mut self, row: NodeRow) {
        self.node_counts[row.kind as usize] += 1;
        self.nodes.push(row);
    }

    fn edge(&mut self, row: EdgeRow) {
        self.edge_counts[row.kind as usize] += 1;
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
    writer: Writer,
    facts: SourceColumns,
    known: Vec<(FileId, Own, Arc<[u8]>)>,
    form: Form,
}

/// Reads, lowers and encodes a group of files. `reserved` is the memory for a group of its size; a file that needs more asks
/// for it.
pub fn build(
    group: &[PlannedFile],
    before: &Before,
    limits: &Limits,
    form: Form,
    reserved: &mut Reservation<'_>,
    progress: &dyn Progress,
) -> Result<SegmentRows, IndexError> {
    let mut worker = Worker {
        workspace: Workspace::new(),
        tree: Tree::default(),
        passes: FilePasses::default(),
        names: Interner::new(),
        columns: Columns {
            file: 0,
            nodes: NodeColumns::default(),
            edges: EdgeColumns::default(),
            references: ReferenceColumns::default(),
            node_counts: [0; NodeKind::ALL.len()],
            edge_counts: [0; EdgeKind::ALL.len()],
        },
        sources: SourceColumns::default(),
        files: Vec::with_capacity(group.len()),
        symbols: SymbolsBuilder::default(),
        writer: Writer::default(),
        facts: SourceColumns::default(),
        known: Vec::with_capacity(group.len()),
        form,
    };
    for file in group {
        let row = worker.file(file, before, limits, reserved);
        progress.file_done(&row.path, u64::from(row.lines), row.bytes);
        worker.files.push(row);
    }
    worker.finish()
}

impl Worker {
    fn file(
        &mut self,
        file: &PlannedFile,
        before: &Before,
        limits: &Limits,
        reserved: &mut Reservation<'_>,
    ) -> FileRow {
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
                (row.status, row.error) = (FileStatus::Failed, Some(unreadable(&e)));
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
        self.lower(file, &source, before.get(&file.id), &mut row);
        row
    }

    /// Lowers a file and adds its rows. A panic, which would be a defect of ours, costs this file alone.
    fn lower(&mut self, file: &PlannedFile, source: &[u8], before: Option<&Slots>, row: &mut FileRow) {
        let language = stoa_syntax::languages::ALL[file.source.grammar].of_text(&file.source.path, source);
        row.language = language.name;
        let lowered = catch_unwind(AssertUnwindSafe(|| -> (Outcome, Shortfall) {
            let outcome =
                self.workspace.lower(language, &file.source.path, source, &mut self.tree, &mut self.names);
            let shortfall = self.passes.run(&self.tree, language, &mut self.names);
            self.passes.place(&self.tree, &self.names, before);
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
        self.columns.begin_file(file.id, language.name);
        self.passes.rows(file.id, &self.tree, source, &mut self.names, &mut self.columns);
        self.symbols.add_file(file.id, &self.tree, language, &self.passes, &self.names);
        self.sources.push(file.id, source);
        let own = Own {
            slots: std::mem::take(&mut self.passes.slots),
            nodes: kept::counts(&self.columns.node_counts),
            edges: kept::counts(&self.columns.edge_counts),
        };
        let facts = self.symbols.take_file(&mut self.writer);
        if self.form.has_facts {
            self.facts.push(file.id, &own.with_facts(&mut self.writer, &facts));
        }
        self.known.push((file.id, own, facts.into()));
    }

    fn finish(self) -> Result<SegmentRows, IndexError> {
        let names = &self.names;
        // Each table's rows are let go before the next is built.
        let tables = vec![
            (Table::Files, files_batch(&self.files)?),
            (Table::Nodes, self.columns.nodes.finish(names)?),
            (Table::Edges, self.columns.edges.finish(names)?),
            (Table::References, self.columns.references.finish(names)?),
            (Table::Sources, self.sources.finish()?),
            (Table::Facts, self.facts.finish_facts()?),
        ];
        let encoded = encode_segment_as(&new_segment_id(), tables, self.form.packing)?;
        let segment: Arc<str> = encoded.id.as_str().into();
        let mut facts: FxHashMap<FileId, (Own, Arc<[u8]>)> =
            self.known.into_iter().map(|(file, own, facts)| (file, (own, facts))).collect();
        let files = self.files.into_iter().map(|row| {
            let (own, facts) = facts.remove(&row.file_id).unzip();
            let known = Known {
                id: row.file_id,
                content_hash: row.content_hash,
                bytes: row.bytes,
                lines: row.lines,
                language: row.language,
                status: row.status,
                error: row.error,
                segment: segment.clone(),
                own: own.unwrap_or_default(),
                facts,
                links: None,
                stamp: None,
            };
            (row.path, known)
        });
        Ok(SegmentRows { files: files.collect(), encoded })
    }
}

/// What is said of a file that cannot be read.
pub fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {error}")
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
