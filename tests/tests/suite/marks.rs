//! Annotations of fixtures: carets below a line, and what they say of the text above them.
//!
//! ```text
//! while x > 0:
//! #     ^^^^^ cfg: true: step(x) | false: done() § while
//! ```
//! A word, what is expected of it, and behind `§` the constructs of [`crate::matrix`] that this very expectation proves,
//! separated by commas. Which words there are is for the reader of the marks to say.

use std::path::{Path, PathBuf};

/// What stands between an expectation and the constructs that it proves: a sign that no language here uses.
const PROVES: char = '§';

/// An annotation: the carets and what they say.
pub struct Mark<'a> {
    /// The line it is about, 0-based.
    pub line: usize,
    /// The bytes of that line above the carets.
    pub start: usize,
    pub end: usize,
    /// The line of the annotation itself, and its number, 0-based.
    pub annotation: &'a str,
    pub place: usize,
    pub word: &'a str,
    pub rest: &'a str,
    pub proves: Vec<&'a str>,
}

/// The annotations of a source.
pub fn marks(source: &str) -> Vec<Mark<'_>> {
    let mut marks = Vec::new();
    let (mut about, mut text) = (0, "");
    for (place, line) in source.lines().enumerate() {
        let Some((start, end)) = annotation(line) else {
            (about, text) = (place, line);
            continue;
        };
        let (from, to) = (above(line, start, text), above(line, end, text));
        let (says, proves) = line[end..].split_once(PROVES).unwrap_or((&line[end..], ""));
        let (word, rest) = says.trim().split_once(':').unwrap_or((says.trim(), ""));
        let proves = proves.split(',').map(str::trim).filter(|c| !c.is_empty()).collect();
        let rest = rest.trim();
        marks.push(Mark { line: about, start: from, end: to, annotation: line, place, word, rest, proves });
    }
    marks
}

/// The columns of the carets of a line, if it is an annotation.
fn annotation(line: &str) -> Option<(usize, usize)> {
    let start = line.find('^')?;
    let before = line[..start].trim();
    if before != "#" && before != "//" {
        return None;
    }
    Some((start, start + line[start..].bytes().take_while(|b| *b == b'^').count()))
}

/// The byte of `below` that an editor with tab stops of four shows above byte `at` of `line`.
fn above(line: &str, at: usize, below: &str) -> usize {
    let column = |text: &str| text.chars().fold(0, |c, ch| if ch == '\t' { c / 4 * 4 + 4 } else { c + 1 });
    let wanted = column(&line[..at]);
    let fits = |b: &usize| below.is_char_boundary(*b) && column(&below[..*b]) >= wanted;
    (0..=below.len()).find(fits).unwrap_or(below.len())
}

/// The text of an expectation's alternatives: `a | b`.
pub fn alternatives(rest: &str) -> impl Iterator<Item = &str> {
    rest.split(" | ").map(str::trim).filter(|one| !one.is_empty())
}

/// A complaint about a mark, with the line and what is wrong.
pub fn complaint(path: &str, source: &str, mark: &Mark<'_>, says: &str) -> String {
    let line = source.lines().nth(mark.line).unwrap_or("");
    let says = says.replace('\n', "\n        ");
    format!("{path}:{}\n    {line}\n    {}\n        {says}\n", mark.line + 1, mark.annotation)
}

/// The folder of a sort of fixtures.
pub fn fixtures(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(kind)
}

/// The names of the folders in a folder of fixtures, in order.
pub fn folders(kind: &str) -> Vec<String> {
    let entries = std::fs::read_dir(fixtures(kind)).unwrap().map(Result::unwrap);
    let mut names: Vec<String> =
        entries.filter(|e| e.path().is_dir()).map(|e| e.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file below a folder, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
