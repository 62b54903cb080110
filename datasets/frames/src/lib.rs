//! Data-frame work over Parquet that the engine wrote.
//!
//! In: a Parquet file whose columns say all there is to know of it. Out: a Parquet file, a table for people, a verdict.
//! Never here: the engine. Nothing of the house is known but names of columns, and polars is known nowhere else.

pub mod growth;
mod student;
pub mod table;

pub use student::quantile;
