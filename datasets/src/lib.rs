//! Measuring the engine: its graph against what others know of the same code, its functions on graphs that grow.
//!
//! In: a source tree, or the parameters of a graph that is made. Out: figures, and the list of every case in which we
//! and the oracle differ. Never here: code that the product needs to run.

pub mod ctags;
pub mod generators;
pub mod metrics;
pub mod pycg;
pub mod scaling;
pub mod security;
