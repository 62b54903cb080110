//! An optimizer rule: a LEFT JOIN that adds neither rows nor columns goes.
//!
//! Views join the path of a node's file or the name of its method to each row, for those who ask. When a
//! query uses no column of the right side, and the right side has at most one row per key (its schema
//! says so: a primary key, or a GROUP BY), the join changes nothing, and the left side alone remains.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Dependency, NullEquality, Result};
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use std::collections::HashSet;
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
        let columns = used.iter().flat_map(Expr::column_refs).cloned().collect();
        let Some(remaining) = without_unused(input, columns)? else { return Ok(Transformed::no(plan)) };
        Ok(Transformed::yes(plan.with_new_exprs(used, vec![Arc::unwrap_or_clone(remaining)])?))
    }
}

/// A chain of joins without those that none of the columns comes from; nothing if all are needed.
fn without_unused(plan: &Arc<LogicalPlan>, mut used: HashSet<Column>) -> Result<Option<Arc<LogicalPlan>>> {
    let LogicalPlan::Join(join) = plan.as_ref() else { return Ok(None) };
    if changes_nothing(join, &used) {
        let left = without_unused(&join.left, used)?;
        return Ok(Some(left.unwrap_or_else(|| Arc::clone(&join.left))));
    }
    if !matches!(join.join_type, JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti) {
        return Ok(None);
    }
    // What this join compares is used below it.
    let compared = join.on.iter().flat_map(|(left, right)| [left, right]).chain(&join.filter);
    used.extend(compared.flat_map(Expr::column_refs).cloned());
    let Some(left) = without_unused(&join.left, used)? else { return Ok(None) };
    Ok(Some(Arc::new(LogicalPlan::Join(Join::try_new(
        left,
        Arc::clone(&join.right),
        join.on.clone(),
        join.filter.clone(),
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?))))
}

/// Whether a join gives each row of its left side once, and no column of its other side is used.
fn changes_nothing(join: &Join, used: &HashSet<Column>) -> bool {
    join.join_type == JoinType::Left
        && join.filter.is_none()
        && used.iter().all(|column| join.right.schema().maybe_index_of_column(column).is_none())
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
        dependency.mode == Dependency::Single
            && (!dependency.nullable || join.null_equality == NullEquality::NullEqualsNothing)
            && dependency.source_indices.iter().all(|i| keys.contains(i))
    })
}
