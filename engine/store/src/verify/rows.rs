//! What the rows of a snapshot say of one another.
//!
//! Segment by segment: what a file's nodes say of one another. Then, against the ids of all: edges, references and
//! types. Eight bytes a node are held throughout, and one segment's rows.

use arrow::array::{Array, AsArray, PrimitiveArray, RecordBatch};
use arrow::datatypes::{ArrowPrimitiveType, Int32Type, Int64Type, UInt8Type};
use std::collections::{BTreeSet, HashMap, HashSet};
use stoa_model::ids::{file_of, is_declaration, local_of};
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, FIRST_BODY, FileId, NodeId, NodeKind, ReferenceKind};

use super::{Finding, Verification};
use crate::segment::count;
use crate::{SegmentMeta, Snapshot, Store, StoreError, TableFile};

/// Checks the rows of all files but the damaged ones, of which enough is said already. With a damaged file of nodes or
/// files, what refers to its rows cannot be judged.
pub(super) async fn verify(
    store: &Store,
    snapshot: &Snapshot,
    damaged: &BTreeSet<String>,
    done: &mut Verification,
) -> Result<(), StoreError> {
    let whole = |table| snapshot.files(table).all(|file| !damaged.contains(&file.path));
    let mut check = Check { store, snapshot, faults: Vec::new(), files: HashMap::new(), rows: 0 };
    let mut ids = Vec::new();
    let mut types = Vec::new();
    let readable = |segment: &SegmentMeta, table| {
        segment.table(table).filter(|file| !damaged.contains(&file.path)).cloned()
    };
    for segment in &snapshot.segments {
        if let Some(file) = readable(segment, Table::Files) {
            check.files(segment, &file).await?;
        }
    }
    let know_files = whole(Table::Files);
    for segment in &snapshot.segments {
        if let Some(file) = readable(segment, Table::Nodes) {
            check.nodes(segment, &file, know_files, &mut ids, &mut types).await?;
        }
        if let Some(file) = readable(segment, Table::Sources) {
            check.sources(segment, &file, know_files).await?;
        }
    }
    if whole(Table::Nodes) {
        check.counts(know_files);
        ids.sort_unstable();
        check.unique(&ids);
        let known = |id: NodeId| ids.binary_search(&id).is_ok();
        for (file, at, target) in types {
            if !known(target) {
                check.fault(
                    &file,
                    "references",
                    format!("node {at} has the type {target}, which is not there"),
                );
            }
        }
        for segment in &snapshot.segments {
            for table in [Table::Edges, Table::References] {
                if let Some(file) = readable(segment, table) {
                    check.ends(segment, &file, &known).await?;
                }
            }
        }
    }
    done.rows += check.rows;
    done.findings.extend(check.findings());
    Ok(())
}

/// A row of `files`.
struct SourceFile {
    nodes: u64,
    counted: u64,
    content: String,
    /// The file of the store that has the row.
    table: String,
}

struct Check<'a> {
    store: &'a Store,
    snapshot: &'a Snapshot,
    faults: Vec<(String, &'static str, String)>,
    files: HashMap<FileId, SourceFile>,
    rows: u64,
}

/// A node of one segment.
struct Node {
    id: NodeId,
    position: u32,
    last: u32,
    parent: Option<NodeId>,
    method: Option<NodeId>,
    is_method: bool,
}

impl Check<'_> {
    fn fault(&mut self, file: &str, check: &'static str, what: String) {
        self.faults.push((file.to_owned(), check, what));
    }

    /// One finding for all faults of a kind in a file: the first, and how many more there are.
    fn findings(self) -> Vec<Finding> {
        let mut places: HashMap<(String, &'static str), usize> = HashMap::new();
        let mut findings: Vec<(Finding, u64)> = Vec::new();
        for (file, check, what) in self.faults {
            let place = *places.entry((file.clone(), check)).or_insert_with(|| {
                let finding = Finding { snapshot: self.snapshot.number, file, check, what };
                findings.push((finding, 0));
                findings.len() - 1
            });
            findings[place].1 += 1;
        }
        let told = |(finding, count): (Finding, u64)| match count {
            1 => finding,
            more => Finding { what: format!("{} (and {} more)", finding.what, more - 1), ..finding },
        };
        findings.into_iter().map(told).collect()
    }

    fn dead(&self, segment: &SegmentMeta) -> HashSet<FileId> {
        self.snapshot.dead_files(segment).iter().copied().collect()
    }

    async fn read(&mut self, file: &TableFile, columns: &[&str]) -> Result<Vec<RecordBatch>, StoreError> {
        let batches = self.store.read_columns(file, columns).await?;
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>();
        self.rows += rows;
        if rows != file.rows {
            let what = format!("it has {rows} rows, the snapshot says {}", file.rows);
            self.fault(&file.path, "counts", what);
        }
        for (column, said) in [("kind", &file.kinds), ("language", &file.languages)] {
            // Older snapshots do not say, or not of all rows: nobody believes their numbers then, only that there is nothing else.
            if !columns.contains(&column) || said.is_empty() {
                continue;
            }
            let counted = count(&batches, column);
            if counted.keys().ne(said.keys()) || said.values().sum::<u64>() == rows && counted != *said {
                let what = format!("it has other numbers of rows by {column} than the snapshot says");
                self.fault(&file.path, "counts", what);
            }
        }
        Ok(batches)
    }

    fn column<'b, T: ArrowPrimitiveType>(
        &self,
        file: &TableFile,
        batch: &'b RecordBatch,
        name: &str,
    ) -> Result<&'b PrimitiveArray<T>, StoreError> {
        let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<T>());
        column.ok_or_else(|| self.store.corrupt(file, &format!("its column {name} is not what it should be")))
    }

    /// The words of a closed vocabulary, row by row.
    fn words<'b>(
        &self,
        file: &TableFile,
        batch: &'b RecordBatch,
        name: &str,
    ) -> Result<impl Fn(usize) -> &'b str + use<'b>, StoreError> {
        let unfit = || self.store.corrupt(file, &format!("its column {name} is not what it should be"));
        let column = batch.column_by_name(name).ok_or_else(unfit)?;
        let column = column.as_dictionary_opt::<UInt8Type>().ok_or_else(unfit)?;
        let values = column.values().as_string_opt::<i32>().ok_or_else(unfit)?;
        Ok(move |row| match column.key(row) {
            Some(key) => values.value(key),
            None => "",
        })
    }

    async fn files(&mut self, segment: &SegmentMeta, file: &TableFile) -> Result<(), StoreError> {
        let dead = self.dead(segment);
        for batch in self.read(file, &["file_id", "path", "nodes", "content_hash"]).await? {
            let id = self.column::<Int32Type>(file, &batch, "file_id")?;
            let nodes = self.column::<Int32Type>(file, &batch, "nodes")?;
            let text = |name: &str| batch.column_by_name(name).and_then(|c| c.as_string_opt::<i32>());
            let (Some(path), Some(content)) = (text("path"), text("content_hash")) else {
                return Err(self.store.corrupt(file, "it has not the columns of `files`"));
            };
            for row in 0..batch.num_rows() {
                let file_id = id.value(row) as FileId;
                if dead.contains(&file_id) {
                    continue;
                }
                let known = SourceFile {
                    nodes: nodes.value(row) as u64,
                    counted: 0,
                    content: content.value(row).to_owned(),
                    table: file.path.clone(),
                };
                if self.files.insert(file_id, known).is_some() {
                    self.fault(
                        &file.path,
                        "unique",
                        format!("file {file_id} ({}) is there twice", path.value(row)),
                    );
                }
                let reserved = content.value(row).is_empty() && path.value(row).starts_with('<');
                if !reserved && file_id >= self.snapshot.next_file_id {
                    let next = self.snapshot.next_file_id;
                    self.fault(
                        &file.path,
                        "counts",
                        format!("file {file_id} has an id that is free from {next} on"),
                    );
                }
            }
        }
        Ok(())
    }

    async fn nodes(
        &mut self,
        segment: &SegmentMeta,
        file: &TableFile,
        know_files: bool,
        ids: &mut Vec<NodeId>,
        types: &mut Vec<(String, NodeId, NodeId)>,
    ) -> Result<(), StoreError> {
        let dead = self.dead(segment);
        let columns = [
            "kind",
            "id",
            "file_id",
            "parent_id",
            "declaration_position",
            "descendants",
            "method_id",
            "type_id",
            "language",
        ];
        let mut nodes: Vec<Node> = Vec::new();
        let mut before: Option<(String, NodeId)> = None;
        for batch in self.read(file, &columns).await? {
            let kind = self.words(file, &batch, "kind")?;
            let id = self.column::<Int64Type>(file, &batch, "id")?;
            let file_id = self.column::<Int32Type>(file, &batch, "file_id")?;
            let parent = self.column::<Int64Type>(file, &batch, "parent_id")?;
            let position = self.column::<Int32Type>(file, &batch, "declaration_position")?;
            let descendants = self.column::<Int32Type>(file, &batch, "descendants")?;
            let method = self.column::<Int64Type>(file, &batch, "method_id")?;
            let type_id = self.column::<Int64Type>(file, &batch, "type_id")?;
            let some =
                |column: &PrimitiveArray<Int64Type>, row| column.is_valid(row).then(|| column.value(row));
            for row in 0..batch.num_rows() {
                let (at, kind) = (id.value(row), kind(row));
                if before.as_ref().is_some_and(|(k, i)| (k.as_str(), *i) >= (kind, at)) {
                    self.fault(&file.path, "order", format!("node {at} is not behind its predecessor"));
                }
                match &mut before {
                    Some((last, id)) if last == kind => *id = at,
                    _ => before = Some((kind.to_owned(), at)),
                }
                let owner = file_id.value(row) as FileId;
                if dead.contains(&owner) {
                    continue;
                }
                if owner != file_of(at) {
                    self.fault(&file.path, "ids", format!("node {at} is said to be of file {owner}"));
                }
                match self.files.get_mut(&owner) {
                    Some(known) => known.counted += 1,
                    None if know_files => {
                        self.fault(
                            &file.path,
                            "references",
                            format!("node {at} is of file {owner}, which is not there"),
                        );
                    }
                    None => {}
                }
                let parsed = NodeKind::parse(kind);
                if parsed.is_none() {
                    self.fault(&file.path, "kinds", format!("node {at} is of the unknown kind {kind}"));
                }
                let place = match is_declaration(at) {
                    true if position.is_valid(row) => position.value(row) as u32,
                    true => {
                        self.fault(&file.path, "intervals", format!("declaration {at} has no position"));
                        0
                    }
                    false => local_of(at) - FIRST_BODY,
                };
                ids.push(at);
                if let Some(target) = some(type_id, row) {
                    types.push((file.path.clone(), at, target));
                }
                nodes.push(Node {
                    id: at,
                    position: place,
                    last: place.saturating_add(descendants.value(row) as u32),
                    parent: some(parent, row),
                    method: some(method, row),
                    is_method: parsed == Some(NodeKind::Method),
                });
            }
        }
        self.intervals(file, nodes);
        Ok(())
    }

    /// Parents and methods are in the same segment, and around their nodes.
    fn intervals(&mut self, file: &TableFile, mut nodes: Vec<Node>) {
        nodes.sort_unstable_by_key(|node| node.id);
        let find = |id: NodeId| nodes.binary_search_by_key(&id, |node| node.id).ok().map(|at| &nodes[at]);
        for node in &nodes {
            let around = |outer: &Node| {
                file_of(outer.id) == file_of(node.id)
                    && outer.position < node.position
                    && node.last <= outer.last
            };
            for (what, outer) in [("parent", node.parent), ("method", node.method)] {
                let Some(outer) = outer else { continue };
                match find(outer) {
                    None => {
                        let what = format!("node {} has the {what} {outer}, which is not there", node.id);
                        self.faults.push((file.path.clone(), "references", what));
                    }
                    Some(found) if !around(found) => {
                        let what = format!("node {} reaches out of its {what} {outer}", node.id);
                        self.faults.push((file.path.clone(), "intervals", what));
                    }
                    Some(found) if what == "method" && !found.is_method => {
                        let what = format!("node {} has {outer} for its method, which is none", node.id);
                        self.faults.push((file.path.clone(), "references", what));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    async fn sources(
        &mut self,
        segment: &SegmentMeta,
        file: &TableFile,
        know_files: bool,
    ) -> Result<(), StoreError> {
        let dead = self.dead(segment);
        for batch in self.read(file, &["file_id", "content"]).await? {
            let id = self.column::<Int32Type>(file, &batch, "file_id")?;
            let Some(content) = batch.column_by_name("content").and_then(|c| c.as_binary_opt::<i32>()) else {
                return Err(self.store.corrupt(file, "it has not the columns of `sources`"));
            };
            for row in 0..batch.num_rows() {
                let file_id = id.value(row) as FileId;
                if dead.contains(&file_id) {
                    continue;
                }
                let hash = blake3::hash(content.value(row)).to_hex();
                let known = self.files.get(&file_id);
                let what = match known {
                    None if know_files => format!("there is a text of file {file_id}, which is not there"),
                    Some(known) if known.content != hash.as_str() => {
                        format!("the text of file {file_id} is not the one that was read")
                    }
                    _ => continue,
                };
                self.fault(&file.path, "sources", what);
            }
        }
        Ok(())
    }

    /// Each file has as many nodes as it says.
    fn counts(&mut self, know_files: bool) {
        if !know_files {
            return;
        }
        let mut wrong: Vec<_> = self
            .files
            .iter()
            .filter(|(_, file)| file.nodes != file.counted)
            .map(|(id, file)| (*id, file.table.clone(), file.nodes, file.counted))
            .collect();
        wrong.sort_unstable();
        for (id, table, said, counted) in wrong {
            self.fault(
                &table,
                "counts",
                format!("file {id} is said to have {said} nodes, and has {counted}"),
            );
        }
    }

    fn unique(&mut self, sorted: &[NodeId]) {
        let twice: Vec<NodeId> =
            sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        for id in twice {
            let segment =
                self.snapshot.files(Table::Nodes).next().map_or_else(String::new, |f| f.path.clone());
            self.fault(&segment, "unique", format!("node {id} is there twice"));
        }
    }

    /// The ends of edges, and the nodes that references are of.
    async fn ends(
        &mut self,
        segment: &SegmentMeta,
        file: &TableFile,
        known: &dyn Fn(NodeId) -> bool,
    ) -> Result<(), StoreError> {
        let dead = self.dead(segment);
        let edges = file.table == Table::Edges;
        let columns: &[&str] = if edges { &["src", "dst", "kind"] } else { &["src", "kind"] };
        for batch in self.read(file, columns).await? {
            let src = self.column::<Int64Type>(file, &batch, "src")?;
            let dst = if edges { Some(self.column::<Int64Type>(file, &batch, "dst")?) } else { None };
            let kind = self.words(file, &batch, "kind")?;
            for row in 0..batch.num_rows() {
                let from = src.value(row);
                if dead.contains(&file_of(from)) {
                    continue;
                }
                let kind = kind(row);
                let valid = match edges {
                    true => EdgeKind::parse(kind).is_some(),
                    false => ReferenceKind::parse(kind).is_some(),
                };
                if !valid {
                    self.fault(
                        &file.path,
                        "kinds",
                        format!("a row of node {from} is of the unknown kind {kind}"),
                    );
                }
                let ends = [Some(from), dst.map(|dst| dst.value(row))];
                for end in ends.into_iter().flatten().filter(|end| !known(*end)) {
                    self.fault(
                        &file.path,
                        "references",
                        format!("a row of node {from} ({kind}) ends at {end}, which is not there"),
                    );
                }
            }
        }
        Ok(())
    }
}
