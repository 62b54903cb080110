//! Keys of results: equal keys are equal answers, in every process and on every machine.
//!
//! The key of a plan is BLAKE3 over the plan, written out in full, and the content of every table that it reads. What a
//! plan shows of itself leaves out which table a scan reads; the content says that.

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{Expr, LogicalPlan, TableScan, Volatility};
use std::fmt::{self, Debug, Write};

use super::build::build;
use crate::content::fingerprint;
use crate::once::ONCE;
use crate::options::Limits;

/// The name of the logical nodes of table functions: what they give depends on their inputs, their expressions and the
/// [`Limits`] alone.
pub const TABLE_FUNCTION: &str = "Graph";

/// Changed whenever the meaning of a key does, or that of a result: older entries are then nobody's.
const VERSION: u32 = 2;

/// The key of a result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// As it is written in a store.
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

impl Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}…)", &self.hex()[..8])
    }
}

/// Makes a key of what an answer depends on.
pub struct KeyBuilder {
    hasher: blake3::Hasher,
    /// A value as it is written: in many pieces, which are hashed together.
    written: String,
}

impl KeyBuilder {
    /// `what` keeps keys of different things apart.
    pub fn new(what: &str) -> KeyBuilder {
        let mut builder = KeyBuilder { hasher: blake3::Hasher::new(), written: String::new() };
        builder.add(VERSION).add(build()).add(what);
        builder
    }

    /// Adds a value as `{:?}` writes it.
    pub fn add(&mut self, value: impl Debug) -> &mut KeyBuilder {
        // Writing into a text does not fail.
        let _ = write!(self.written, "{value:?}\0");
        self.hasher.update(self.written.as_bytes());
        self.written.clear();
        self
    }

    /// Adds a plan and the content of what it reads. FALSE if it reads what cannot be compared: a table that is not of the
    /// store, a function that gives something else each time or looks around.
    pub fn add_plan(&mut self, plan: &LogicalPlan) -> Result<bool> {
        let mut comparable = true;
        plan.apply_with_subqueries(|node| {
            comparable &= match node {
                LogicalPlan::TableScan(scan) => match content(scan) {
                    Some(content) => {
                        self.hasher.update(&content);
                        true
                    }
                    None => false,
                },
                LogicalPlan::Extension(extension) => [TABLE_FUNCTION, ONCE].contains(&extension.node.name()),
                LogicalPlan::Explain(_)
                | LogicalPlan::Analyze(_)
                | LogicalPlan::Ddl(_)
                | LogicalPlan::Dml(_)
                | LogicalPlan::Copy(_)
                | LogicalPlan::Statement(_)
                | LogicalPlan::DescribeTable(_) => false,
                _ => true,
            } && node.expressions().iter().all(is_immutable);
            Ok(if comparable { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
        })?;
        if comparable {
            self.add_form(plan)?;
        }
        Ok(comparable)
    }

    /// Adds a plan with the plans inside of its expressions (`EXISTS (…)`, `IN (SELECT …)`), of which `{:?}` writes nothing but
    /// that they are there.
    pub fn add_form(&mut self, plan: &LogicalPlan) -> Result<&mut KeyBuilder> {
        self.add(plan);
        plan.apply_with_subqueries(|node| {
            if let LogicalPlan::Subquery(inner) = node {
                self.add((&inner.subquery, &inner.outer_ref_columns));
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(self)
    }

    /// Adds the settings that answers depend on.
    pub fn add_settings(&mut self, options: &ConfigOptions) -> &mut KeyBuilder {
        let limits = options.extensions.get::<Limits>().cloned().unwrap_or_default();
        self.add((limits.max_graph_steps, limits.max_paths, &options.execution.time_zone))
    }

    pub fn finish(&self) -> Key {
        Key(*self.hasher.finalize().as_bytes())
    }
}

fn content(scan: &TableScan) -> Option<[u8; 32]> {
    fingerprint(source_as_provider(&scan.source).ok()?.as_ref())
}

/// Whether an expression gives the same for the same row, whenever it is asked. A stable function looks into the snapshot
/// or at the clock: its inputs are not in the plan.
fn is_immutable(expression: &Expr) -> bool {
    let changes = expression.exists(|expression| {
        Ok(match expression {
            Expr::ScalarFunction(function) => function.func.signature().volatility != Volatility::Immutable,
            Expr::AggregateFunction(function) => {
                function.func.signature().volatility != Volatility::Immutable
            }
            Expr::Placeholder(_) | Expr::ScalarVariable(..) => true,
            other => other.is_volatile_node(),
        })
    });
    matches!(changes, Ok(false))
}
