//! Findings as one JSON object, all of them: ignored and known ones say so.

use serde::Serialize;
use std::io::{self, Write};

use super::finding::{Finding, Place, State};
use super::run::Scan;
use super::summary::Counts;
use crate::rules::Severity;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    snapshot: u64,
    files: u64,
    lines: u64,
    rules: usize,
    seconds: f64,
    findings: Vec<Written<'a>>,
    summary: Summary,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Written<'a> {
    rule: &'a str,
    title: &'a str,
    severity: Severity,
    cwe: &'a [u32],
    message: &'a str,
    #[serde(flatten)]
    place: Location<'a>,
    code: &'a str,
    method: Option<&'a str>,
    node_id: i64,
    trace: Vec<WrittenStep<'a>>,
    other_traces: usize,
    fingerprint: &'a str,
    known: bool,
    /// The reason that a comment gives.
    ignored: Option<&'a str>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct WrittenStep<'a> {
    node_id: i64,
    role: Option<&'a str>,
    #[serde(flatten)]
    place: Location<'a>,
    code: &'a str,
}

#[derive(Serialize)]
struct Summary {
    new: usize,
    known: usize,
    fixed: Option<usize>,
    ignored: usize,
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
}

/// Writes the document.
pub fn write(scan: &Scan, counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    let [critical, high, medium, low, info] = counts.new;
    let document = Document {
        version: 1,
        snapshot: scan.snapshot,
        files: scan.files,
        lines: scan.lines,
        rules: scan.rules_run,
        seconds: scan.elapsed.as_secs_f64(),
        findings: scan.findings.iter().map(written).collect(),
        summary: Summary {
            new: counts.new_findings(),
            known: counts.known,
            fixed: counts.fixed,
            ignored: counts.ignored,
            critical,
            high,
            medium,
            low,
            info,
        },
        notes: &scan.notes,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn written(finding: &Finding) -> Written<'_> {
    Written {
        rule: &finding.rule.id,
        title: &finding.rule.title,
        severity: finding.rule.severity,
        cwe: &finding.rule.cwe,
        message: &finding.message,
        place: location(&finding.place),
        code: &finding.text,
        method: finding.method.as_deref(),
        node_id: finding.node,
        trace: finding
            .trace
            .iter()
            .map(|step| WrittenStep {
                node_id: step.node,
                role: step.role.as_deref(),
                place: location(&step.place),
                code: &step.text,
            })
            .collect(),
        other_traces: finding.others,
        fingerprint: &finding.fingerprint,
        known: finding.state == State::Known,
        ignored: finding.ignored.as_deref(),
    }
}

fn location(place: &Place) -> Location<'_> {
    Location {
        path: &place.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}
