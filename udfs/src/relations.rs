//! Calls in a FROM clause, before they are planned.

use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::sql::sqlparser::ast::TableFactor;

/// The name of the function that a relation calls; nothing for a table, or for a name of several parts.
pub(crate) fn called(relation: &TableFactor, context: &dyn RelationPlannerContext) -> Option<String> {
    match relation {
        TableFactor::Table { name, args: Some(_), .. } if name.0.len() == 1 => {
            name.0[0].as_ident().map(|ident| context.normalize_ident(ident.clone()))
        }
        _ => None,
    }
}
