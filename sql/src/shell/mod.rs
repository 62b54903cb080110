//! The shell.
pub mod words;
