//! The rows of `findings`: what rules found in a snapshot.
//!
//! Findings are no table of segments: they are made after a snapshot is published, and again when rules change.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::sync::{Arc, LazyLock};

/// The name of the table.
pub const FINDINGS: &str = "findings";

/// What the table shows, and its files hold.
pub fn findings_schema() -> SchemaRef {
    SCHEMA.clone()
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let int = |name: &str| Field::new(name, DataType::Int32, false);
    let longs = |name: &str| Field::new(name, DataType::new_list(DataType::Int64, true), false);
    Arc::new(Schema::new(vec![
        text("rule_id", false),
        text("severity", false),
        // Numbers of the Common Weakness Enumeration.
        longs("cwe"),
        Field::new("node_id", DataType::Int64, false),
        text("path", false),
        int("line"),
        int("column"),
        int("end_line"),
        int("end_column"),
        // The full name of the method around the node.
        text("method", true),
        text("message", false),
        // Node ids from the source to the finding.
        longs("trace"),
        text("fingerprint", false),
        // The reason that a comment gives.
        text("ignored", true),
        // The snapshot that was scanned.
        Field::new("snapshot", DataType::Int64, false),
    ]))
});
