//! What a command found, as rows: a table for people, any other format for programs.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use std::io::Write;

use crate::Engine;
use crate::output::{Format, Sink};
use crate::printer::Printer;

/// Prints rows in a format.
pub async fn print(rows: RecordBatch, format: Format) -> anyhow::Result<()> {
    let context = SessionContext::new();
    context.register_batch("rows", rows)?;
    Ok(Printer::stdout(format, false).run(&Engine::over(context), "SELECT * FROM rows").await?)
}

/// Prints text for people.
pub fn say(text: &str) -> anyhow::Result<()> {
    let mut out = Sink::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
