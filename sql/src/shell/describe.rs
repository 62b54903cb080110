//! `\d` and `\df`: what there is.

use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;

use crate::output::OutputError;
use crate::output::table::grid;
use crate::{Engine, SqlError};

/// DataFusion's own schema is left to those who look for it.
const TABLES: &str = "SELECT table_schema, table_name, table_type FROM information_schema.tables \
     WHERE table_schema <> 'information_schema' ORDER BY 1, 2";

/// The tables and views, schema by schema, and what a row of each view is.
pub async fn tables(engine: &Engine, width: Option<usize>) -> Result<String, OutputError> {
    let names = ["schema", "name", "type", "a row is"].map(str::to_string);
    let views = engine.session().map(|session| session.views()).unwrap_or_default();
    let mut rows = Vec::new();
    for batch in engine.run_all(TABLES).await? {
        for row in 0..batch.num_rows() {
            let mut cells: Vec<String> = Vec::with_capacity(4);
            for column in batch.columns() {
                cells.push(array_value_to_string(column, row)?);
            }
            cells[2] = if cells[2] == "VIEW" { "view" } else { "table" }.to_string();
            let doc = views.iter().find(|view| cells[0] == "main" && view.name == cells[1]);
            cells.push(doc.map(|view| view.doc.clone()).unwrap_or_default());
            rows.push(cells);
        }
    }
    Ok(grid(&names, &[false; 4], rows, width))
}

/// The columns of one table.
pub async fn table(engine: &Engine, name: &str, width: Option<usize>) -> Result<String, SqlError> {
    let plan = engine.plan(&format!("SELECT * FROM {name}")).await;
    // The place would be in a statement that nobody wrote.
    let plan = plan.map_err(|error| SqlError { place: None, ..error })?;
    let names = ["column", "type", "null"].map(str::to_string);
    let rows = plan
        .schema()
        .fields()
        .iter()
        .map(|f| {
            vec![
                f.name().clone(),
                type_name(f.data_type()),
                if f.is_nullable() { "yes" } else { "no" }.into(),
            ]
        })
        .collect();
    Ok(grid(&names, &[false; 3], rows, width))
}

/// The functions whose names match a pattern in which `*` stands for anything. Without a pattern, those
/// of stoa: the hundreds of DataFusion's would bury them.
pub fn functions(engine: &Engine, pattern: Option<&str>, width: Option<usize>) -> String {
    let names = ["function", "returns", "description"].map(str::to_string);
    let all = stoa_udfs::functions(&engine.context().state());
    let total = all.len();
    let found = all.into_iter().filter(|f| match pattern {
        Some(pattern) => matches(&pattern.to_lowercase(), &f.name.to_lowercase()),
        None => f.source == "stoa",
    });
    let rows: Vec<Vec<String>> = found
        .map(|f| {
            let call = format!("{}({})", f.name, f.arguments.unwrap_or_default());
            let mut description = f.description.unwrap_or_default();
            if pattern.is_none()
                && let Some((first, _)) = description.split_once(". ")
            {
                description = format!("{first}.");
            }
            vec![call, f.returns.unwrap_or_default(), description]
        })
        .collect();
    let count = rows.len();
    let mut text = grid(&names, &[false; 3], rows, width);
    if pattern.is_none() {
        text.push_str(&format!("({count} of {total} functions; \\df * lists all)\n"));
    }
    text
}

/// Whether a name matches a pattern; a pattern without `*` matches what begins with it.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return name.starts_with(pattern) };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
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

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_anything() {
        assert!(matches("node", "node_path"));
        assert!(matches("*path*", "node_path"));
        assert!(matches("n*_*h", "node_path"));
        assert!(matches("*", "anything"));
        assert!(!matches("path", "node_path"));
        assert!(!matches("*name", "node_path"));
    }
}
