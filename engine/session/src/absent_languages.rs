//! An optimizer rule: what is asked of a language that the tree does not have is nothing.
//!
//! A snapshot says which languages the rows of each of its files are of. A scan for rows of others gives none, and what is joined with
//! it goes as well: of a rule for six languages a tree of one pays for one.

use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{BinaryExpr, EmptyRelation, Expr, LogicalPlan, Operator, Projection, Union};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use std::sync::Arc;

use crate::tables::StoredTable;

/// The column of the languages.
const LANGUAGE: &str = "language";

/// Replaces scans for languages that are not there by no rows.
#[derive(Debug, Default)]
pub(crate) struct AbsentLanguages;

impl OptimizerRule for AbsentLanguages {
    fn name(&self) -> &str {
        "absent_languages"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let scan = match &plan {
            LogicalPlan::TableScan(scan) => scan,
            LogicalPlan::Union(union) => {
                return named_alike(union).map(|p| p.map_or(Transformed::no(plan), Transformed::yes));
            }
            _ => return Ok(Transformed::no(plan)),
        };
        let provider = source_as_provider(&scan.source)?;
        let Some(table) = provider.downcast_ref::<StoredTable>() else { return Ok(Transformed::no(plan)) };
        let parts = || scan.filters.iter().flat_map(split_conjunction);
        let excluded: Vec<&str> = parts().flat_map(excluded).collect();
        let is_empty =
            parts().any(|part| passes_none(part, table)) || !excluded.is_empty() && table.has_only(&excluded);
        if !is_empty {
            return Ok(Transformed::no(plan));
        }
        let schema = Arc::clone(&scan.projected_schema);
        Ok(Transformed::yes(LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema })))
    }
}

/// A union whose inputs have the names of its columns, if they have not yet: those that are left when one goes are taken to have
/// them, and it is the first that has.
fn named_alike(union: &Union) -> Result<Option<LogicalPlan>> {
    let names =
        |schema: &DFSchema| -> Vec<String> { schema.fields().iter().map(|f| f.name().clone()).collect() };
    let wanted = names(&union.schema);
    if union.inputs.iter().all(|input| names(input.schema()) == wanted) {
        return Ok(None);
    }
    let named = |input: &Arc<LogicalPlan>| {
        if names(input.schema()) == wanted {
            return Ok(Arc::clone(input));
        }
        let columns = union.schema.iter().enumerate().map(|(place, (relation, field))| {
            let column = Expr::Column(Column::from(input.schema().qualified_field(place)));
            column.alias_qualified(relation.cloned(), field.name())
        });
        Ok(Arc::new(LogicalPlan::Projection(Projection::try_new(columns.collect(), Arc::clone(input))?)))
    };
    let inputs = union.inputs.iter().map(named).collect::<Result<_>>()?;
    Ok(Some(LogicalPlan::Union(Union { inputs, schema: Arc::clone(&union.schema) })))
}

/// The languages that a filter leaves out, whatever else it asks for.
fn excluded(filter: &Expr) -> Vec<&str> {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::NotEq, right }) => {
            let of = |of: &Expr, value| is_language(of).then_some(value);
            of(left, right).or(of(right, left)).and_then(|value| text(value)).into_iter().collect()
        }
        Expr::InList(list) if list.negated && is_language(&list.expr) => {
            list.list.iter().filter_map(text).collect()
        }
        _ => Vec::new(),
    }
}

fn is_language(of: &Expr) -> bool {
    matches!(of, Expr::Column(column) if column.name == LANGUAGE)
}

/// The text that a literal is.
fn text(value: &Expr) -> Option<&str> {
    let Expr::Literal(value, _) = value else { return None };
    value.try_as_str().flatten()
}

/// Whether a filter asks for languages that no row of a table is of.
fn passes_none(filter: &Expr, table: &StoredTable) -> bool {
    let is_absent = |value: &Expr| text(value).is_some_and(|language| !table.may_have(language));
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::Eq => is_language(left) && is_absent(right) || is_language(right) && is_absent(left),
            Operator::And => passes_none(left, table) || passes_none(right, table),
            Operator::Or => passes_none(left, table) && passes_none(right, table),
            _ => false,
        },
        Expr::InList(list) => !list.negated && is_language(&list.expr) && list.list.iter().all(is_absent),
        _ => false,
    }
}
