//! What became of a file: how far it was understood, and why no further.

use std::ops::ControlFlow;
use stoa_model::FileStatus;

use crate::cst::Cst;

/// How a file came through lowering.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: FileStatus,
    /// Why the status is not `ok`, with the 1-based line where there is one.
    pub error: Option<String>,
    /// ERROR and MISSING nodes of the parser.
    pub error_nodes: u32,
    pub lines: u32,
    /// Lines that hold a comment and nothing else, or are inside of one.
    pub comment_lines: u32,
    /// Lines that are neither blank nor comment.
    pub code_lines: u32,
}

/// The parser may take this many steps (calls of its progress callback, one every hundred operations)
/// for a file of `bytes`. Ordinary code needs about one operation a byte; error recovery on hostile input can
/// need a thousand times that. The budget counts work, not time, so it cuts the same file on every machine.
pub fn parse_budget(bytes: usize) -> u64 {
    20_000 + bytes as u64 / 2
}

/// Parses `source`, within the budget.
pub fn parse(
    parser: &mut tree_sitter::Parser,
    language: &tree_sitter::Language,
    source: &[u8],
) -> Result<tree_sitter::Tree, String> {
    parser.set_language(language).map_err(|e| format!("the grammar cannot be loaded: {e}"))?;
    let budget = parse_budget(source.len());
    let mut steps = 0u64;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > budget { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let parsed =
        parser.parse_with_options(&mut |at, _| source.get(at..).unwrap_or_default(), None, Some(options));
    parsed.ok_or_else(|| {
        parser.reset();
        format!("the parser's budget of {budget} steps for {} bytes ran out", source.len())
    })
}

impl Outcome {
    /// The outcome as far as the text alone tells.
    pub(crate) fn of_text(source: &[u8]) -> Outcome {
        let mut outcome = Outcome {
            status: FileStatus::Ok,
            error: None,
            error_nodes: 0,
            lines: 0,
            comment_lines: 0,
            code_lines: 0,
        };
        if let Err(e) = std::str::from_utf8(source) {
            outcome.partial(format!("not UTF-8 at byte {}", e.valid_up_to()));
        }
        outcome
    }

    /// Marks the file failed.
    pub(crate) fn failed(&mut self, why: &str) {
        self.status = FileStatus::Failed;
        self.add(why.to_owned());
    }

    /// Marks the file understood in part.
    pub fn partial(&mut self, why: String) {
        if self.status == FileStatus::Ok {
            self.status = FileStatus::Partial;
        }
        self.add(why);
    }

    fn add(&mut self, why: String) {
        match &mut self.error {
            Some(error) => {
                error.push_str("; ");
                error.push_str(&why);
            }
            None => self.error = Some(why),
        }
    }

    /// Counts lines and errors.
    pub(crate) fn finish(&mut self, cst: &Cst, truncated_line: Option<u32>, source: &[u8]) {
        self.count_lines(cst, source);
        self.error_nodes = cst.errors;
        if let Some(line) = cst.first_error {
            let noun = if cst.errors == 1 { "syntax error" } else { "syntax errors" };
            self.partial(format!("{} {noun}, the first in line {}", cst.errors, line + 1));
        }
        if let Some(line) = truncated_line {
            self.partial(format!(
                "nested deeper than {} levels in line {}",
                crate::lower::MAX_DEPTH,
                line + 1
            ));
        }
    }

    fn count_lines(&mut self, cst: &Cst, source: &[u8]) {
        let mut comments = cst.comments.iter().peekable();
        let mut covered_until = 0usize;
        let mut start = 0usize;
        while start < source.len() {
            let end = line_end(source, start);
            self.lines += 1;
            // What of the line is not inside a comment?
            let (mut code, mut comment) = (false, false);
            let mut at = start;
            while at < end {
                if at < covered_until {
                    comment = true;
                    at = covered_until.min(end);
                    continue;
                }
                while comments.peek().is_some_and(|c| (c.end as usize) <= at) {
                    comments.next();
                }
                if let Some(next) = comments.peek()
                    && next.start as usize <= at
                {
                    covered_until = next.end as usize;
                    continue;
                }
                if !source[at].is_ascii_whitespace() {
                    code = true;
                    // The line is code whatever follows; skip to its end.
                    break;
                }
                at += 1;
            }
            if code {
                self.code_lines += 1;
            } else if comment {
                self.comment_lines += 1;
            }
            start = end + 1;
        }
    }
}

/// The end of the line that holds `start`.
fn line_end(source: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &source[start..]).map_or(source.len(), |i| start + i)
}
