//! Comments that say what is to be ignored.
//!
//! `stoa-ignore: rule-id reason` holds for findings on the line of the comment or, if the comment stands alone, on the next
//! line that is no comment. `stoa-ignore-file: rule-id reason` holds for the whole file. Several rules are separated by
//! commas, `*` is every rule. A comment without a reason, or with a rule that does not exist, ignores nothing and is a
//! finding itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};
use stoa_model::{FileId, NodeId};
use stoa_session::{Session, SourceText};

use super::error::ScanError;
use super::nodes::{self, Node};
use crate::rules::{Rule, Severity};

/// What finds comments that ignore nothing.
pub static IGNORE_RULE: LazyLock<Arc<Rule>> = LazyLock::new(|| {
    Arc::new(Rule {
        id: "ignore-comment".to_owned(),
        title: "Comment that ignores nothing".to_owned(),
        severity: Severity::Info,
        cwe: Vec::new(),
        languages: stoa_indexer::language_names().into_iter().map(str::to_owned).collect(),
        what: "Finds stoa-ignore comments that name no rule, a rule that does not exist, or no reason.".to_owned(),
        why: "Such a comment ignores nothing. Whoever reads the code later has to know why a finding does not matter."
            .to_owned(),
        fix: "Write `stoa-ignore: rule-id reason`.".to_owned(),
        references: Vec::new(),
        examples: Vec::new(),
        area: "scan".to_owned(),
        path: String::new(),
        sql: String::new(),
    })
});

const MARK: &[u8] = b"stoa-ignore";

/// How many texts are looked through at a time.
const CHUNK: usize = 256;

/// What one comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    whole_file: bool,
    rules: Vec<String>,
    reason: String,
}

/// What the comments of a tree say.
#[derive(Debug, Default)]
pub(super) struct Ignores {
    files: HashMap<FileId, Vec<Ignore>>,
    /// Comments that ignore nothing, and why.
    pub wrong: Vec<(NodeId, Node, String)>,
}

#[derive(Debug)]
struct Ignore {
    /// The line that it holds for; none for the whole file.
    line: Option<u32>,
    rules: Vec<String>,
    reason: String,
}

impl Ignores {
    /// Reads the comments of all files. `known` has the ids of every rule.
    pub async fn read(
        session: &Session,
        files: &[FileId],
        known: &BTreeSet<&str>,
    ) -> Result<Ignores, ScanError> {
        let sources = session.sources();
        let mut texts: BTreeMap<FileId, Arc<SourceText>> = BTreeMap::new();
        let finder = memchr::memmem::Finder::new(MARK);
        for chunk in files.chunks(CHUNK) {
            for (file, text) in chunk.iter().zip(sources.load(chunk).await?) {
                if let Some(text) = text.filter(|text| finder.find(text.bytes()).is_some()) {
                    texts.insert(*file, text);
                }
            }
        }
        let mut ignores = Ignores::default();
        if texts.is_empty() {
            return Ok(ignores);
        }
        let comments = nodes::comments(session, &texts.keys().copied().collect()).await?;
        let mut alone: BTreeSet<(FileId, u32)> = BTreeSet::new();
        for (_, comment) in &comments {
            if let (Some(text), Some((first, last))) = (texts.get(&comment.file), comment.lines())
                && stands_alone(text, comment)
            {
                alone.extend((first..=last).map(|line| (comment.file, line)));
            }
        }
        for (id, comment) in comments {
            let Some(text) = texts.get(&comment.file) else { continue };
            let (Some(range), Some((first, last))) = (comment.range(text), comment.lines()) else { continue };
            for said in said(&String::from_utf8_lossy(&text.bytes()[range])) {
                if let Some(why) = said.fault(known) {
                    ignores.wrong.push((id, comment.clone(), why));
                    continue;
                }
                let line = match (said.whole_file, alone.contains(&(comment.file, first))) {
                    (true, _) => None,
                    (false, false) => Some(first),
                    (false, true) => (last + 1..).find(|&line| !alone.contains(&(comment.file, line))),
                };
                let ignore = Ignore { line, rules: said.rules, reason: said.reason };
                ignores.files.entry(comment.file).or_default().push(ignore);
            }
        }
        Ok(ignores)
    }

    /// The reason why a finding is ignored, if it is.
    pub fn reason(&self, file: FileId, line: u32, rule: &str) -> Option<&str> {
        let ignores = self.files.get(&file)?;
        let holds = |ignore: &&Ignore| {
            ignore.line.is_none_or(|of| of == line)
                && ignore.rules.iter().any(|named| named == rule || named == "*")
        };
        ignores.iter().find(holds).map(|ignore| ignore.reason.as_str())
    }
}

impl Node {
    fn lines(&self) -> Option<(u32, u32)> {
        let first = u32::try_from(self.line?).ok()?;
        Some((first, first + u32::try_from(self.extra_lines.unwrap_or(0)).ok()?))
    }

    fn range(&self, text: &SourceText) -> Option<std::ops::Range<usize>> {
        text.range(self.line?, self.column?, self.length?)
    }
}

/// Whether nothing stands before a comment on its line.
fn stands_alone(text: &SourceText, comment: &Node) -> bool {
    comment.range(text).is_some_and(|range| {
        let before = text.bytes()[..range.start].iter().rev().take_while(|byte| **byte != b'\n');
        before.into_iter().all(u8::is_ascii_whitespace)
    })
}

/// What a comment's text says, line by line.
fn said(text: &str) -> Vec<Said> {
    text.lines().filter_map(line_said).collect()
}

fn line_said(line: &str) -> Option<Said> {
    let at = line.find("stoa-ignore")?;
    let rest = &line[at + MARK.len()..];
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    // Prose about stoa-ignore has no colon after it.
    let mut rest = rest.strip_prefix(':')?.trim();
    for end in ["*/", "-->", "#}"] {
        rest = rest.strip_suffix(end).unwrap_or(rest).trim_end();
    }
    let mut rules = Vec::new();
    loop {
        let end = rest.find([',', ' ', '\t']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !name.is_empty() {
            rules.push(name.to_owned());
        }
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => break,
        }
    }
    let reason = rest.trim_start_matches(['-', '–', '—', ':']).trim().to_owned();
    Some(Said { whole_file, rules, reason })
}

impl Said {
    /// Why the comment ignores nothing, if it does not.
    fn fault(&self, known: &BTreeSet<&str>) -> Option<String> {
        if self.rules.is_empty() {
            return Some("names no rule".to_owned());
        }
        let unknown = self.rules.iter().find(|rule| *rule != "*" && !known.contains(rule.as_str()));
        match unknown {
            Some(rule) => Some(format!("names `{rule}`, and there is no such rule")),
            None if self.reason.is_empty() => Some("gives no reason".to_owned()),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read() {
        let one = |text| line_said(text).unwrap();
        let said = one("// stoa-ignore: weak-hash only a cache key");
        assert_eq!((said.whole_file, said.reason.as_str()), (false, "only a cache key"));
        assert_eq!(said.rules, ["weak-hash"]);
        let said = one("/* stoa-ignore-file: a, b ,c -- generated */");
        assert_eq!(
            (said.whole_file, said.rules.join(" ").as_str(), said.reason.as_str()),
            (true, "a b c", "generated")
        );
        assert_eq!(one("# stoa-ignore: *").rules, ["*"]);
        assert!(one("# stoa-ignore:").rules.is_empty());
        assert_eq!(line_said("// a stoa-ignore comment"), None);
    }

    #[test]
    fn a_comment_says_why() {
        let known = BTreeSet::from(["a"]);
        let fault = |text| line_said(text).unwrap().fault(&known);
        assert_eq!(fault("stoa-ignore: a because"), None);
        assert_eq!(fault("stoa-ignore: * because"), None);
        assert!(fault("stoa-ignore: a").unwrap().contains("no reason"));
        assert!(fault("stoa-ignore: b because").unwrap().contains("`b`"));
        assert!(fault("stoa-ignore:").unwrap().contains("no rule"));
    }
}
