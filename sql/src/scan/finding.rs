//! What a rule found.

use std::ops::Range;
use std::sync::Arc;
use stoa_model::{FileId, NodeId};

use crate::rules::Rule;

/// A stretch of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: Arc<str>,
    pub file: FileId,
    /// From 1, as are the columns, which count bytes; the end column is that of the byte after the last.
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    /// The same in bytes of the file; empty where its text is not kept.
    pub bytes: Range<usize>,
}

/// A node on the way from a source to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub node: NodeId,
    pub place: Place,
    /// What the node does on the way, if the rule says so: source, call, parameter, sink.
    pub role: Option<String>,
    /// The node's text, in one line.
    pub text: String,
}

/// How a finding stands to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    New,
    /// It is in the baseline.
    Known,
}

/// What a rule found at a node.
#[derive(Clone, Debug)]
pub struct Finding {
    pub rule: Arc<Rule>,
    pub node: NodeId,
    pub message: String,
    pub place: Place,
    /// The node's text, in one line.
    pub text: String,
    /// The full name of the method around it.
    pub method: Option<String>,
    /// The way to it, source first; empty for a rule that looks at one place.
    pub trace: Vec<Step>,
    /// How many other rows the rule has for this node: other sources, other ways.
    pub others: usize,
    /// Stays the same when lines move and code elsewhere changes.
    pub fingerprint: String,
    /// The reason, if a comment says that the finding is to be ignored.
    pub ignored: Option<String>,
    pub state: State,
}

impl Finding {
    /// Whether it is new and not ignored.
    pub fn counts(&self) -> bool {
        self.ignored.is_none() && self.state == State::New
    }
}
