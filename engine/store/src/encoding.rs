//! How each column is written. The choices and the figures behind them are in
//! `docs/decisions/002-segment-encoding.md`; `examples/encodings.rs` measures them again.

use arrow::datatypes::{DataType, Field};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use std::collections::BTreeMap;
use stoa_model::tables::Table;

/// Rows of a row group: the unit that a scan skips by its statistics or hands to a thread.
const ROW_GROUP_ROWS: usize = 128 * 1024;
/// A kind with so many rows has row groups of its own: who asks for one kind then reads no other, and
/// above all not the others' dictionaries. Kinds with fewer rows share.
const OWN_ROW_GROUP_ROWS: usize = 8 * 1024;
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

/// How tight segments are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Compressed: for a store that is kept.
    #[default]
    Tight,
    /// Encoded, and neither compressed nor verified block by block: for a store that goes when it has been read once.
    Loose,
}

/// The properties of a table's files.
pub(crate) fn writer_properties(table: Table, packing: Packing) -> WriterProperties {
    let schema = table.stored_schema();
    let mut properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(match packing {
            Packing::Tight => zstd(if table == Table::Sources { 3 } else { 1 }),
            Packing::Loose => Compression::UNCOMPRESSED,
        })
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

/// The rows of each row group of a table: whole kinds, in their order, as far as the limit allows.
pub(crate) fn row_groups(rows: usize, kinds: &BTreeMap<String, u64>) -> Vec<usize> {
    let mut runs: Vec<usize> = kinds.values().map(|&rows| rows as usize).collect();
    if runs.iter().sum::<usize>() != rows {
        runs = vec![rows]; // a table without kinds
    }
    let mut groups = Vec::new();
    let mut shared = 0;
    let mut close = |rows: &mut usize| {
        // In equal parts: a small last one would cost as much to open as the rest.
        let parts = rows.div_ceil(ROW_GROUP_ROWS);
        groups.extend((0..parts).map(|part| *rows * (part + 1) / parts - *rows * part / parts));
        *rows = 0;
    };
    for mut run in runs {
        if run >= OWN_ROW_GROUP_ROWS {
            close(&mut shared);
            close(&mut run);
        } else {
            shared += run;
        }
    }
    close(&mut shared);
    groups
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
        Table::Sources | Table::Facts => field.name() == "file_id",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_groups_are_whole_kinds() {
        let kinds = |rows: &[u64]| rows.iter().enumerate().map(|(k, &r)| (format!("{k:02}"), r)).collect();
        let groups = |rows: &[u64]| row_groups(rows.iter().sum::<u64>() as usize, &kinds(rows));
        assert_eq!(groups(&[]), [0usize; 0]);
        assert_eq!(groups(&[5, 7, 1]), [13]);
        assert_eq!(groups(&[5, 9_000, 7, 1, 50_000, 60_000, 2]), [5, 9_000, 8, 50_000, 60_000, 2]);
        assert_eq!(groups(&[131_073, 3]), [65_536, 65_537, 3]);
        // Nothing was counted: a table without kinds.
        assert_eq!(row_groups(200_000, &BTreeMap::new()), [100_000, 100_000]);
    }
}
