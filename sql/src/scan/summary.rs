//! How many there are of what.

use super::finding::State;
use super::run::Scan;
use crate::output::table::thousands;
use crate::rules::Severity;

/// The findings of a scan, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New findings that are not ignored, from the worst severity to the least.
    pub new: [usize; Severity::ALL.len()],
    pub ignored: usize,
    /// Those of the baseline.
    pub known: usize,
    /// Those of the baseline that are no more; nothing without one.
    pub fixed: Option<usize>,
}

impl Counts {
    pub fn of(scan: &Scan, fixed: Option<usize>) -> Counts {
        let mut counts = Counts { fixed, ..Counts::default() };
        for finding in &scan.findings {
            if finding.ignored.is_some() {
                counts.ignored += 1;
            } else if finding.state == State::Known {
                counts.known += 1;
            } else if let Some(place) = Severity::ALL.iter().position(|s| *s == finding.rule.severity) {
                counts.new[place] += 1;
            }
        }
        counts
    }

    pub fn new_findings(&self) -> usize {
        self.new.iter().sum()
    }

    /// How many new findings are at least so severe.
    pub fn at_least(&self, least: Severity) -> usize {
        let counted = Severity::ALL.iter().zip(self.new);
        counted.filter(|(severity, _)| **severity >= least).map(|(_, count)| count).sum()
    }
}

/// What a scan came to, in two lines and one for each note.
pub fn line(scan: &Scan, counts: &Counts) -> String {
    let plural = |count: usize, one: &str| {
        format!("{} {one}{}", thousands(count as u64), if count == 1 { "" } else { "s" })
    };
    let mut text = match counts.new_findings() {
        0 => "no findings".to_owned(),
        all => {
            let kinds: Vec<String> = Severity::ALL
                .iter()
                .zip(counts.new)
                .filter(|(_, count)| *count > 0)
                .map(|(severity, count)| format!("{} {severity}", thousands(count as u64)))
                .collect();
            format!("{}: {}", plural(all, "finding"), kinds.join(", "))
        }
    };
    if let Some(fixed) = counts.fixed {
        text.push_str(&format!(
            " · baseline: {} new, {} known, {} fixed",
            thousands(counts.new_findings() as u64),
            thousands(counts.known as u64),
            thousands(fixed as u64)
        ));
    }
    if counts.ignored > 0 {
        text.push_str(&format!(" · {} ignored by comments", thousands(counts.ignored as u64)));
    }
    text.push_str(&format!(
        "\n{} over {} and {} in {:.1} s\n",
        plural(scan.rules_run, "rule"),
        plural(scan.files as usize, "file"),
        plural(scan.lines as usize, "line"),
        scan.elapsed.as_secs_f64()
    ));
    for note in &scan.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    text
}
