//! The front door: views, rules and models, the SQL dialect, the shell and the `stoa` command.
//!
//! In: SQL text and command lines. Out: rows, on a terminal or in a file. All SQL text enters through
//! [`Engine::run`] (text → statements → plan → rows), whoever asks: the shell, a command, a service.
//! Never here: reading source code, the layout of a store, graph algorithms.

pub mod allocator;
pub mod command;
mod common_tables;
pub mod dialect;
mod embedded;
pub mod engine;
pub mod error;
#[cfg(test)]
#[path = "../../udfs/src/fixture.rs"]
mod fixture;
pub mod graph_table;
pub mod materialize;
pub mod models;
pub mod moment;
pub mod observe;
pub mod output;
mod printer;
pub mod rules;
pub mod scan;
pub mod shell;
pub mod suggest;
pub mod views;

pub use engine::{Answer, Engine, EngineOptions, OpenError, Outcome, Planned, Script};
pub use error::{Place, SqlError};
pub use moment::Moment;
