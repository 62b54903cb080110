//! Results as a drawn table, for people.
//!
//! A table that is wider than the terminal is fitted by wrapping its cells; when even that leaves no
//! room to read, each row is written as a record, one line a column.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, array_value_to_string};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use console::measure_text_width;
use std::io::Write;

use super::cells::{format_options, is_number, printable};
use super::{OutputError, Written, has_columns};
use crate::{Answer, Outcome};

/// Lines between and around cells: a frame, a rule beneath the header, nothing between rows.
const FRAME: &str = "││──├─┼┤│    ┬┴┌┐└┘";

/// The least a column can be squeezed to and still be read.
const NARROW: usize = 12;

/// How a table is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    /// Columns of the terminal; `None` does not fit the table to anything.
    pub width: Option<usize>,
    /// Whether to close with the number of rows.
    pub footer: bool,
    /// Rows to show at most; the others are counted, and the footer says so.
    pub limit: Option<usize>,
}

/// Collects an answer and draws it.
pub async fn write(
    answer: &mut Answer,
    layout: &Layout,
    out: &mut (dyn Write + Send),
) -> Result<Written, OutputError> {
    if answer.outcome() == Outcome::Plan {
        return plan(answer, out).await;
    }
    let schema = answer.schema().clone();
    let mut batches = Vec::new();
    let mut written = Written::default();
    while let Some(batch) = answer.next().await? {
        let room = layout.limit.map_or(usize::MAX, |limit| limit - written.shown);
        let kept = batch.num_rows().min(room);
        written.rows += batch.num_rows();
        written.shown += kept;
        if kept > 0 {
            batches.push(batch.slice(0, kept));
        }
    }
    if has_columns(&schema) {
        out.write_all(draw(&schema, &batches, layout.width)?.as_bytes())?;
    }
    if layout.footer {
        writeln!(out, "{}", footer(&written))?;
    }
    out.flush()?;
    Ok(written)
}

/// Writes a plan as it is: its lines are indented and would only suffer from a frame.
async fn plan(answer: &mut Answer, out: &mut (dyn Write + Send)) -> Result<Written, OutputError> {
    let mut written = Written::default();
    while let Some(batch) = answer.next().await? {
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(2);
            for column in batch.columns() {
                cells.push(array_value_to_string(column, row)?);
            }
            for line in cells.join("\n").lines() {
                writeln!(out, "{}", printable(line))?;
            }
            writeln!(out)?;
        }
        written.rows += batch.num_rows();
    }
    out.flush()?;
    Ok(Written { shown: written.rows, ..written })
}

fn footer(written: &Written) -> String {
    let rows = thousands(written.rows as u64);
    match (written.rows, written.shown) {
        (1, _) => "(1 row)".to_string(),
        (all, shown) if shown < all => {
            let shown = thousands(shown as u64);
            format!("… {rows} rows (shown first {shown}; \\o FILE or --format csv for all)")
        }
        _ => format!("({rows} rows)"),
    }
}

/// `1234567` as `1,234,567`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Draws batches of one schema.
pub fn draw(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    width: Option<usize>,
) -> Result<String, OutputError> {
    let names: Vec<String> = schema.fields().iter().map(|f| printable(f.name()).into_owned()).collect();
    let right: Vec<bool> = schema.fields().iter().map(|f| is_number(f.data_type())).collect();
    let mut rows = Vec::new();
    let options = format_options("NULL");
    for batch in batches {
        let formatters: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = formatters.iter().map(|f| printable(&f.value(row).to_string()).into_owned());
            rows.push(cells.collect::<Vec<String>>());
        }
    }
    Ok(match width {
        // No rows, and no room for the names side by side.
        Some(width) if rows.is_empty() && !fits(&names, &rows, width) => {
            wrapped(&names.join(", "), width).join("\n") + "\n"
        }
        Some(width) if !fits(&names, &rows, width) => records(&names, &rows, width),
        _ => grid(&names, &right, rows, width),
    })
}

/// A table of text; `right` says which columns are aligned to the right.
pub fn grid(names: &[String], right: &[bool], rows: Vec<Vec<String>>, width: Option<usize>) -> String {
    let mut table = Table::new();
    table.load_preset(FRAME);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(names.iter().map(Cell::new).collect::<Vec<Cell>>());
    table.add_rows(rows);
    for (index, right) in right.iter().enumerate() {
        if let (true, Some(column)) = (right, table.column_mut(index)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = table.lines().fold(String::new(), |text, line| text + line.trim_end() + "\n");
    if text.is_empty() {
        text.push('\n');
    }
    text
}

/// Whether every column keeps at least its content or [`NARROW`] characters.
fn fits(names: &[String], rows: &[Vec<String>], width: usize) -> bool {
    let least: usize = (0..names.len())
        .map(|column| {
            let cells = rows.iter().map(|row| measure_text_width(&row[column])).max().unwrap_or(0);
            cells.max(measure_text_width(&names[column])).min(NARROW) + 3
        })
        .sum();
    least < width
}

/// Rows one below the other, one line a column.
fn records(names: &[String], rows: &[Vec<String>], width: usize) -> String {
    let margin = names.iter().map(|n| measure_text_width(n)).max().unwrap_or(0);
    let room = width.saturating_sub(margin + 3).max(NARROW);
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        let title = format!("─[ {} ]", thousands(number as u64 + 1));
        let rest = width.saturating_sub(measure_text_width(&title));
        out.push_str(&title);
        out.push_str(&"─".repeat(rest));
        out.push('\n');
        for (name, value) in names.iter().zip(row) {
            let mut label = name.as_str();
            for line in wrapped(value, room) {
                let blanks = " ".repeat(margin - measure_text_width(label));
                out.push_str(format!("{label}{blanks} │ {line}").trim_end());
                out.push('\n');
                label = "";
            }
        }
    }
    out
}

/// A text in pieces of at most `room` columns of the terminal.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let wide = measure_text_width(c.encode_utf8(&mut [0; 4]));
        if used + wide > room {
            lines.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;
    use datafusion::prelude::SessionContext;

    async fn drawn(sql: &str, layout: Layout) -> String {
        let engine = Engine::over(SessionContext::new());
        let mut answer = engine.run(sql).unwrap().next().await.unwrap().unwrap();
        let mut out = Vec::new();
        write(&mut answer, &layout, &mut out).await.unwrap();
        String::from_utf8(out).unwrap()
    }

    #[tokio::test]
    async fn numbers_stand_right_and_null_is_plain() {
        let sql = "SELECT * FROM (VALUES (1, 'main'), (20, NULL)) AS t(id, name)";
        let expected = "\
┌────┬──────┐
│ id │ name │
├────┼──────┤
│  1 │ main │
│ 20 │ NULL │
└────┴──────┘
(2 rows)
";
        assert_eq!(drawn(sql, Layout { footer: true, ..Layout::default() }).await, expected);
    }

    #[tokio::test]
    async fn a_wide_table_fits_the_terminal() {
        for columns in [1, 2, 5, 20] {
            let list: Vec<String> = (0..columns).map(|i| format!("repeat('x', 150) AS c{i}")).collect();
            let sql = format!("SELECT {}", list.join(", "));
            for width in [40, 80, 160] {
                let text = drawn(&sql, Layout { width: Some(width), ..Layout::default() }).await;
                for line in text.lines() {
                    assert!(measure_text_width(line) <= width, "{columns} columns at {width}:\n{text}");
                }
                assert_eq!(text.matches('x').count(), 150 * columns, "nothing is lost:\n{text}");
            }
        }
    }

    #[tokio::test]
    async fn a_plan_keeps_its_lines() {
        let text = drawn("EXPLAIN SELECT 1 + value FROM generate_series(1, 3)", Layout::default()).await;
        assert!(text.starts_with("logical_plan\nProjection: "), "{text}");
        assert!(text.contains("\n  TableScan: "), "{text}");
    }

    #[tokio::test]
    async fn a_long_result_says_that_it_was_cut() {
        let sql = "SELECT value FROM generate_series(1, 12345)";
        let text = drawn(sql, Layout { footer: true, limit: Some(1000), width: None }).await;
        assert!(text.ends_with("… 12,345 rows (shown first 1,000; \\o FILE or --format csv for all)\n"));
        assert_eq!(text.lines().count(), 1000 + 5);
    }
}
