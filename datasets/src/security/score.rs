//! What was found of what is labelled.
//!
//! Youden's index (W. J. Youden, *Index for rating diagnostic tests*, Cancer 3, 1950) is the share of weaknesses that were found
//! less the share of sound code that was reported: 100 for a perfect tool, 0 for one that guesses. The average is over
//! categories, each of the same weight, as the authors of the OWASP Benchmark have it.

use arrow::array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::findings::Finding;

/// What the authors of a set say of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// There are so many weaknesses in it.
    Weak(usize),
    /// There is none in it.
    Sound,
}

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative to what is scanned.
    pub path: String,
    pub lines: RangeInclusive<u32>,
}

/// A case: a finding in one of its places, about one of its weaknesses, is a report of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub name: String,
    pub category: String,
    pub label: Label,
    pub cwe: Vec<u32>,
    pub places: Vec<Place>,
}

/// A case and how many lines of it were reported, up to what is in it.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    pub case: &'a Case,
    pub reported: usize,
}

/// The figures of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub category: String,
    pub weak: usize,
    pub found: usize,
    pub sound: usize,
    pub wrong: usize,
}

impl Row {
    /// The share of weaknesses that were found, in percent; recall.
    pub fn true_rate(&self) -> f64 {
        percent(self.found, self.weak, 100.0)
    }

    /// The share of sound cases that were reported, in percent.
    pub fn false_rate(&self) -> f64 {
        percent(self.wrong, self.sound, 0.0)
    }

    pub fn youden(&self) -> f64 {
        self.true_rate() - self.false_rate()
    }

    /// The share of reports that are right, in percent.
    pub fn precision(&self) -> f64 {
        percent(self.found, self.found + self.wrong, 100.0)
    }
}

fn percent(part: usize, whole: usize, of_nothing: f64) -> f64 {
    if whole == 0 { of_nothing } else { 100.0 * part as f64 / whole as f64 }
}

/// Which cases the findings report.
pub fn judge<'a>(cases: &'a [Case], findings: &[Finding]) -> Vec<Judged<'a>> {
    let mut by_path: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in findings {
        by_path.entry(&finding.path).or_default().push(finding);
    }
    let reported = |case: &Case| -> usize {
        let mut lines: BTreeSet<(&str, u32)> = BTreeSet::new();
        for place in &case.places {
            for finding in by_path.get(place.path.as_str()).into_iter().flatten() {
                if place.lines.contains(&finding.line) && finding.cwe.iter().any(|cwe| case.cwe.contains(cwe))
                {
                    lines.insert((&place.path, finding.line));
                }
            }
        }
        match case.label {
            Label::Weak(count) => lines.len().min(count),
            Label::Sound => lines.len().min(1),
        }
    };
    cases.iter().map(|case| Judged { case, reported: reported(case) }).collect()
}

/// The figures by category.
pub fn rows(judged: &[Judged]) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for Judged { case, reported } in judged {
        let row = rows.entry(&case.category).or_default();
        row.category.clone_from(&case.category);
        match case.label {
            Label::Weak(count) => {
                row.weak += count;
                row.found += reported;
            }
            Label::Sound => {
                row.sound += 1;
                row.wrong += reported;
            }
        }
    }
    rows.into_values().collect()
}

/// The sum over categories.
fn total(rows: &[Row]) -> Row {
    rows.iter().fold(Row { category: "all".to_owned(), ..Row::default() }, |mut sum, row| {
        sum.weak += row.weak;
        sum.found += row.found;
        sum.sound += row.sound;
        sum.wrong += row.wrong;
        sum
    })
}

/// The figures, as a Markdown table.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| category | weak | found | sound | reported | TPR | FPR | Youden | precision |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut line = |row: &Row| {
        let Row { category, weak, found, sound, wrong } = row;
        let (tpr, fpr) = (row.true_rate(), row.false_rate());
        let (youden, precision) = (row.youden(), row.precision());
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {category} | {weak} | {found} | {sound} | {wrong} | {tpr:.1} % | {fpr:.1} % | {youden:.1} | {precision:.1} % |"
        );
    };
    rows.iter().for_each(&mut line);
    line(&total(rows));
    let average = rows.iter().map(Row::youden).sum::<f64>() / rows.len().max(1) as f64;
    let _ = writeln!(text, "\nAverage Youden over {} categories: {average:.1}", rows.len());
    text
}

/// Every case that was judged wrongly, a line each.
pub fn list(judged: &[Judged]) -> String {
    let mut text = String::new();
    for Judged { case, reported } in judged {
        let (what, count) = match case.label {
            Label::Weak(count) if *reported < count => ("missed", count - reported),
            Label::Sound if *reported > 0 => ("wrong", *reported),
            _ => continue,
        };
        let (path, line) =
            case.places.first().map_or(("", 0), |place| (place.path.as_str(), *place.lines.start()));
        let _ = writeln!(text, "{path}:{line}: {} {}: {what} {count}", case.category, case.name);
    }
    text
}

/// Writes the figures, a row for each category.
pub fn write(set: &str, rows: &[Row], path: &Path) -> anyhow::Result<()> {
    let count = |of: fn(&Row) -> usize| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| of(row) as u64)))
    };
    let number =
        |of: fn(&Row) -> f64| -> ArrayRef { Arc::new(Float64Array::from_iter_values(rows.iter().map(of))) };
    let names = rows.iter().map(|row| row.category.as_str());
    let batch = RecordBatch::try_from_iter([
        ("set", Arc::new(StringArray::from_iter_values(rows.iter().map(|_| set))) as ArrayRef),
        ("category", Arc::new(StringArray::from_iter_values(names)) as ArrayRef),
        ("weak", count(|row| row.weak)),
        ("found", count(|row| row.found)),
        ("sound", count(|row| row.sound)),
        ("reported", count(|row| row.wrong)),
        ("true_positive_rate", number(Row::true_rate)),
        ("false_positive_rate", number(Row::false_rate)),
        ("youden", number(Row::youden)),
        ("precision", number(Row::precision)),
    ])?;
    let mut writer = ArrowWriter::try_new(std::fs::File::create(path)?, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(label: Label, lines: RangeInclusive<u32>) -> Case {
        let places = vec![Place { path: "A.java".to_owned(), lines }];
        Case { name: "a".to_owned(), category: "c".to_owned(), label, cwe: vec![89], places }
    }

    #[test]
    fn a_report_is_a_finding_in_the_place_about_the_weakness() {
        let cases = [case(Label::Weak(1), 1..=5), case(Label::Weak(1), 6..=9), case(Label::Sound, 10..=20)];
        let finding =
            |line, cwe| Finding { rule: "r".to_owned(), cwe: vec![cwe], path: "A.java".to_owned(), line };
        let findings = [finding(2, 89), finding(3, 89), finding(7, 79), finding(12, 89)];
        let rows = rows(&judge(&cases, &findings));
        assert_eq!(rows, [Row { category: "c".to_owned(), weak: 2, found: 1, sound: 1, wrong: 1 }]);
        assert!((rows[0].youden() + 50.0).abs() < 1e-9);
        assert!(table(&rows).contains("Average Youden over 1 categories: -50.0"));
    }
}
