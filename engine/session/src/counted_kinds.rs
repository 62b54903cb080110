//! An optimizer rule: rows of each kind are counted already.
//!
//! A snapshot says how many rows of each kind each of its files has. An aggregation that asks of a table nothing but `kind`,
//! and of its rows nothing but their number, is therefore one over a table of some twenty rows, `(kind, rows)`, in which
//! `count(*)` is `sum(rows)`. Filters and groups over `kind` stay what they are.

use arrow::datatypes::DataType;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{
    Aggregate, Expr, LogicalPlan, LogicalPlanBuilder, TableScan, cast, col, lit, when,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use crate::tables::StoredTable;

/// The column of the counts; no stored column has this name.
const ROWS: &str = "rows";

/// Answers `count(*)` by kind from the snapshot.
#[derive(Debug, Default)]
pub(crate) struct CountedKinds;

impl OptimizerRule for CountedKinds {
    fn name(&self) -> &str {
        "counted_kinds"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Aggregate(aggregate) = &plan else { return Ok(Transformed::no(plan)) };
        let LogicalPlan::TableScan(scan) = aggregate.input.as_ref() else { return Ok(Transformed::no(plan)) };
        match over_counts(aggregate, scan)? {
            Some(counted) => Ok(Transformed::yes(counted)),
            None => Ok(Transformed::no(plan)),
        }
    }
}

/// The aggregation over the counts of its scan's table, if it asks for no more than they tell.
fn over_counts(aggregate: &Aggregate, scan: &TableScan) -> Result<Option<LogicalPlan>> {
    let only_kinds = |expression: &Expr| expression.column_refs().iter().all(|c| c.name == "kind");
    // Without a group or a filter the number of rows is known without us.
    let asked = aggregate.group_expr.iter().chain(&scan.filters);
    let mentions_kind = asked.clone().any(|e| !e.column_refs().is_empty());
    if scan.fetch.is_some() || !mentions_kind || !asked.clone().all(only_kinds) {
        return Ok(None);
    }
    if asked.clone().any(Expr::is_volatile) || !aggregate.aggr_expr.iter().all(counts_rows) {
        return Ok(None);
    }
    let provider = source_as_provider(&scan.source)?;
    let Some(counts) = provider.downcast_ref::<StoredTable>().and_then(StoredTable::rows_by_kind) else {
        return Ok(None);
    };
    if counts.is_empty() {
        return Ok(None);
    }

    let rows = counts.into_iter().map(|(kind, rows)| {
        vec![lit(ScalarValue::Utf8View(Some(kind.to_owned()))), lit(ScalarValue::Int64(Some(rows as i64)))]
    });
    let kind = Column::new(Some(scan.table_name.clone()), "kind");
    let mut counted = LogicalPlanBuilder::values(rows.collect())?.project(vec![
        col("column1").alias_qualified(kind.relation.clone(), "kind"),
        col("column2").alias(ROWS),
    ])?;
    for filter in &scan.filters {
        counted = counted.filter(filter.clone())?;
    }
    // `count` over nothing is 0, `sum` NULL.
    let total = sum(col(ROWS)).alias("total");
    let counted = counted.aggregate(aggregate.group_expr.clone(), vec![total])?;
    let groups = aggregate.group_expr.len();
    let outputs = aggregate.schema.iter().enumerate().map(|(index, (relation, field))| {
        let value = match index < groups {
            true => Expr::Column(Column::from(counted.schema().qualified_field(index))),
            false => {
                when(col("total").is_null(), lit(0i64)).otherwise(cast(col("total"), DataType::Int64))?
            }
        };
        Ok(value.alias_qualified(relation.cloned(), field.name()))
    });
    let outputs = outputs.collect::<Result<Vec<_>>>()?;
    Ok(Some(counted.project(outputs)?.build()?))
}

/// Whether an expression is `count(*)`: how many rows there are, each once.
fn counts_rows(expression: &Expr) -> bool {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = expression else {
        return matches!(expression, Expr::Alias(alias) if counts_rows(&alias.expr));
    };
    func.name() == "count"
        && !params.distinct
        && params.filter.is_none()
        && matches!(params.args.as_slice(), [Expr::Literal(value, _)] if !value.is_null())
}
