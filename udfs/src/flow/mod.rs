//! Whole-program data flow as SQL: `taint()`, `trace_data_flow()`, `explain_flow()`, `taint_cuts()`, `argument_constants()`, and the table
//! `system.models`.
//!
//! ```text
//! FROM taint(…)  →  FlowNode (logical; inputs: nodes and edges of the snapshot, queries of the caller)
//!                →  FlowWork (physical)  →  answer kept?  → rows
//!                                        →  program kept? → analysis → rows
//! ```
//!
//! The analysis is `stoa_flow`'s. A program is made from the rows of a snapshot, and an answer from a program, the models
//! and the endpoints that were given. Both are kept, and made once however many ask at the same time: the rules of a scan
//! share one analysis, and questions that are known beforehand are asked together ([`together`]). Budgets that were hit are rows of `taint_cuts()`.
//!
//! Never here: how values flow, what a library does (the models say), source text.

mod config;
mod docs;
mod models;
mod node;
mod plan;
mod rows;
mod services;
mod shelf;
mod together;
mod work;

pub use config::FlowConfig;
pub(crate) use docs::functions;
pub(crate) use models::ModelsTable;
pub use models::{ModelFile, ModelLibrary};
pub(crate) use plan::{FlowPlanner, FlowRelations};
pub(crate) use services::FlowServices;
pub use together::{ask_together, flow_calls};
