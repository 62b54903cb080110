//! How many rows a scan will give, guessed from its filters.
//!
//! The optimizer builds a hash table from the side of a join that has fewer rows, and lets the scan of the other side skip
//! what the table does not hold. A wrong order costs far more than a wrong guess, and without any guess two scans of `nodes`
//! look alike. Kinds are counted, so a filter on them is known; the rest are the usual fractions (Selinger et al., *Access
//! Path Selection in a Relational Database Management System*, 1979), sharper where the column is known to be.

use arrow::datatypes::Schema;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use std::collections::BTreeMap;
use stoa_model::tables::Table;

use super::files::SegmentFile;

/// The part of the rows that a comparison other than equality leaves.
const RANGE: f64 = 1.0 / 3.0;
/// The part that a pattern or a function of unknown meaning leaves.
const UNKNOWN: f64 = 1.0 / 4.0;
/// How often a name occurs, one kind taken by itself.
const NAME: f64 = 1.0 / 1000.0;
/// How much of a vocabulary one word is.
const WORD: f64 = 1.0 / 10.0;
/// Edges of one kind that meet in one target, and nodes under one parent.
const FAN: usize = 3;

/// The rows of each kind in some files.
pub(super) fn rows_by_kind<'a>(files: impl IntoIterator<Item = &'a SegmentFile>) -> BTreeMap<&'a str, u64> {
    let mut rows = BTreeMap::new();
    for file in files {
        for (kind, count) in &file.kinds {
            *rows.entry(kind.as_str()).or_default() += count;
        }
    }
    rows
}

/// How many rows of a file are of a kind that some filters ask for: those that have to be read.
pub(super) fn rows_of_kinds(file: &SegmentFile, filters: &[Expr]) -> u64 {
    let kinds = rows_by_kind([file]);
    if kinds.values().sum::<u64>() != file.rows {
        return file.rows;
    }
    let estimate = Estimate { all: file.rows.max(1) as f64, kinds: &kinds };
    let of_kinds = filters.iter().filter(|filter| {
        let columns = filter.column_refs();
        !columns.is_empty() && columns.iter().all(|column| column.name == "kind")
    });
    (file.rows as f64 * of_kinds.map(|filter| estimate.part(filter)).product::<f64>()).round() as u64
}

/// What is known of the rows that a scan of some files will give: their number, exact if nothing filters them, and how many
/// values the columns have on which tables are joined. `all_count`: no row of them is dead, or left out.
pub(super) fn statistics(
    schema: &Schema,
    table: Table,
    files: &[&SegmentFile],
    filters: &[Expr],
    all_count: bool,
) -> Statistics {
    let all: u64 = files.iter().map(|f| f.rows).sum();
    if filters.is_empty() && all_count {
        return columns(schema, table, all as usize).with_num_rows(Precision::Exact(all as usize));
    }
    let kinds = rows_by_kind(files.iter().copied());
    let estimate = Estimate { all: all.max(1) as f64, kinds: &kinds };
    let part: f64 = filters.iter().map(|filter| estimate.part(filter)).product();
    // At least one: an operator over what is thought to be empty plans as if it were.
    let rows = ((all as f64 * part).ceil() as usize).clamp(1, all.max(1) as usize);
    columns(schema, table, rows).with_num_rows(Precision::Inexact(rows))
}

/// How many values the columns have on which tables are joined.
fn columns(schema: &Schema, table: Table, rows: usize) -> Statistics {
    let mut statistics = Statistics::new_unknown(schema);
    for (field, column) in schema.fields().iter().zip(&mut statistics.column_statistics) {
        let distinct = match (table, field.name().as_str()) {
            (Table::Nodes, "id") | (Table::Files | Table::Sources, "file_id") => rows,
            (Table::Nodes, "parent_id" | "method_id") | (Table::Edges, "src" | "dst") => rows / FAN + 1,
            _ => continue,
        };
        *column = ColumnStatistics { distinct_count: Precision::Inexact(distinct), ..Default::default() };
    }
    statistics
}

struct Estimate<'a> {
    /// The rows of the table; at least one.
    all: f64,
    kinds: &'a BTreeMap<&'a str, u64>,
}

impl Estimate<'_> {
    /// The part of the rows that a filter leaves, from 0 to 1.
    fn part(&self, filter: &Expr) -> f64 {
        let part = match filter {
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
                Operator::And => self.part(left) * self.part(right),
                Operator::Or => {
                    let (left, right) = (self.part(left), self.part(right));
                    left + right - left * right
                }
                Operator::Eq | Operator::IsNotDistinctFrom => self.equal(left, right),
                Operator::NotEq | Operator::IsDistinctFrom => 1.0 - self.equal(left, right),
                Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq => RANGE,
                _ => UNKNOWN,
            },
            Expr::InList(list) => {
                let some: f64 =
                    list.list.iter().map(|value| self.equal(&list.expr, value)).sum::<f64>().min(1.0);
                if list.negated { 1.0 - some } else { some }
            }
            Expr::Between(between) if between.negated => 1.0 - RANGE * RANGE,
            Expr::Between(_) => RANGE * RANGE,
            Expr::Not(inner) => 1.0 - self.part(inner),
            Expr::IsNotNull(_) => 1.0,
            Expr::Column(_) | Expr::IsNull(_) => WORD,
            _ => UNKNOWN,
        };
        part.clamp(0.0, 1.0)
    }

    /// The part in which a column has a value.
    fn equal(&self, left: &Expr, right: &Expr) -> f64 {
        let (column, value) = match (left, right) {
            (Expr::Column(column), value) | (value, Expr::Column(column)) => (column, value),
            _ => return UNKNOWN,
        };
        match column.name.as_str() {
            "kind" => match value {
                Expr::Literal(value, _) if !self.kinds.is_empty() => self.kind(value),
                _ => WORD,
            },
            "id" => 1.0 / self.all,
            "src" | "dst" | "parent_id" | "method_id" => FAN as f64 / self.all,
            "name" | "full_name" | "path" | "signature" | "type_full_name" | "module" | "content_hash"
            | "hash" | "file_id" | "line" | "type_id" | "position" => NAME,
            _ => WORD,
        }
    }

    fn kind(&self, value: &ScalarValue) -> f64 {
        let rows = value.try_as_str().flatten().and_then(|kind| self.kinds.get(kind));
        rows.map_or(0.0, |&rows| rows as f64 / self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::logical_expr::{col, lit};

    #[test]
    fn filters_multiply_and_kinds_are_counted() {
        let kinds = BTreeMap::from([("CALL", 600), ("METHOD", 50)]);
        let estimate = Estimate { all: 1000.0, kinds: &kinds };
        let part = |filter: Expr| (estimate.part(&filter) * 1e6).round() / 1e6;
        assert_eq!(part(col("kind").eq(lit("CALL"))), 0.6);
        assert_eq!(part(lit("METHOD").eq(col("kind"))), 0.05);
        assert_eq!(part(col("kind").eq(lit("IMPORT"))), 0.0);
        assert_eq!(part(col("kind").in_list(vec![lit("CALL"), lit("METHOD")], false)), 0.65);
        assert_eq!(part(col("kind").not_eq(lit("CALL"))), 0.4);
        assert_eq!(part(col("kind").eq(lit("METHOD")).and(col("name").eq(lit("main")))), 0.05 * NAME);
        assert_eq!(part(col("kind").eq(lit("CALL")).or(col("kind").eq(lit("CALL")))), 0.84);
        assert_eq!(part(col("id").eq(lit(7i64))), 0.001);
    }

    #[test]
    fn a_guess_is_never_zero_and_no_filter_is_exact() {
        let schema = Table::Nodes.stored_schema();
        let none = statistics(&schema, Table::Nodes, &[], &[], true);
        assert_eq!(none.num_rows, Precision::Exact(0));
        let some = statistics(&schema, Table::Nodes, &[], &[col("kind").eq(lit("CALL"))], true);
        assert_eq!(some.num_rows, Precision::Inexact(1));
    }
}
