//! Looking nodes and files up by id, a batch of ids at a time.
//!
//! Scalar functions are called from the middle of a plan, on a thread that must not wait for IO of its own
//! runtime. The lookups therefore run on a small runtime beside it, and the caller waits for their answer.
//! DataFusion's asynchronous functions are no way out: its planner places them in projections and filters
//! alone, and `GROUP BY qualified_name(id)` or a join on one would fail.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use datafusion::catalog::TableProvider;
use datafusion::common::{exec_datafusion_err, plan_datafusion_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, col, lit};
use datafusion::physical_plan::{SendableRecordBatchStream, execute_stream};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, LazyLock};
use stoa_model::{FileId, NodeId};
use stoa_session::{Session, Sources};
use tokio::runtime::Runtime;

/// Up to this many ids a filter names each; beyond, it gives their range, and the rest is sorted out here.
const NAMED_IDS: usize = 512;

/// Threads for lookups: they wait for IO most of the time.
const THREADS: usize = 2;

static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("stoa-lookup")
        .enable_all()
        .build()
});

/// A node as functions see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub kind: String,
    pub name: Option<String>,
    pub full_name: Option<String>,
    pub control: Option<String>,
    pub line: Option<i32>,
    pub column: Option<i32>,
    pub length: Option<i32>,
    pub parent: Option<NodeId>,
    pub method: Option<NodeId>,
}

const COLUMNS: &[&str] =
    &["id", "kind", "name", "full_name", "control", "line", "column", "length", "parent_id", "method_id"];

/// The nodes, files and texts of one snapshot.
pub(crate) struct Lookup {
    state: SessionState,
    nodes: Arc<dyn TableProvider>,
    files: Arc<dyn TableProvider>,
    pub sources: Arc<Sources>,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").finish_non_exhaustive()
    }
}

impl Lookup {
    /// Looks into the snapshot that a session has now.
    pub async fn of(session: &Session) -> Result<Lookup> {
        let context = session.context();
        // A context of its own: the session's holds the functions, and the functions must not hold it.
        let state =
            SessionContext::new_with_config_rt(context.copied_config(), context.runtime_env()).state();
        Ok(Lookup {
            state,
            nodes: context.table_provider("stoa.stored.nodes").await?,
            files: context.table_provider("stoa.stored.files").await?,
            sources: session.sources(),
        })
    }

    /// Runs a lookup to its end while the calling thread waits.
    pub fn wait<T: Send + 'static>(lookup: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        let runtime =
            RUNTIME.as_ref().map_err(|e| exec_datafusion_err!("no threads for looking nodes up: {e}"))?;
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        runtime.spawn(async move {
            // The caller waits; it can only be gone if the whole process is.
            let _ = sender.send(lookup.await);
        });
        receiver.recv().map_err(|_| exec_datafusion_err!("looking nodes up stopped unexpectedly"))?
    }

    /// The nodes of some ids; ids that no node has are left out.
    pub async fn nodes(&self, ids: &HashSet<NodeId>) -> Result<HashMap<NodeId, Node>> {
        let mut found = HashMap::with_capacity(ids.len());
        let (Some(&first), Some(&last)) = (ids.iter().min(), ids.iter().max()) else { return Ok(found) };
        let mut filters = vec![col("id").gt_eq(lit(first)), col("id").lt_eq(lit(last))];
        if ids.len() <= NAMED_IDS {
            filters.push(col("id").in_list(ids.iter().map(|id| lit(*id)).collect(), false));
        }
        let mut rows = self.scan(&self.nodes, COLUMNS, &filters).await?;
        while let Some(batch) = rows.try_next().await? {
            let row_ids = batch.column(0).as_primitive::<Int64Type>();
            for row in 0..batch.num_rows() {
                let id = row_ids.value(row);
                if ids.contains(&id) {
                    found.insert(id, node(&batch, row)?);
                }
            }
        }
        Ok(found)
    }

    /// The paths of some files; files that the snapshot does not have are left out.
    pub async fn paths(&self, ids: &HashSet<FileId>) -> Result<HashMap<FileId, String>> {
        let mut found = HashMap::with_capacity(ids.len());
        let (Some(&first), Some(&last)) = (ids.iter().min(), ids.iter().max()) else { return Ok(found) };
        let mut filters =
            vec![col("file_id").gt_eq(lit(first as i32)), col("file_id").lt_eq(lit(last as i32))];
        if ids.len() <= NAMED_IDS {
            filters.push(col("file_id").in_list(ids.iter().map(|id| lit(*id as i32)).collect(), false));
        }
        let mut rows = self.scan(&self.files, &["file_id", "path"], &filters).await?;
        while let Some(batch) = rows.try_next().await? {
            let row_ids = batch.column(0).as_primitive::<Int32Type>();
            for row in 0..batch.num_rows() {
                let id = row_ids.value(row) as FileId;
                if let (true, Some(path)) = (ids.contains(&id), text(&batch, 1, row)?) {
                    found.insert(id, path);
                }
            }
        }
        Ok(found)
    }

    async fn scan(
        &self,
        table: &Arc<dyn TableProvider>,
        columns: &[&str],
        filters: &[Expr],
    ) -> Result<SendableRecordBatchStream> {
        let schema = table.schema();
        let projection: Vec<usize> = columns
            .iter()
            .map(|name| schema.index_of(name).map_err(|e| plan_datafusion_err!("{e}")))
            .collect::<Result<_>>()?;
        // A fresh state for each scan: expressions are resolved against the time and id of a query.
        let context = SessionContext::new_with_state(self.state.clone());
        let plan = table.scan(&self.state, Some(&projection), filters, None).await?;
        execute_stream(plan, context.task_ctx())
    }
}

fn node(batch: &RecordBatch, row: usize) -> Result<Node> {
    let int = |column: usize| {
        let column = batch.column(column).as_primitive::<Int32Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let id = |column: usize| {
        let column = batch.column(column).as_primitive::<Int64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    Ok(Node {
        kind: text(batch, 1, row)?.unwrap_or_default(),
        name: text(batch, 2, row)?,
        full_name: text(batch, 3, row)?,
        control: text(batch, 4, row)?,
        line: int(5),
        column: int(6),
        length: int(7),
        parent: id(8),
        method: id(9),
    })
}

fn text(batch: &RecordBatch, column: usize, row: usize) -> Result<Option<String>> {
    let column = batch.column(column);
    let views = column.as_string_view_opt().ok_or_else(|| {
        DataFusionError::Internal(format!("a text column has the type {}", column.data_type()))
    })?;
    Ok(views.is_valid(row).then(|| views.value(row).to_string()))
}
