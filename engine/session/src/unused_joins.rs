//! An optimizer rule: a LEFT JOIN that adds neither rows nor columns goes.
//!
//! Views join the path of a node's file or the name of its method to each row, for those who ask. When a
//! query uses no column of the right side, and the right side has at most one row per key (its schema
//! says so: a primary key, or a GROUP BY), the join changes nothing, and the left side alone remains.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Dependency, Result};
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use std::sync::Arc;

/// Removes LEFT JOINs of which nothing is used.
#[derive(Debug, Default)]
pub(crate) struct DropUnusedJoins;

impl OptimizerRule for DropUnusedJoins {
    fn name(&self) -> &str {
        "drop_unused_joins"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        // Only a node that says which columns it uses can tell that one is not used.
        let input = match &plan {
            LogicalPlan::Projection(projection) => &projection.input,
            LogicalPlan::Aggregate(aggregate) => &aggregate.input,
            _ => return Ok(Transformed::no(plan)),
        };
        let used = plan.expressions();
        let mut remaining = input;
        while let LogicalPlan::Join(join) = remaining.as_ref()
            && changes_nothing(join, &used)
        {
            remaining = &join.left;
        }
        if Arc::ptr_eq(remaining, input) {
            return Ok(Transformed::no(plan));
        }
        let remaining = Arc::unwrap_or_clone(Arc::clone(remaining));
        Ok(Transformed::yes(plan.with_new_exprs(used, vec![remaining])?))
    }
}

/// Whether a join gives each row of its left side once, and only columns of that side are used.
fn changes_nothing(join: &Join, used: &[Expr]) -> bool {
    join.join_type == JoinType::Left
        && join.filter.is_none()
        && used.iter().all(|expression| {
            let columns = expression.column_refs();
            columns.into_iter().all(|column| join.left.schema().has_column(column))
        })
        && right_keys_are_unique(join)
}

fn right_keys_are_unique(join: &Join) -> bool {
    let schema = join.right.schema();
    let key = |(_, right): &(Expr, Expr)| match right {
        Expr::Column(column) => schema.maybe_index_of_column(column),
        _ => None,
    };
    let keys: Vec<usize> = join.on.iter().filter_map(key).collect();
    schema.functional_dependencies().iter().any(|dependency| {
        dependency.mode == Dependency::Single && dependency.source_indices.iter().all(|i| keys.contains(i))
    })
}
