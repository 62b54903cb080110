//! A rule.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How bad a finding is. Ordered: what is worse is greater.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A weakness that takes other faults to matter.
    Low,
    /// A fault under some circumstances.
    Medium,
    /// A fault that can be used or will be met.
    High,
    /// A fault that gives the program or its data away.
    Critical,
}

impl Severity {
    /// From the worst to the least.
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// The severity of a name.
    pub fn of(name: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.as_str() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Code that a rule must find something in, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub language: String,
    /// The lines that are reported, ascending; none if nothing must be found.
    pub lines: Vec<u32>,
    pub code: String,
    /// The name of the file, where the language's usual ending is not the one that is meant.
    pub file: Option<String>,
}

/// A rule, as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub title: String,
    pub severity: Severity,
    /// Numbers of the Common Weakness Enumeration.
    pub cwe: Vec<u32>,
    pub languages: Vec<String>,
    /// What it finds, why that matters, what to do about it: Markdown.
    pub what: String,
    pub why: String,
    pub fix: String,
    /// Pages to read on.
    pub references: Vec<String>,
    pub examples: Vec<Example>,
    /// What it belongs to: `security`; `user` for a file that is in no folder of an area.
    pub area: String,
    /// The file: a path in `sql/rules`, or as the user named it.
    pub path: String,
    /// The query, on the lines that it has in the file.
    pub sql: String,
}

impl Rule {
    /// `CWE-89, CWE-564`
    pub fn cwe_text(&self) -> String {
        let numbers: Vec<String> = self.cwe.iter().map(|number| format!("CWE-{number}")).collect();
        numbers.join(", ")
    }

    /// The sentence that says what the rule finds.
    pub fn summary(&self) -> &str {
        let text = self.what.trim();
        let end = text.find(". ").or_else(|| text.find(".\n")).map_or(text.len(), |at| at + 1);
        &text[..end]
    }
}
