//! Functions for SQL over code, one file a family, one registry for all. Table functions over graphs ([`graph`]) and those
//! over data flow ([`flow`]) have rooms of their own.
//!
//! In: columns and node ids. Out: columns. [`registry::all`] is the list that drives registration, `\df`,
//! `system.functions` and the reference; a function that is not in it does not exist.
//!
//! Functions of an id look into the snapshot that was current when they were registered, batch by batch
//! and never row by row ([`lookup`]). [`refresh`] them after the session has moved: queries that run
//! keep the functions, and with them the snapshot, that they were planned with.
//!
//! Never here: parsing, writing to a store, the SQL dialect.

pub mod catalog;
#[cfg(test)]
mod fixture;
mod flow;
mod graph;
mod history;
mod identifiers;
mod lookup;
mod nodes;
pub mod registry;
mod relations;
#[cfg(test)]
mod tests;

pub use catalog::{FunctionRow, functions, functions_batch};
pub use flow::{FlowConfig, ModelFile, ModelLibrary, ask_together, flow_calls};
pub use graph::{Call, Cost, TableFunction};
pub use identifiers::{name_similarity, split_identifier};
pub use registry::{
    Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns, all, tables,
};

use datafusion::error::{DataFusionError, Result};
use std::sync::Arc;
use stoa_session::Session;

/// Adds every function to a session, over the snapshot it has now, and the tables `system.functions`, `system.health` and
/// `system.models`. Once in a session's life; [`refresh`] when it has moved.
pub async fn register(session: &Session, flow: FlowConfig) -> Result<()> {
    refresh(session).await?;
    let services = Arc::new(graph::Services::new(session.options(), Arc::clone(session.results())));
    let cache = Arc::downgrade(&services);
    session.relieve(Arc::new(move |_| {
        if let Some(services) = cache.upgrade() {
            services.release();
        }
    }));
    session
        .add_table_functions(
            registry::tables().map(|function| function.doc.name),
            Arc::new(graph::GraphRelations),
            Arc::new(graph::GraphPlanner { services: Arc::clone(&services) }),
        )
        .map_err(|error| DataFusionError::External(Box::new(error)))?;
    session.add_system_table(Arc::new(flow::ModelsTable { library: Arc::clone(&flow.models) }));
    let flows = Arc::new(flow::FlowServices::new(flow, Arc::clone(session.results())));
    let kept = Arc::downgrade(&flows);
    session.relieve(Arc::new(move |_| {
        if let Some(flows) = kept.upgrade() {
            flows.release();
        }
    }));
    session
        .add_table_functions(
            flow::functions().map(|doc| doc.name),
            Arc::new(flow::FlowRelations),
            Arc::new(flow::FlowPlanner { services: flows }),
        )
        .map_err(|error| DataFusionError::External(Box::new(error)))?;
    session
        .add_history_functions(history::functions().map(|doc| doc.name), Arc::new(history::HistoryRelations))
        .map_err(|error| DataFusionError::External(Box::new(error)))?;
    session.add_system_table(Arc::new(catalog::FunctionsTable::of(session.context())));
    session.add_system_table(Arc::new(graph::HealthTable { services }));
    Ok(())
}

/// Moves the functions that look into a snapshot to the one the session has now. Table functions need no moving: they
/// find the tables of the snapshot that their statement is planned against.
pub async fn refresh(session: &Session) -> Result<()> {
    let lookup = Arc::new(lookup::Lookup::of(session).await?);
    for function in registry::scalars() {
        session.context().register_udf((function.make)(&function.doc, &lookup));
    }
    Ok(())
}
