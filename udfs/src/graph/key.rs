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
use stoa_session::{Content, Limits, ONCE};

use super::node::GraphNode;

/// The queries a graph was built from, and what the tables they read held.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct GraphKey {
    plans: Vec<LogicalPlan>,
    contents: Vec<Content>,
    /// How each table of files is read, in the order of the plans, and the files that were listed for them.
    listings: Vec<String>,
    files: Vec<Vec<File>>,
    /// What the session lets a function do, where the answer of one is an input.
    limits: Option<(u64, usize)>,
}

/// A file outside of the store, as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct File {
    location: String,
    bytes: u64,
    modified_nanos: Option<i64>,
    tag: Option<String>,
}

impl GraphKey {
    /// The key of these queries; nothing if they read what cannot be compared (a table in memory, a function that gives
    /// something else each time).
    pub fn of(
        plans: Vec<LogicalPlan>,
        physical: &[&Arc<dyn ExecutionPlan>],
        limits: &Limits,
    ) -> Result<Option<GraphKey>> {
        let mut key =
            GraphKey { plans, contents: Vec::new(), listings: Vec::new(), files: Vec::new(), limits: None };
        let (mut comparable, mut subqueries) = (true, false);
        for plan in &key.plans {
            plan.apply_with_subqueries(|node| {
                comparable &= match node {
                    LogicalPlan::TableScan(scan) => match source_as_provider(&scan.source) {
                        Ok(table) => {
                            match (Content::of(table.as_ref()), table.downcast_ref::<ListingTable>()) {
                                (Some(content), _) => {
                                    key.contents.push(content);
                                    true
                                }
                                (None, Some(listing)) => {
                                    key.listings.push(format!(
                                        "{:?} {:?}",
                                        listing.table_paths(),
                                        listing.options()
                                    ));
                                    true
                                }
                                (None, None) => false,
                            }
                        }
                        Err(_) => false,
                    },
                    LogicalPlan::Extension(extension) => {
                        key.limits = Some((limits.max_graph_steps, limits.max_paths));
                        extension.node.as_any().is::<GraphNode>() || extension.node.name() == ONCE
                    }
                    LogicalPlan::Subquery(_) => {
                        subqueries = true;
                        true
                    }
                    _ => true,
                } && node.expressions().iter().all(is_immutable);
                Ok(if comparable { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
            })?;
        }
        if !comparable {
            return Ok(None);
        }
        if !key.listings.is_empty() {
            for plan in physical {
                listed(plan, &mut key.files);
            }
            // A scan that was answered from statistics, or stands in a subquery, has no files here.
            if subqueries || !key.contents.is_empty() || key.files.len() != key.listings.len() {
                return Ok(None);
            }
        }
        Ok(Some(key))
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

/// The files that each scan of a plan reads.
fn listed(plan: &Arc<dyn ExecutionPlan>, scans: &mut Vec<Vec<File>>) {
    if let Some(source) = plan.downcast_ref::<DataSourceExec>()
        && let Some(config) = source.data_source().downcast_ref::<FileScanConfig>()
    {
        let files = config.file_groups.iter().flat_map(|group| group.iter()).map(|file| File {
            location: format!("{}{}", config.object_store_url, file.object_meta.location),
            bytes: file.object_meta.size,
            modified_nanos: file.object_meta.last_modified.timestamp_nanos_opt(),
            tag: file.object_meta.e_tag.clone(),
        });
        let mut files: Vec<File> = files.collect();
        // A file is cut into ranges for as many threads as there are.
        files.sort_unstable_by(|a, b| a.location.cmp(&b.location));
        files.dedup();
        scans.push(files);
    }
    for child in plan.children() {
        listed(child, scans);
    }
}
