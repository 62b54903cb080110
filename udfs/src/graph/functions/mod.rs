//! The table functions, one file a family.

mod centrality;
mod columns;

use super::call::TableFunction;

/// Every table function, by family and in the order people look for them.
pub(crate) fn all() -> impl Iterator<Item = &'static TableFunction> {
    [centrality::FUNCTIONS].into_iter().flatten()
}
