//! The tables of the schema `system`: what the engine knows about itself.
//!
//! A system table is a [`SystemTable`]: a name, a schema, and rows made when a query asks for them. To add
//! one, implement it and hand it to [`Session::add_system_table`](crate::Session::add_system_table).

mod provider;
mod queue;
mod settings;
mod snapshots;
mod views;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::common::Result;
use std::fmt::Debug;
use std::sync::Arc;
use stoa_model::Layer;
use stoa_store::{Snapshot, Store};

use crate::catalog::Shared;
use crate::options::SessionOptions;
use crate::views::View;
pub(crate) use provider::SystemTableProvider;

/// What a system table is made from.
#[derive(Clone, Debug)]
pub struct SystemContext {
    pub store: Store,
    /// The snapshot of the query.
    pub snapshot: Arc<Snapshot>,
    pub options: Arc<SessionOptions>,
    pub(crate) shared: Arc<Shared>,
}

/// A table of the schema `system`.
#[async_trait]
pub trait SystemTable: Debug + Send + Sync {
    /// Its name without the schema.
    fn name(&self) -> &str;

    fn schema(&self) -> SchemaRef;

    /// Its rows, of that schema.
    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch>;
}

/// The system tables that every session has.
pub(crate) fn tables() -> Vec<Arc<dyn SystemTable>> {
    vec![
        Arc::new(snapshots::Snapshots),
        Arc::new(snapshots::Segments),
        Arc::new(settings::Settings),
        Arc::new(queue::IndexQueue),
        Arc::new(views::Views),
    ]
}

/// Files of before layers were told have all of them.
fn layers() -> String {
    let rows = Layer::ALL
        .iter()
        .map(|layer| format!("('{}', '{}')", layer.as_str(), layer.holds().replace('\'', "''")));
    format!(
        "SELECT l.layer, count(*) FILTER (WHERE f.layers IS NULL OR strpos(' ' || f.layers || ' ', ' ' || l.layer || ' ') > 0) \
         AS files_with, count(*) AS files, l.holds FROM (VALUES {}) AS l (layer, holds) \
         CROSS JOIN (SELECT layers FROM stoa.stored.files WHERE path NOT LIKE '<%') f \
         GROUP BY l.layer, l.holds",
        rows.collect::<Vec<_>>().join(", ")
    )
}

/// The system tables that are queries over a snapshot's own tables.
pub(crate) fn views() -> Vec<View> {
    vec![
        View::new(
            "failures",
            "SELECT path, language, status, error AS reason, error_nodes FROM stoa.stored.files WHERE status <> 'ok'",
            "a file that is not whole in the graph, and why",
        ),
        View::new(
            "layers",
            layers(),
            "a layer of the graph and how many files have it; what was imported may lack some",
        ),
    ]
}
