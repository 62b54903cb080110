//! The table functions, one file a family.

mod centrality;
mod columns;
mod communities;
mod paths;
mod pattern;
mod similarity;
mod structure;

use super::call::TableFunction;

/// Every table function, by family and in the order people look for them.
pub(crate) fn all() -> impl Iterator<Item = &'static TableFunction> {
    [
        structure::FUNCTIONS,
        paths::FUNCTIONS,
        pattern::FUNCTIONS,
        centrality::FUNCTIONS,
        communities::FUNCTIONS,
        similarity::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}
