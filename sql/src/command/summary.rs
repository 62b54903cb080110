//! What `stoa index` says when it has published.

use std::fmt::Write;
use stoa_indexer::{IndexReport, KindCount, Update};

use crate::output::printable;
use crate::output::table::{grid, thousands};

/// Failures named one by one; the others are a query away.
const NAMED_FAILURES: usize = 20;

/// The report for people.
pub fn text(report: &IndexReport, width: Option<usize>) -> String {
    let mut out = String::new();
    out.push_str(&languages(report, width));
    out.push('\n');
    out.push_str(&kinds(report, width));
    out.push('\n');
    facts(report, &mut out);
    failures(report, &mut out);
    if let Some(hint) = left_out(report) {
        let _ = writeln!(out, "\n{hint}");
    }
    out
}

/// Why nothing was indexed, if ignore files are the reason.
pub fn left_out(report: &IndexReport) -> Option<String> {
    let count = report.left_out;
    let files = if count == 1 { "source file is" } else { "source files are" };
    let hint = || {
        format!("{} {files} left out by .gitignore or its like; --no-ignore takes them in", thousands(count))
    };
    (count > 0).then(hint)
}

fn languages(report: &IndexReport, width: Option<usize>) -> String {
    let names = ["language", "files", "lines", "bytes"].map(str::to_string);
    let mut rows: Vec<Vec<String>> = report
        .languages
        .iter()
        .map(|l| vec![l.language.clone(), thousands(l.files), thousands(l.lines), bytes(l.bytes)])
        .collect();
    if report.languages.len() > 1 {
        let total = report.languages.iter().map(|l| l.bytes).sum();
        rows.push(vec!["total".into(), thousands(report.files()), thousands(report.lines()), bytes(total)]);
    }
    grid(&names, &[false, true, true, true], rows, width)
}

/// Nodes and edges side by side.
fn kinds(report: &IndexReport, width: Option<usize>) -> String {
    let names = ["nodes", "count", "edges", "count"].map(str::to_string);
    let with_total = |counts: &[KindCount]| {
        let mut counts: Vec<(String, u64)> = counts.iter().map(|k| (k.kind.clone(), k.count)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.push(("total".to_string(), counts.iter().map(|k| k.1).sum()));
        counts
    };
    let (nodes, edges) = (with_total(&report.nodes), with_total(&report.edges));
    let cell = |kinds: &[(String, u64)], row: usize| match kinds.get(row) {
        Some((kind, count)) => [kind.clone(), thousands(*count)],
        None => [String::new(), String::new()],
    };
    let rows = (0..nodes.len().max(edges.len()))
        .map(|row| cell(&nodes, row).into_iter().chain(cell(&edges, row)).collect())
        .collect();
    grid(&names, &[false, true, false, true], rows, width)
}

fn facts(report: &IndexReport, out: &mut String) {
    let seconds = report.elapsed.as_secs_f64();
    let rate = (report.lines() as f64 / seconds.max(0.001)) as u64;
    let ratio = match report.source_bytes {
        // What was imported may come without its text.
        0 => String::new(),
        source => format!(", {:.2} × the source", report.store_bytes as f64 / source as f64),
    };
    let _ = writeln!(out, "read    {}", read(&report.update));
    match report.update.full {
        true => drop(writeln!(out, "time    {seconds:.2} s ({} lines/s)", thousands(rate))),
        // Lines that were not read say nothing of speed.
        false => drop(writeln!(out, "time    {seconds:.2} s")),
    }
    if report.peak_memory > 0 {
        let _ = writeln!(out, "memory  {} at most", bytes(report.peak_memory));
    }
    let _ = writeln!(
        out,
        "store   {} (snapshot {}), {}{ratio}",
        printable(&report.store),
        report.snapshot,
        bytes(report.store_bytes)
    );
}

/// What an index had to read.
pub fn read(update: &Update) -> String {
    let Update { full, added, changed, removed, unchanged, relinked } = *update;
    let files = |count: u64| format!("{} file{}", thousands(count), if count == 1 { "" } else { "s" });
    if full {
        return format!("all of {}", files(added));
    }
    if added + changed + removed + relinked == 0 {
        return format!("nothing: {} as before", files(unchanged));
    }
    format!(
        "{} changed, {} added, {} removed, {} as before; links of {} are new",
        files(changed),
        thousands(added),
        thousands(removed),
        thousands(unchanged),
        files(relinked)
    )
}

fn failures(report: &IndexReport, out: &mut String) {
    if report.failures.is_empty() {
        return;
    }
    let count = report.failures.len();
    let files = if count == 1 { "file is" } else { "files are" };
    let _ = writeln!(out, "\n{} {files} not whole in the graph:", thousands(count as u64));
    for failure in report.failures.iter().take(NAMED_FAILURES) {
        let _ = writeln!(
            out,
            "  {:<8} {}: {}",
            failure.status,
            printable(&failure.path),
            printable(&failure.reason)
        );
    }
    if count > NAMED_FAILURES {
        let more = thousands((count - NAMED_FAILURES) as u64);
        let _ = writeln!(out, "  … and {more} more: SELECT * FROM system.failures");
    }
}

/// `1.2 MB`: three digits at most, units of 1000.
pub fn bytes(n: u64) -> String {
    let mut value = n as f64;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if value < 999.5 || unit == "TB" {
            return match unit {
                "B" => format!("{n} B"),
                _ if value < 9.995 => format!("{value:.2} {unit}"),
                _ if value < 99.95 => format!("{value:.1} {unit}"),
                _ => format!("{value:.0} {unit}"),
            };
        }
        value /= 1000.0;
    }
    format!("{n} B")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use stoa_indexer::{Failure, LanguageCount};

    fn report() -> IndexReport {
        let kind = |kind: &str, count| KindCount { kind: kind.to_string(), count };
        IndexReport {
            root: "/src".into(),
            store: "/src/.stoa".into(),
            snapshot: 1,
            languages: vec![
                LanguageCount { language: "java".into(), files: 12, lines: 3400, bytes: 120_000 },
                LanguageCount { language: "python".into(), files: 1, lines: 20, bytes: 512 },
            ],
            nodes: vec![kind("CALL", 41_000), kind("METHOD", 900)],
            edges: vec![kind("CFG", 50_000)],
            update: Update { full: true, added: 13, ..Update::default() },
            elapsed: Duration::from_millis(1520),
            peak_memory: 98_000_000,
            source_bytes: 120_512,
            store_bytes: 90_384,
            left_out: 0,
            failures: (0..22)
                .map(|i| Failure {
                    path: format!("b{i}.py"),
                    status: "partial".into(),
                    reason: "not UTF-8".into(),
                })
                .collect(),
        }
    }

    #[test]
    fn the_report_says_it_all() {
        let text = text(&report(), Some(80));
        for part in [
            "│ java     │    12 │ 3,400 │ 120 kB │",
            "│ total    │    13 │ 3,420 │ 121 kB │",
            "│ CALL   │ 41,000 │ CFG   │ 50,000 │",
            "read    all of 13 files",
            "time    1.52 s (2,250 lines/s)",
            "memory  98.0 MB at most",
            "store   /src/.stoa (snapshot 1), 90.4 kB, 0.75 × the source",
            "22 files are not whole in the graph:",
            "  partial  b19.py: not UTF-8",
            "  … and 2 more: SELECT * FROM system.failures",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("b20.py"));
    }

    #[test]
    fn an_update_says_what_it_read() {
        let update = Update { changed: 1, unchanged: 1200, relinked: 3, ..Update::default() };
        let expected = "1 file changed, 0 added, 0 removed, 1,200 as before; links of 3 files are new";
        assert_eq!(read(&update), expected);
        assert_eq!(read(&Update { unchanged: 2, ..Update::default() }), "nothing: 2 files as before");
    }

    #[test]
    fn sizes_have_three_digits() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1234), "1.23 kB");
        assert_eq!(bytes(999_999), "1.00 MB");
        assert_eq!(bytes(45_600_000), "45.6 MB");
    }
}
