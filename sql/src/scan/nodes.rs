//! The nodes that rules name, and where they are.

use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::logical_expr::{col, lit};
use datafusion::prelude::{DataFrame, JoinType, SessionContext};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use stoa_model::{FileId, NodeId};
use stoa_session::{Session, SourceText};

use super::error::ScanError;
use super::finding::Place;

/// Up to this many ids a filter names each; beyond, they are joined.
const NAMED_IDS: usize = 256;

/// A node as a scan sees it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: String,
    pub name: Option<String>,
    pub full_name: Option<String>,
    pub signature: Option<String>,
    pub file: FileId,
    pub line: Option<i32>,
    pub column: Option<i32>,
    pub length: Option<i32>,
    pub extra_lines: Option<i32>,
    pub method: Option<NodeId>,
}

const COLUMNS: [&str; 11] = [
    "id",
    "kind",
    "name",
    "full_name",
    "signature",
    "file_id",
    "line",
    "column",
    "length",
    "extra_lines",
    "method_id",
];

/// The nodes of some ids, looked for in so many partitions; ids that no node has are left out.
pub(super) async fn nodes(
    session: &Session,
    ids: &BTreeSet<NodeId>,
    partitions: usize,
) -> Result<HashMap<NodeId, Node>, ScanError> {
    let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Ok(HashMap::new()) };
    let mut state = session.context().state();
    state.config_mut().options_mut().execution.target_partitions = partitions;
    let context = SessionContext::new_with_state(state);
    let all = context.table("stoa.stored.nodes").await?.select_columns(&COLUMNS)?;
    let found = if ids.len() <= NAMED_IDS {
        all.filter(col("id").in_list(ids.iter().map(|id| lit(*id)).collect(), false))?
    } else {
        let wanted: ArrayRef = Arc::new(Int64Array::from_iter_values(ids.iter().copied()));
        let wanted = context.read_batch(RecordBatch::try_from_iter([("wanted", wanted)]).map_err(arrow)?)?;
        let all = all.filter(col("id").between(lit(first), lit(last)))?;
        wanted.join(all, JoinType::Inner, &["wanted"], &["id"], None)?.select_columns(&COLUMNS)?
    };
    read(found).await
}

/// The comments of some files.
pub(super) async fn comments(
    session: &Session,
    files: &BTreeSet<FileId>,
) -> Result<Vec<(NodeId, Node)>, ScanError> {
    let all = session.context().table("stoa.stored.nodes").await?.select_columns(&COLUMNS)?;
    let in_files = col("file_id").in_list(files.iter().map(|id| lit(*id as i32)).collect(), false);
    let found = read(all.filter(col("kind").eq(lit("COMMENT")).and(in_files))?).await?;
    let mut found: Vec<(NodeId, Node)> = found.into_iter().collect();
    found.sort_unstable_by_key(|(id, _)| *id);
    Ok(found)
}

async fn read(rows: DataFrame) -> Result<HashMap<NodeId, Node>, ScanError> {
    let mut found = HashMap::new();
    for batch in rows.collect().await? {
        let text = |place: usize| cast(batch.column(place), &DataType::Utf8).map_err(arrow);
        let (kinds, names, full_names, signatures) = (text(1)?, text(2)?, text(3)?, text(4)?);
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let int = |place: usize, row: usize| {
            let column = batch.column(place);
            (!column.is_null(row)).then(|| column.as_primitive::<Int32Type>().value(row))
        };
        let texts = |column: &ArrayRef, row: usize| {
            (!column.is_null(row)).then(|| column.as_string::<i32>().value(row).to_owned())
        };
        for row in 0..batch.num_rows() {
            let methods = batch.column(10);
            let node = Node {
                kind: texts(&kinds, row).unwrap_or_default(),
                name: texts(&names, row),
                full_name: texts(&full_names, row),
                signature: texts(&signatures, row),
                file: int(5, row).unwrap_or_default() as FileId,
                line: int(6, row),
                column: int(7, row),
                length: int(8, row),
                extra_lines: int(9, row),
                method: (!methods.is_null(row)).then(|| methods.as_primitive::<Int64Type>().value(row)),
            };
            found.insert(ids.value(row), node);
        }
    }
    Ok(found)
}

pub(super) fn arrow(error: arrow::error::ArrowError) -> ScanError {
    ScanError::Query(error.into())
}

impl Node {
    /// The node's stretch of its file; nothing for a stub, which has none.
    pub fn place(&self, path: &Arc<str>, text: Option<&SourceText>) -> Option<Place> {
        // A file's own node, and a module's, may have no line: they begin where the file does.
        let is_whole = matches!(self.kind.as_str(), "FILE" | "NAMESPACE_BLOCK");
        let (line, column) = match (self.line, self.column) {
            (Some(line), Some(column)) => (line, column),
            _ if is_whole => (1, 1),
            _ => return None,
        };
        let end_line = line + self.extra_lines.unwrap_or(0);
        let bytes = text.and_then(|text| text.range(line, column, self.length.unwrap_or(0)));
        let end_column = match (&bytes, text) {
            (Some(bytes), Some(text)) => {
                let before = &text.bytes()[..bytes.end];
                bytes.end - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1) + 1
            }
            _ => column as usize,
        };
        Some(Place {
            path: Arc::clone(path),
            file: self.file,
            line: line as u32,
            column: column as u32,
            end_line: end_line as u32,
            end_column: end_column as u32,
            bytes: bytes.unwrap_or(0..0),
        })
    }

    /// Whether the node declares something: then its name says which it is, not all that stands in it.
    pub fn declares(&self) -> bool {
        matches!(self.kind.as_str(), "FILE" | "NAMESPACE_BLOCK" | "TYPE_DECL" | "METHOD")
    }
}
