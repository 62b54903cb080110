//! An optimizer rule: what a join leaves little of is joined first.
//!
//! A view joins the same tables in the same order whatever is asked of it: `call_graph` takes each call's edge, then its caller,
//! then its callee. A query for the calls of one name restricts the last of these, and would join all calls of the tree before
//! it learns that a handful are wanted. This rule moves the join with the restricted table down, next to the table whose column
//! it compares; the joins above then have few rows to look up, and tell their scans which.
//!
//! ```text
//! (edge ⟕ call ⟕ caller) ⋈ callee[name = 'close']   ──►   ((edge ⋈ callee[name = 'close']) ⟕ call) ⟕ caller
//! (edge ⟕ call) ⋈ caller[name = 'close']            ──►   edge ⋈ (call ⋈ caller[name = 'close'])
//! ```
//!
//! An inner or semi join commutes with inner joins, and with left joins of whose left side it compares columns. One that compares columns
//! of the right side leaves nothing of the rows that lack it: the left join becomes an inner one.

use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, JoinType, NullEquality, Result};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Expr, Join, LogicalPlan, Projection};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use std::sync::Arc;

/// Moves joins with restricted tables down.
#[derive(Debug, Default)]
pub(crate) struct SelectiveJoinsFirst;

impl OptimizerRule for SelectiveJoinsFirst {
    fn name(&self) -> &str {
        "selective_joins_first"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Join(join) = &plan else { return Ok(Transformed::no(plan)) };
        if !moves(join.join_type)
            || join.filter.is_some()
            || join.on.is_empty()
            || !is_restricted(&join.right)
        {
            return Ok(Transformed::no(plan));
        }
        let Some(moved) = below(&join.left, join)? else { return Ok(Transformed::no(plan)) };
        // The columns as they were, in their order.
        let columns = columns(plan.schema());
        Ok(Transformed::yes(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(moved))?)))
    }
}

fn moves(join: JoinType) -> bool {
    matches!(join, JoinType::Inner | JoinType::LeftSemi)
}

fn columns(schema: &DFSchema) -> Vec<Expr> {
    schema.iter().map(|field| Expr::Column(Column::from(field))).collect()
}

/// A plan with the rows of `join`, were its left side `plan`, in which the join stands below the top of `plan`. Its columns
/// are those of both, in some order. `None` if there is nothing below which it could stand.
fn below(plan: &LogicalPlan, join: &Join) -> Result<Option<LogicalPlan>> {
    match plan {
        LogicalPlan::Projection(projection)
            if projection.expr.iter().all(|e| matches!(e, Expr::Column(_))) =>
        {
            let Some(input) = below(&projection.input, join)? else { return Ok(None) };
            let mut kept = projection.expr.clone();
            if join.join_type == JoinType::Inner {
                kept.extend(columns(join.right.schema()));
            }
            Ok(Some(LogicalPlan::Projection(Projection::try_new(kept, Arc::new(input))?)))
        }
        // Of two restricted tables the one that was first stays first.
        LogicalPlan::Join(over)
            if matches!(over.join_type, JoinType::Inner | JoinType::Left) && !is_restricted(&over.right) =>
        {
            let (mut left, mut right) = (Arc::clone(&over.left), Arc::clone(&over.right));
            let mut join_type = over.join_type;
            if compares(join, left.schema()) {
                left = Arc::new(joined(left, join)?);
            } else if compares(join, right.schema())
                && (join_type == JoinType::Inner || rejects_missing(join))
            {
                right = Arc::new(joined(right, join)?);
                join_type = JoinType::Inner;
            } else {
                return Ok(None);
            }
            Ok(Some(LogicalPlan::Join(Join::try_new(
                left,
                right,
                over.on.clone(),
                over.filter.clone(),
                join_type,
                over.join_constraint,
                over.null_equality,
                over.null_aware,
            )?)))
        }
        _ => Ok(None),
    }
}

/// `plan` joined as the left side of `join`, as far down as may be.
fn joined(plan: Arc<LogicalPlan>, join: &Join) -> Result<LogicalPlan> {
    if let Some(lower) = below(&plan, join)? {
        return Ok(lower);
    }
    Ok(LogicalPlan::Join(Join::try_new(
        plan,
        Arc::clone(&join.right),
        join.on.clone(),
        None,
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?))
}

/// Whether all that a join compares of its left side is in a schema.
fn compares(join: &Join, schema: &DFSchema) -> bool {
    join.on.iter().all(|(left, _)| left.column_refs().into_iter().all(|column| schema.has_column(column)))
}

/// Whether a join leaves nothing of rows that have NULL in the columns that it compares.
fn rejects_missing(join: &Join) -> bool {
    join.null_equality == NullEquality::NullEqualsNothing
        && join.on.iter().any(|(left, _)| matches!(left, Expr::Column(_)))
}

/// Whether a plan is one table, restricted by more than its kind.
fn is_restricted(plan: &LogicalPlan) -> bool {
    let restricts = |filter: &Expr| {
        split_conjunction(filter).into_iter().any(|part| {
            !matches!(part, Expr::IsNotNull(_))
                && part.column_refs().iter().any(|column| column.name != "kind")
        })
    };
    match plan {
        LogicalPlan::TableScan(scan) => scan.fetch.is_none() && scan.filters.iter().any(restricts),
        LogicalPlan::Filter(filter) => restricts(&filter.predicate) || is_restricted(&filter.input),
        LogicalPlan::Projection(projection) => is_restricted(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => is_restricted(&alias.input),
        _ => false,
    }
}
