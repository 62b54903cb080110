//! Measuring the graph against what others know of the same code.
//!
//! In: a source tree. Out: figures, and the list of every case in which we and the oracle differ. Never here: code
//! that the product needs to run.

pub mod ctags;
pub mod metrics;
pub mod pycg;
