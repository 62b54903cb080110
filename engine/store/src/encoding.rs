//! How each column is written. The choices and the figures behind them are in
//! `docs/decisions/002-segment-encoding.md`; `examples/encodings.rs` measures them again.

use arrow::datatypes::{DataType, Field};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use stoa_model::tables::Table;

/// Rows of a row group: the unit that a scan skips by its statistics or hands to a thread.
const ROW_GROUP_ROWS: usize = 128 * 1024;
/// Rows of a data page: the unit that a lookup decodes.
const PAGE_ROWS: usize = 16 * 1024;
/// Bytes of a data page of source text: what fetching one small file costs.
const SOURCE_PAGE_BYTES: usize = 1024 * 1024;
/// Written into every file instead of the library's version, so that the same rows give the same bytes.
const CREATED_BY: &str = "stoa-store version 1";

/// How a column is written.
enum Form {
    /// Numbers that ascend: the differences, bit-packed.
    Delta,
    /// Other numbers: all lowest bytes, then all second bytes, and so on. The high bytes are zeros and the
    /// low ones repeat, which the compressor makes much of.
    Bytes,
    /// Few values, each many times.
    Dictionary,
    /// Text that repeats its predecessor's beginning.
    Prefix,
    /// Values one after the other: opaque bytes, and numbers that stay the same for many rows.
    Plain,
}

/// The properties of a table's files.
pub(crate) fn writer_properties(table: Table) -> WriterProperties {
    let schema = table.stored_schema();
    let mut properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(zstd(if table == Table::Sources { 3 } else { 1 }))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_sorting_columns(Some(sorting_columns(table)));
    if table == Table::Sources {
        properties = properties.set_data_page_size_limit(SOURCE_PAGE_BYTES);
    }
    for field in schema.fields() {
        properties = column(properties, table, field);
    }
    properties.build()
}

fn column(properties: WriterPropertiesBuilder, table: Table, field: &Field) -> WriterPropertiesBuilder {
    let path = ColumnPath::from(field.name().as_str());
    let properties = properties.set_column_statistics_enabled(path.clone(), statistics(table, field));
    let form = form(field);
    let properties = properties.set_column_dictionary_enabled(path.clone(), matches!(form, Form::Dictionary));
    let encoding = match form {
        Form::Delta => Encoding::DELTA_BINARY_PACKED,
        Form::Bytes => Encoding::BYTE_STREAM_SPLIT,
        Form::Prefix => Encoding::DELTA_BYTE_ARRAY,
        // What a column falls back to when its dictionary grows too large.
        Form::Dictionary if field.data_type() == &DataType::Utf8 => Encoding::DELTA_BYTE_ARRAY,
        Form::Dictionary | Form::Plain => Encoding::PLAIN,
    };
    properties.set_column_encoding(path, encoding)
}

fn form(field: &Field) -> Form {
    match (field.data_type(), field.name().as_str()) {
        (DataType::Int32 | DataType::Int64, "id" | "src" | "dst" | "line") => Form::Delta,
        (DataType::Int64, "method_id") => Form::Plain,
        (DataType::Int32 | DataType::Int64, _) => Form::Bytes,
        (DataType::Dictionary(..) | DataType::Float64, _) => Form::Dictionary,
        (DataType::Utf8, "full_name" | "path" | "content_hash") => Form::Prefix,
        (DataType::Utf8, _) => Form::Dictionary,
        _ => Form::Plain,
    }
}

/// Pages carry the bounds of what is asked for by value and lies more or less in order. Bounds of the
/// rest would exclude nothing, and to find them costs as much as to encode the column.
fn statistics(table: Table, field: &Field) -> EnabledStatistics {
    let ordered = match table {
        Table::Files => true, // small
        Table::Nodes => {
            ["kind", "id", "file_id", "line", "parent_id", "method_id", "full_name", "is_external"]
                .contains(&field.name().as_str())
        }
        Table::Edges | Table::References => ["kind", "src", "dst"].contains(&field.name().as_str()),
        Table::Sources => field.name() == "file_id",
    };
    if ordered { EnabledStatistics::Page } else { EnabledStatistics::None }
}

fn sorting_columns(table: Table) -> Vec<SortingColumn> {
    let schema = table.stored_schema();
    table
        .sort_order()
        .iter()
        .filter_map(|name| schema.index_of(name).ok())
        .map(|index| SortingColumn { column_idx: index as i32, descending: false, nulls_first: true })
        .collect()
}

fn zstd(level: i32) -> Compression {
    // Levels 1 to 22 are valid, and the callers are above.
    Compression::ZSTD(ZstdLevel::try_new(level).unwrap_or_default())
}
