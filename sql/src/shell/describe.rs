//! `\d` and `\df`: what there is.

use arrow::datatypes::DataType;

use crate::output::table::grid;
use crate::{Engine, SqlError};

/// The tables and views, schema by schema; DataFusion's own schema is left to those who look for it.
pub const TABLES: &str = "SELECT table_schema AS schema, table_name AS name, lower(table_type) AS type \
     FROM information_schema.tables WHERE table_schema <> 'information_schema' ORDER BY 1, 2";

/// The columns of one table.
pub async fn table(engine: &Engine, name: &str, width: Option<usize>) -> Result<String, SqlError> {
    let plan = engine.plan(&format!("SELECT * FROM {name}")).await?;
    let names = ["column", "type", "null"].map(str::to_string);
    let rows = plan
        .schema()
        .fields()
        .iter()
        .map(|f| vec![f.name().clone(), type_name(f.data_type()), if f.is_nullable() { "yes" } else { "no" }.into()])
        .collect();
    Ok(grid(&names, &[false; 3], rows, width))
}

/// A type as SQL spells it.
pub fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Int8 => "TINYINT".into(),
        DataType::Int16 => "SMALLINT".into(),
        DataType::Int32 => "INT".into(),
        DataType::Int64 => "BIGINT".into(),
        DataType::UInt8 => "TINYINT UNSIGNED".into(),
        DataType::UInt16 => "SMALLINT UNSIGNED".into(),
        DataType::UInt32 => "INT UNSIGNED".into(),
        DataType::UInt64 => "BIGINT UNSIGNED".into(),
        DataType::Float16 | DataType::Float32 => "REAL".into(),
        DataType::Float64 => "DOUBLE".into(),
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "VARCHAR".into(),
        DataType::Binary | DataType::BinaryView | DataType::LargeBinary => "BYTEA".into(),
        DataType::Date32 | DataType::Date64 => "DATE".into(),
        DataType::Timestamp(_, None) => "TIMESTAMP".into(),
        DataType::Timestamp(_, Some(_)) => "TIMESTAMPTZ".into(),
        DataType::Decimal128(p, s) => format!("DECIMAL({p}, {s})"),
        DataType::Dictionary(_, values) => type_name(values),
        DataType::List(item) | DataType::LargeList(item) | DataType::ListView(item) => {
            format!("{}[]", type_name(item.data_type()))
        }
        other => other.to_string(),
    }
}
