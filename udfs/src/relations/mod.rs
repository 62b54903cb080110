//! Calls of table functions in a FROM clause: what functions over graphs and functions of data flow have in common.
//!
//! ```text
//! FROM f(a => …)  →  called: which function  →  bind: arguments by name, subqueries planned  →  a logical node of the family
//!                 →  constants: values checked  →  CallExec: runs the family's Work  →  rows: of the inputs, in memory
//! ```
//!
//! Never here: what a function does.

mod bind;
mod constants;
mod exec;
mod rows;

pub(crate) use bind::{Bound, bind, data_type};
pub(crate) use constants::{Constants, constants};
pub(crate) use exec::{CallExec, Execution, Rows, Work, stopped};
pub(crate) use rows::rows;

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
