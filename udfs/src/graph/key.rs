//! What a graph was built from, as a key: equal keys are equal edges.

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::listing::ListingTable;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::physical_plan::ExecutionPlan;
use std::sync::Arc;
use stoa_session::Content;

use super::node::GraphNode;

/// The queries a graph was built from, and what the tables they read held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct GraphKey {
    plans: Vec<LogicalPlan>,
    contents: Vec<Content>,
    files: Vec<File>,
}

/// A file outside of the store, as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct File {
    location: String,
    bytes: u64,
    modified_nanos: Option<i64>,
    tag: Option<String>,
}

impl GraphKey {
    /// The key of these queries; nothing if they read what cannot be compared (a table in memory, a function that gives
    /// something else each time).
    pub fn of(plans: Vec<LogicalPlan>, physical: &[&Arc<dyn ExecutionPlan>]) -> Result<Option<GraphKey>> {
        let mut contents = Vec::new();
        let mut comparable = true;
        for plan in &plans {
            plan.apply_with_subqueries(|node| {
                comparable &= match node {
                    LogicalPlan::TableScan(scan) => match source_as_provider(&scan.source) {
                        Ok(table) => match Content::of(table.as_ref()) {
                            Some(content) => {
                                contents.push(content);
                                true
                            }
                            None => table.downcast_ref::<ListingTable>().is_some(),
                        },
                        Err(_) => false,
                    },
                    LogicalPlan::Extension(extension) => extension.node.as_any().is::<GraphNode>(),
                    _ => true,
                } && node.expressions().iter().all(is_immutable);
                Ok(if comparable { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
            })?;
        }
        if !comparable {
            return Ok(None);
        }
        let mut files = Vec::new();
        for plan in physical {
            listed(plan, &mut files);
        }
        files.sort_unstable();
        files.dedup();
        Ok(Some(GraphKey { plans, contents, files }))
    }
}

fn is_immutable(expression: &Expr) -> bool {
    let changes = expression.exists(|expression| {
        Ok(match expression {
            Expr::ScalarFunction(function) => function.func.signature().volatility != Volatility::Immutable,
            Expr::Placeholder(_) | Expr::ScalarVariable(..) => true,
            other => other.is_volatile_node(),
        })
    });
    matches!(changes, Ok(false))
}

/// The files that a plan reads.
fn listed(plan: &Arc<dyn ExecutionPlan>, files: &mut Vec<File>) {
    if let Some(source) = plan.downcast_ref::<DataSourceExec>()
        && let Some(config) = source.data_source().downcast_ref::<FileScanConfig>()
    {
        for file in config.file_groups.iter().flat_map(|group| group.iter()) {
            let meta = &file.object_meta;
            files.push(File {
                location: format!("{}{}", config.object_store_url, meta.location),
                bytes: meta.size,
                modified_nanos: meta.last_modified.timestamp_nanos_opt(),
                tag: meta.e_tag.clone(),
            });
        }
    }
    for child in plan.children() {
        listed(child, files);
    }
}
