//! Where each column of a logical table comes from.

use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Expr, ident, lit};
use std::sync::Arc;
use stoa_model::tables::{SOURCE_COLUMNS, Table, nodes_logical_schema};

use super::functions::position;
use super::source_columns::SourceColumn;

/// The origin of a logical column.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// An expression over the columns that the scan reads, most often just one of them.
    Read(Expr),
    /// The text of the node's file.
    Source(SourceColumn),
}

/// A logical table and how a scan makes it.
#[derive(Debug)]
pub(crate) struct Layout {
    pub table: Table,
    /// What is read from Parquet: the stored columns, with texts as views.
    pub file_schema: SchemaRef,
    /// Columns that have one value per segment: not in the Parquet, so that its bytes depend on the
    /// indexed tree alone.
    pub segment_fields: Vec<FieldRef>,
    /// What SQL sees.
    pub schema: SchemaRef,
    /// One per field of `schema`.
    pub origins: Vec<Origin>,
}

impl Layout {
    /// The table as segments hold it.
    pub fn stored(table: Table) -> Layout {
        let file_schema = session_schema(&table.stored_schema());
        let origins = file_schema.fields().iter().map(|f| Origin::Read(ident(f.name()))).collect();
        Layout { table, schema: Arc::clone(&file_schema), file_schema, segment_fields: vec![], origins }
    }

    /// The table as SQL shows it.
    pub fn logical(table: Table) -> Layout {
        match table {
            Table::Nodes => Layout::nodes(),
            Table::Files => Layout::files(),
            Table::Edges | Table::References | Table::Sources | Table::Facts => Layout::stored(table),
        }
    }

    fn nodes() -> Layout {
        let schema = session_schema(&nodes_logical_schema());
        let origins = schema.fields().iter().map(|field| node_column(field.name())).collect();
        Layout { schema, origins, ..Layout::stored(Table::Nodes) }
    }

    /// `files` with the time its segment was written.
    fn files() -> Layout {
        let stored = Layout::stored(Table::Files);
        let millis = DataType::Timestamp(TimeUnit::Millisecond, None);
        let indexed_at: FieldRef = Arc::new(Field::new("indexed_at", millis, false));
        let mut fields: Vec<FieldRef> = stored.schema.fields().iter().cloned().collect();
        fields.push(Arc::clone(&indexed_at));
        let origins = fields.iter().map(|f| file_column(f.name())).collect();
        Layout { schema: Arc::new(Schema::new(fields)), origins, segment_fields: vec![indexed_at], ..stored }
    }

    /// The column that no two rows agree on, if there is one.
    pub fn key(&self) -> Option<usize> {
        let name = match self.table {
            Table::Files | Table::Sources | Table::Facts => "file_id",
            Table::Nodes => "id",
            Table::Edges | Table::References => return None,
        };
        self.schema.index_of(name).ok()
    }

    /// The origin of a column.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.schema.index_of(name).ok().map(|index| &self.origins[index])
    }
}

/// A segment of before origins were told is one of source.
fn file_column(name: &str) -> Origin {
    Origin::Read(match name {
        "origin" => origin_or_source(),
        stored => ident(stored),
    })
}

/// What `coalesce` would be, were it planned before the optimizer takes it apart.
fn origin_or_source() -> Expr {
    let source = lit(ScalarValue::Utf8View(Some(stoa_model::Origin::Source.as_str().to_owned())));
    let case = Case::new(
        None,
        vec![(Box::new(ident("origin").is_null()), Box::new(source))],
        Some(Box::new(ident("origin"))),
    );
    Expr::Case(case)
}

fn node_column(name: &str) -> Origin {
    let place = || position(ident("id"), ident("declaration_position"));
    if let Some(column) = SourceColumn::parse(name) {
        debug_assert!(SOURCE_COLUMNS.contains(&name));
        return Origin::Source(column);
    }
    Origin::Read(match name {
        "end_line" => ident("line") + ident("extra_lines"),
        "position" => place(),
        "position_last" => place() + ident("descendants"),
        stored => ident(stored),
    })
}

/// A schema as a session shows it: texts and bytes as views.
pub fn session_schema(schema: &Schema) -> SchemaRef {
    let view = |field: &FieldRef| -> FieldRef {
        let data_type = match field.data_type() {
            DataType::Utf8 => DataType::Utf8View,
            DataType::Binary => DataType::BinaryView,
            DataType::Dictionary(_, values) if **values == DataType::Utf8 => DataType::Utf8View,
            _ => return Arc::clone(field),
        };
        Arc::new(field.as_ref().clone().with_data_type(data_type))
    };
    Arc::new(Schema::new(schema.fields().iter().map(view).collect::<Vec<_>>()))
}
