//! What can be wrong with the file of a rule, and with how rules are named.

use std::path::PathBuf;

/// A rule that cannot be used: the file, the line, what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {problem}")]
pub struct RuleError {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub problem: Problem,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("a rule starts with a line /* and its header in TOML")]
    NoHeader,
    #[error("the header is not closed: a line that is */ and nothing else is missing")]
    OpenHeader,
    #[error("the header is not as it should be: {0}")]
    Header(String),
    #[error("the id is `{id}`, and the file is called {file}; both must be the same")]
    Name { id: String, file: String },
    #[error("`{0}` is no id: write lower-case words with hyphens between them")]
    Id(String),
    #[error(
        "the folder is {folder}, and the rule covers {languages}; it belongs into the folder of its one language, or into general"
    )]
    Folder { folder: String, languages: String },
    #[error("`{name}` is no language; there are {known}")]
    Language { name: String, known: String },
    #[error("the rule covers no language")]
    NoLanguage,
    #[error("{0} is empty")]
    Empty(&'static str),
    #[error(
        "there is no {wanted} example in {language}: every language needs one with lines in match, and one with match = []"
    )]
    NoExample { language: String, wanted: &'static str },
    #[error("an example is in {0}, which the rule does not cover")]
    ExampleLanguage(String),
    #[error("an example's match names line {line}, and its code has {lines}; lines ascend")]
    ExampleLine { line: u32, lines: usize },
    #[error("there is no query under the header")]
    NoQuery,
}

/// Why the rules that were asked for cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    #[error(transparent)]
    Rule(#[from] RuleError),
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("no rule, file or folder is called `{name}`{}", match .nearest {
        Some(nearest) => format!("\n  = help: did you mean `{nearest}`?"),
        None => "\n  = help: SELECT id, title FROM system.rules lists them".to_owned(),
    })]
    Unknown { name: String, nearest: Option<String> },
    #[error("`{pattern}` is no pattern: {why}")]
    Pattern { pattern: String, why: String },
    #[error("the folder {} holds no rule", .0.display())]
    Nothing(PathBuf),
    #[error("the rule {id} stands in {first} and in {second}")]
    Twice { id: String, first: String, second: String },
}
