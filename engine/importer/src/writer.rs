//! Files and edges to segments and a snapshot.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::path::PathBuf;
use stoa_indexer::{IndexReport, LanguageCount, Tally, failure};
use stoa_model::columns::{EdgeColumns, NodeColumns, SourceColumns, files_batch};
use stoa_model::ids::{LAST_EXTERNAL_FILE, node_id};
use stoa_model::layers::{LAYERS_SETTING, ORIGIN_SETTING};
use stoa_model::rows::{EdgeRow, FileRow, NodeRow};
use stoa_model::tables::Table;
use stoa_model::{FileId, FileStatus, Interner, Layer, Layers, NodeId, NodeKind, Origin, Symbol};
use stoa_store::{Operation, SegmentMeta, Snapshot, SnapshotDraft, Store, encode_segment};
use tokio::runtime::Handle;

use crate::error::ImportError;
use crate::forest::{Draft, Forest};
use crate::text::{Text, Unit};
use crate::{ImportOptions, LEFT_OUT};

/// A segment is closed when it has this many nodes, edges, or bytes of text.
const SEGMENT_NODES: usize = 1 << 18;
const SEGMENT_EDGES: usize = 1 << 20;
const SEGMENT_TEXT: usize = 16 << 20;
/// Stubs of one pseudo file: fewer than there are slots.
const STUBS_PER_FILE: usize = 1 << 19;
/// File ids above this are kept for stubs.
const FIRST_RESERVED: FileId = LAST_EXTERNAL_FILE - 4096;
/// The file whose row tells what could not be imported.
const IMPORT: &str = "<import>";

/// A file as an importer hands it over.
pub struct NewFile {
    pub path: String,
    pub language: &'static str,
    pub module: String,
    pub forest: Forest,
    /// The file's text, if the input or the source tree has it.
    pub text: Option<Text>,
    /// Why the file is not whole, if it is not.
    pub problem: Option<String>,
    pub layers: Layers,
}

/// Collects what is imported, and writes segments as they fill.
pub struct Writer<'a> {
    store: &'a Store,
    handle: &'a Handle,
    source: Option<PathBuf>,
    origin: Origin,
    pub names: Interner,
    known: FxHashMap<String, FileId>,
    paths: FxHashSet<String>,
    next_file: FileId,
    nodes: NodeColumns,
    edges: EdgeColumns,
    files: Vec<(FileRow, Option<Vec<u8>>)>,
    text_bytes: usize,
    segments: Vec<SegmentMeta>,
    /// What is used and not defined, by language.
    stubs: BTreeMap<&'static str, Vec<Draft>>,
    stub_ids: FxHashMap<(NodeKind, Symbol, &'static str), u32>,
    next_external: FileId,
    tally: Tally,
    layers: Layers,
    problems: Vec<String>,
    left_out: Vec<String>,
}

impl<'a> Writer<'a> {
    pub fn new(
        store: &'a Store,
        handle: &'a Handle,
        latest: Option<&Snapshot>,
        options: &ImportOptions,
    ) -> Result<Writer<'a>, ImportError> {
        let known = match latest {
            Some(snapshot) => handle.block_on(store.read_files(snapshot))?,
            None => Vec::new(),
        };
        Ok(Writer {
            store,
            handle,
            source: options.source.clone(),
            origin: options.format.origin(),
            names: Interner::new(),
            known: known.into_iter().filter(|(path, _)| !path.starts_with('<')).collect(),
            paths: FxHashSet::default(),
            next_file: latest.map_or(1, |s| s.next_file_id),
            nodes: NodeColumns::default(),
            edges: EdgeColumns::default(),
            files: Vec::new(),
            text_bytes: 0,
            segments: Vec::new(),
            stubs: BTreeMap::new(),
            stub_ids: FxHashMap::default(),
            next_external: LAST_EXTERNAL_FILE,
            tally: Tally::default(),
            layers: Layers::NONE,
            problems: Vec::new(),
            left_out: Vec::new(),
        })
    }

    /// Notes something that could not be imported. One line; a count rather than a list.
    pub fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    /// Notes something of the input that the tables have no room for. It is told in a setting of the snapshot.
    pub fn left_out(&mut self, what: String) {
        self.left_out.push(what);
    }

    /// The ids of pseudo files start here.
    pub fn first_external(&self) -> FileId {
        self.next_external + 1
    }

    /// The text of a file in the source tree that the caller named. A path that leads out of the tree has none.
    pub fn text_of(&self, path: &str) -> Option<Text> {
        let root = self.source.as_ref()?;
        let relative = std::path::Path::new(path);
        let inside = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        inside.then(|| std::fs::read(root.join(relative)).ok().map(Text::new))?
    }

    /// Adds a file; tells the ids of its nodes, in the order they were added to its forest.
    pub fn file(&mut self, file: NewFile) -> Result<Vec<NodeId>, ImportError> {
        let id = match self.known.remove(&file.path) {
            Some(id) => id,
            None => self.fresh_id()?,
        };
        let path = self.names.intern(&file.path);
        let mut rows = file.forest.rows(path);
        let mut problem = file.problem;
        if rows.unhooked > 0 {
            problem.get_or_insert(format!("{} nodes are below themselves", rows.unhooked));
        }
        if !self.paths.insert(file.path.clone()) {
            problem.get_or_insert("the input tells of another file of this path".to_owned());
        }
        let mut text = file.text;
        if text.as_ref().is_some_and(|text| i32::try_from(text.bytes.len()).is_err()) {
            problem.get_or_insert("its text is larger than columns can count, and is left out".to_owned());
            text = None;
        }
        if let Some(known) = &text {
            let whole = &mut rows.rows[0];
            (whole.length, whole.extra_lines) = (known.bytes.len() as u32, known.lines().saturating_sub(1));
            let outside = rows
                .rows
                .iter()
                .filter(|r| r.line > 0 && !known.holds(r.line, r.column, r.length, r.extra_lines))
                .count();
            if outside > 0 {
                problem.get_or_insert(format!(
                    "{outside} nodes lie outside of the text, so it is not the one that was imported; it is left out"
                ));
                text = None;
            } else {
                fingerprint_declarations(&mut rows.rows, known);
            }
        }
        let layers = match text {
            Some(_) => file.layers.with(Layer::Source),
            None => file.layers.without(Layer::Source),
        };
        self.layers = layers.iter().fold(self.layers, Layers::with);
        let last_line = rows.rows.iter().map(|r| r.line + r.extra_lines).max().unwrap_or(0);
        let row = FileRow {
            file_id: id,
            path: file.path,
            language: file.language,
            module: file.module,
            content_hash: text
                .as_ref()
                .map_or(String::new(), |t| blake3::hash(&t.bytes).to_hex().to_string()),
            bytes: text.as_ref().map_or(0, |t| t.bytes.len() as u64),
            // Without the text: as far as is known.
            lines: text.as_ref().map_or(last_line, Text::lines),
            code_lines: text.as_ref().map_or(0, Text::code_lines),
            comment_lines: 0,
            nodes: rows.rows.len() as u32,
            status: if problem.is_some() { FileStatus::Partial } else { FileStatus::Ok },
            error: problem,
            error_nodes: 0,
            origin: self.origin,
            layers,
        };
        self.nodes.begin_file(id, row.language, false);
        rows.rows.iter().for_each(|row| self.nodes.push(*row));
        self.push_file(row, text.map(|t| t.bytes));
        self.write_full()?;
        Ok(rows.locals.iter().map(|local| node_id(id, *local)).collect())
    }

    /// Adds an edge. Its ends may be in files that come later.
    pub fn edge(&mut self, edge: EdgeRow) -> Result<(), ImportError> {
        self.edges.push(edge);
        self.write_full()
    }

    /// Something used and not defined: its place among the stubs of its language, new or known. [`Writer::write_stubs`]
    /// makes ids of places when all stubs are known.
    pub fn stub(&mut self, kind: NodeKind, name: &str, full_name: &str, language: &'static str) -> Stub {
        let (name, full_name) = (self.names.intern(name), self.names.intern(full_name));
        let stubs = self.stubs.entry(language).or_default();
        let place = *self.stub_ids.entry((kind, full_name, language)).or_insert_with(|| {
            stubs.push(Draft::new(kind, name, full_name));
            stubs.len() as u32 - 1
        });
        Stub { language, place }
    }

    /// Writes the stubs; tells the ids of each language's, by their places. Places given before mean nothing
    /// from then on.
    pub fn write_stubs(&mut self) -> Result<BTreeMap<&'static str, Vec<NodeId>>, ImportError> {
        let mut ids = BTreeMap::new();
        self.stub_ids.clear();
        for (language, drafts) in std::mem::take(&mut self.stubs) {
            let mut of_language = Vec::with_capacity(drafts.len());
            for part in drafts.chunks(STUBS_PER_FILE) {
                let forest = Forest { drafts: part.to_vec() };
                of_language.extend(self.external_file(language, forest)?);
            }
            ids.insert(language, of_language);
        }
        Ok(ids)
    }

    /// Adds a pseudo file of declarations that are not in the tree; tells the ids of its nodes.
    pub fn external_file(
        &mut self,
        language: &'static str,
        forest: Forest,
    ) -> Result<Vec<NodeId>, ImportError> {
        let id = self.next_external;
        if id <= FIRST_RESERVED {
            return Err(ImportError::TooManyFiles { limit: FIRST_RESERVED });
        }
        self.next_external -= 1;
        let path = format!("<external:{language}>");
        let mut rows = forest.rows(self.names.intern(&path));
        // Stubs have no place.
        (rows.rows[0].line, rows.rows[0].column) = (0, 0);
        let row = FileRow {
            nodes: rows.rows.len() as u32,
            layers: Layers::NONE.with(Layer::Declarations),
            ..self.pseudo_row(id, path, language)
        };
        self.nodes.begin_file(id, language, true);
        rows.rows.iter().for_each(|row| self.nodes.push(*row));
        self.files.push((row, None));
        self.write_full()?;
        Ok(rows.locals.iter().map(|local| node_id(id, *local)).collect())
    }

    fn pseudo_row(&self, file_id: FileId, path: String, language: &'static str) -> FileRow {
        FileRow {
            file_id,
            path,
            language,
            module: String::new(),
            content_hash: String::new(),
            bytes: 0,
            lines: 0,
            code_lines: 0,
            comment_lines: 0,
            nodes: 0,
            status: FileStatus::Ok,
            error: None,
            error_nodes: 0,
            origin: self.origin,
            layers: Layers::NONE,
        }
    }

    fn fresh_id(&mut self) -> Result<FileId, ImportError> {
        if self.next_file >= FIRST_RESERVED {
            return Err(ImportError::TooManyFiles { limit: FIRST_RESERVED });
        }
        self.next_file += 1;
        Ok(self.next_file - 1)
    }

    fn push_file(&mut self, row: FileRow, text: Option<Vec<u8>>) {
        let language = LanguageCount {
            files: 1,
            lines: u64::from(row.lines),
            bytes: row.bytes,
            ..LanguageCount::default()
        };
        let mut more = Tally { source_bytes: row.bytes, ..Tally::default() };
        if row.status != FileStatus::Ok {
            more.failures.push(failure(&row.path, row.status, row.error.as_deref().unwrap_or_default()));
        }
        more.languages.insert(row.language, language);
        self.tally.add(more);
        self.text_bytes += text.as_ref().map_or(0, Vec::len);
        self.files.push((row, text));
    }

    fn write_full(&mut self) -> Result<(), ImportError> {
        let full = self.nodes.len() >= SEGMENT_NODES
            || self.edges.len() >= SEGMENT_EDGES
            || self.text_bytes >= SEGMENT_TEXT;
        if full { self.write_segment() } else { Ok(()) }
    }

    fn write_segment(&mut self) -> Result<(), ImportError> {
        let nodes = std::mem::take(&mut self.nodes);
        let edges = std::mem::take(&mut self.edges);
        let mut files = std::mem::take(&mut self.files);
        self.text_bytes = 0;
        let (node_counts, edge_counts) = (nodes.count_by_kind(), edges.count_by_kind());
        self.tally.add(Tally { nodes: node_counts, edges: edge_counts, ..Tally::default() });
        files.sort_by_key(|(row, _)| row.file_id);
        let mut sources = SourceColumns::default();
        let mut rows = Vec::with_capacity(files.len());
        for (row, text) in files {
            if let Some(text) = text {
                sources.push(row.file_id, &text);
            }
            rows.push(row);
        }
        let tables = vec![
            (Table::Files, files_batch(&rows)?),
            (Table::Nodes, nodes.finish(&self.names)?),
            (Table::Edges, edges.finish(&self.names)?),
            (Table::Sources, sources.finish()?),
        ];
        let encoded = encode_segment(tables)?;
        if !encoded.tables.is_empty() {
            self.segments.push(self.handle.block_on(self.store.write_segment(encoded))?);
        }
        Ok(())
    }

    /// Publishes a snapshot of all that was added.
    pub fn publish(mut self, latest: Option<&Snapshot>) -> Result<IndexReport, ImportError> {
        if !self.problems.is_empty() {
            let id = self.fresh_id()?;
            let error = Some(self.problems.join("; "));
            let row = self.pseudo_row(id, IMPORT.to_owned(), "");
            let row = FileRow { status: FileStatus::Partial, error, ..row };
            let told = failure(IMPORT, row.status, row.error.as_deref().unwrap_or_default());
            self.tally.add(Tally { failures: vec![told], ..Tally::default() });
            self.files.push((row, None));
        }
        self.write_segment()?;
        let mut settings = latest.map(Snapshot::store_settings).unwrap_or_default();
        settings.insert(ORIGIN_SETTING.to_owned(), self.origin.as_str().to_owned());
        settings.insert(LAYERS_SETTING.to_owned(), self.layers.to_string());
        if !self.left_out.is_empty() {
            settings.insert(LEFT_OUT.to_owned(), self.left_out.join(", "));
        }
        let draft = SnapshotDraft {
            parent: latest.map(|s| s.number),
            segments: self.segments,
            dead_files: BTreeMap::new(),
            next_file_id: self.next_file,
            settings,
        };
        let snapshot = self.handle.block_on(self.store.publish_as(draft, Operation::Import))?;
        self.handle.block_on(self.store.vacuum(&snapshot.retention(), false))?;
        let mut report = IndexReport {
            store: self.store.location().to_owned(),
            snapshot: snapshot.number,
            store_bytes: snapshot.bytes(),
            ..IndexReport::default()
        };
        self.tally.fill(&mut report);
        Ok(report)
    }
}

/// Methods and types know their text as those of an index do, so that two imports can be compared.
fn fingerprint_declarations(rows: &mut [NodeRow], text: &Text) {
    let declarations = rows.iter_mut().filter(|row| {
        row.length > 0 && row.line > 0 && matches!(row.kind, NodeKind::Method | NodeKind::TypeDecl)
    });
    for row in declarations {
        let start =
            text.offset(row.line, 0, Unit::Bytes).map(|line| line + row.column.saturating_sub(1) as usize);
        let written = start.and_then(|start| text.bytes.get(start..start + row.length as usize));
        row.hash = written.map_or(0, stoa_passes::nodes::fingerprint);
    }
}

/// A stub that has no id yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stub {
    pub language: &'static str,
    pub place: u32,
}
