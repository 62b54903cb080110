//! Findings as Markdown: for the summary of a job, or a comment on a change.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::finding::Finding;
use super::run::Scan;
use super::summary::{self, Counts};
use crate::rules::Severity;

/// The findings that count, rule by rule, the worst first.
pub fn text(scan: &Scan, counts: &Counts) -> String {
    let mut text = String::from("# Findings\n\n");
    for line in summary::line(scan, counts).lines() {
        text.push_str(line);
        text.push_str("  \n");
    }
    let mut by_rule: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in scan.findings.iter().filter(|finding| finding.counts()) {
        let key = (std::cmp::Reverse(finding.rule.severity), finding.rule.id.as_str());
        by_rule.entry(key).or_default().push(finding);
    }
    for ((severity, id), findings) in by_rule {
        let rule = &findings[0].rule;
        let cwe = if rule.cwe.is_empty() { String::new() } else { format!(" · {}", rule.cwe_text()) };
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n## {}\n\n`{id}` · {}{cwe}\n\n{}\n\n{}\n\n",
            line(&rule.title),
            severity.0,
            rule.what,
            rule.fix
        );
        text.push_str("| place | message | code |\n| --- | --- | --- |\n");
        for finding in findings {
            let place = &finding.place;
            let _ = writeln!(
                text,
                "| {}:{}:{} | {} | {} |",
                cell(&place.path),
                place.line,
                place.column,
                cell(&finding.message),
                code(&finding.text)
            );
        }
    }
    text
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text in a cell of a table. Messages may hold what programs hold: no markup of theirs is markup here.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for char in line(text).chars() {
        match char {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '@' => cell.extend(['\\', char]),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            char => cell.push(char),
        }
    }
    cell
}

/// Code in a cell: between more backquotes than it has in a row.
fn code(text: &str) -> String {
    let most = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let quotes = "`".repeat(most + 1);
    let space = if most > 0 { " " } else { "" };
    format!("{quotes}{space}{}{space}{quotes}", line(text).replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_programs_is_text() {
        assert_eq!(cell("a|b <img src=x> *c*"), "a\\|b &lt;img src=x&gt; \\*c\\*");
        assert_eq!(code("a || b"), "`a \\|\\| b`");
        assert_eq!(code("`x``y`"), "``` `x``y` ```");
    }
}
