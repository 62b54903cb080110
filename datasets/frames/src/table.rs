//! Fits as a table for people.

use crate::growth::{ALL, Fit, Verdict};

/// A line a function, over all families; beneath it the families that are worse, or with `every` each of them.
pub fn of(fits: &[Fit], every: bool) -> String {
    let shown = fits.iter().filter(|fit| every || fit.family == ALL || matches!(fit.verdict, Verdict::Worse));
    let number = |value: Option<f64>| match value.filter(|value| value.is_finite()) {
        Some(value) => format!("{value:.2}"),
        None => "–".to_owned(),
    };
    let mut rows = vec![
        ["function", "complexity", "stated", "limit", "measured", "± error", "points", "verdict"]
            .map(str::to_owned),
    ];
    for fit in shown {
        let name = if fit.family == ALL { fit.function.clone() } else { format!("  {}", fit.family) };
        rows.push([
            name,
            if fit.family == ALL { brief(&fit.complexity) } else { String::new() },
            number(fit.stated),
            number(fit.limit),
            number(Some(fit.exponent)),
            number(Some(fit.standard_error)),
            format!("{}/{}", fit.points, fit.measured),
            fit.verdict.name().to_owned(),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..8).map(width).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            // Figures to the right.
            if (2..7).contains(&column) { format!("{cell:>width$}") } else { format!("{cell:width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// The greatest width of a complexity, in characters.
const BRIEF: usize = 36;

/// What is stated first: more is about arguments that were left out.
fn brief(complexity: &str) -> String {
    let first = complexity.split(';').next().unwrap_or_default();
    if first.chars().count() <= BRIEF {
        return first.to_owned();
    }
    first.chars().take(BRIEF - 1).chain(['…']).collect()
}
