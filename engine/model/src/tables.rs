//! The Arrow schema of every table.
//!
//! A table has a *stored* schema, what a segment's Parquet file holds, and a *logical* schema, what SQL
//! shows. They differ where a column is cheaper to compute than to keep: a node's byte range and code
//! come from its file's text, its position from its id (`docs/decisions/001-computed-columns.md`).

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::sync::{Arc, LazyLock};

/// A table that segments store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Table {
    Files,
    Nodes,
    Edges,
    References,
    Sources,
    /// What linking needs to know of a file; never shown to SQL.
    Facts,
}

impl Table {
    /// The tables that SQL shows.
    pub const ALL: &'static [Table] =
        &[Table::Files, Table::Nodes, Table::Edges, Table::References, Table::Sources];

    /// Every table that segments have files of.
    pub const STORED: &'static [Table] =
        &[Table::Files, Table::Nodes, Table::Edges, Table::References, Table::Sources, Table::Facts];

    /// The table's name in SQL; its file in a segment is `<name>.parquet`.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Files => "files",
            Table::Nodes => "nodes",
            Table::Edges => "edges",
            Table::References => "references",
            Table::Sources => "sources",
            Table::Facts => "facts",
        }
    }

    /// The table of a SQL name.
    pub fn parse(name: &str) -> Option<Table> {
        Table::STORED.iter().copied().find(|t| t.name() == name)
    }

    /// What a segment's Parquet file holds.
    pub fn stored_schema(self) -> SchemaRef {
        match self {
            Table::Files => FILES.clone(),
            Table::Nodes => STORED_NODES.clone(),
            Table::Edges => EDGES.clone(),
            Table::References => REFERENCES.clone(),
            Table::Sources => SOURCES.clone(),
            Table::Facts => FACTS.clone(),
        }
    }

    /// The columns a segment's rows are sorted by, ascending.
    pub const fn sort_order(self) -> &'static [&'static str] {
        match self {
            Table::Files | Table::Sources | Table::Facts => &["file_id"],
            Table::Nodes => &["kind", "id"],
            Table::Edges => &["kind", "src"],
            Table::References => &["src"],
        }
    }
}

/// A text column with few values: dictionary-encoded with 8-bit keys.
fn vocabulary(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::Utf8)), nullable)
}

fn text(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Utf8, nullable)
}

fn int(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Int32, nullable)
}

fn long(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Int64, nullable)
}

static FILES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        int("file_id", false),
        text("path", false),
        vocabulary("language", false),
        text("module", true),
        text("content_hash", false),
        long("bytes", false),
        int("lines", false),
        int("code_lines", false),
        int("comment_lines", false),
        int("nodes", false),
        vocabulary("status", false),
        text("error", true),
        int("error_nodes", false),
        // Since version 2; nullable, for segments of before have none.
        vocabulary("origin", true),
        text("layers", true),
    ]))
});

static STORED_NODES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        vocabulary("kind", false),
        long("id", false),
        text("name", true),
        text("full_name", true),
        text("signature", true),
        vocabulary("language", false),
        int("file_id", false),
        int("line", true),
        int("column", true),
        // Bytes from the node's start to its end.
        int("length", true),
        // end_line - line.
        int("extra_lines", true),
        long("parent_id", true),
        int("child_index", false),
        int("argument_index", true),
        text("argument_name", true),
        // The position of a declaration; a body node's is in its id.
        int("declaration_position", true),
        // position_last - position.
        int("descendants", false),
        long("method_id", true),
        long("type_id", true),
        text("type_full_name", true),
        vocabulary("dispatch", true),
        vocabulary("control", true),
        text("modifiers", true),
        Field::new("is_external", DataType::Boolean, false),
        long("hash", true),
    ]))
});

static NODES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        long("id", false),
        vocabulary("kind", false),
        text("name", true),
        text("full_name", true),
        text("signature", true),
        text("code", true),
        vocabulary("language", false),
        int("file_id", false),
        int("line", true),
        int("column", true),
        int("end_line", true),
        int("end_column", true),
        int("start_byte", true),
        int("end_byte", true),
        long("parent_id", true),
        int("child_index", false),
        int("argument_index", true),
        text("argument_name", true),
        int("position", false),
        int("position_last", false),
        long("method_id", true),
        long("type_id", true),
        text("type_full_name", true),
        vocabulary("dispatch", true),
        vocabulary("control", true),
        text("modifiers", true),
        Field::new("is_external", DataType::Boolean, false),
        long("hash", true),
    ]))
});

/// What SQL shows as `nodes`: the stored columns, with the computed ones in their place.
pub fn nodes_logical_schema() -> SchemaRef {
    NODES.clone()
}

/// The columns of `nodes` that need the file's text: `code` (cut at [`CODE_LIMIT`] characters),
/// `start_byte`, `end_byte` and `end_column`.
pub const SOURCE_COLUMNS: &[&str] = &["code", "start_byte", "end_byte", "end_column"];

/// `code` shows at most this many characters; `source_text(id)` gives all of it.
pub const CODE_LIMIT: usize = 200;

static EDGES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        long("src", false),
        long("dst", false),
        vocabulary("kind", false),
        text("label", true),
        Field::new("confidence", DataType::Float64, true),
    ]))
});

static REFERENCES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        long("src", false),
        vocabulary("kind", false),
        text("name", true),
        vocabulary("form", false),
        text("qualifier", true),
        int("arity", true),
        text("owner", true),
        // Since version 2.
        text("arguments", true),
    ]))
});

static FACTS: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        int("file_id", false),
        // As the indexer writes them, and nobody else reads them.
        Field::new("content", DataType::Binary, false),
    ]))
});

static SOURCES: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        int("file_id", false),
        // The bytes of the file as they are; not every file is UTF-8.
        Field::new("content", DataType::Binary, false),
    ]))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_columns_exist() {
        for table in Table::ALL {
            for column in table.sort_order() {
                assert!(table.stored_schema().field_with_name(column).is_ok(), "{table:?}.{column}");
            }
        }
    }

    #[test]
    fn every_logical_column_is_stored_or_computed() {
        let computed = ["end_line", "position", "position_last"];
        for field in nodes_logical_schema().fields() {
            let stored = Table::Nodes.stored_schema().field_with_name(field.name()).is_ok();
            let derived =
                SOURCE_COLUMNS.contains(&field.name().as_str()) || computed.contains(&field.name().as_str());
            assert!(stored != derived, "{}", field.name());
        }
    }
}
