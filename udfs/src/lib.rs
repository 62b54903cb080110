//! Functions for SQL over code, one file a family, one registry for all.
//!
//! In: columns and node ids. Out: columns. [`registry::all`] is the list that drives registration, `\df`,
//! `system.functions` and the reference; a function that is not in it does not exist.
//!
//! Functions of an id look into the snapshot that was current when they were registered, batch by batch
//! and never row by row ([`lookup`]). [`register`] again after the session has moved: queries that run
//! keep the functions, and with them the snapshot, that they were planned with.
//!
//! Never here: parsing, writing to a store, the SQL dialect.

pub mod catalog;
#[cfg(test)]
mod fixture;
mod identifiers;
mod lookup;
mod nodes;
pub mod registry;
#[cfg(test)]
mod tests;

pub use catalog::{FunctionRow, functions, functions_batch};
pub use identifiers::{name_similarity, split_identifier};
pub use registry::{FunctionDoc, Kind, all};

use datafusion::error::Result;
use std::sync::Arc;
use stoa_session::Session;

/// Adds every function to a session, over the snapshot it has now, and the table `system.functions`.
pub async fn register(session: &Session) -> Result<()> {
    let lookup = Arc::new(lookup::Lookup::of(session).await?);
    let context = session.context();
    for function in registry::entries() {
        context.register_udf((function.make)(&function.doc, &lookup));
    }
    session.add_system_table(Arc::new(catalog::FunctionsTable::of(context)));
    Ok(())
}
