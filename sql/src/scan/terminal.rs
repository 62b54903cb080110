//! Findings for people: the source, with carets under what was found and marks under the steps that lead there.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use std::borrow::Cow;
use std::ops::Range;
use stoa_model::FileId;
use stoa_session::SourceText;

use super::finding::{Finding, Place};
use super::run::Scan;
use super::summary::{self, Counts};
use crate::rules::Severity;

/// How wide a rendering is where nobody says.
const WIDTH: usize = 140;
/// How many steps of a way are shown; of a longer one the first and the last.
const STEPS: usize = 10;
/// A node of more lines is shown by its first.
const LINES: u32 = 6;

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    pub colour: bool,
    pub width: Option<usize>,
}

/// The findings that count, and the summary.
pub fn text(scan: &Scan, counts: &Counts, look: Look) -> String {
    let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    let decor = if look.colour { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = renderer.term_width(look.width.unwrap_or(WIDTH)).decor_style(decor);
    let mut text = String::new();
    for finding in scan.findings.iter().filter(|finding| finding.counts()) {
        text.push_str(&draw(scan, finding, &renderer));
        text.push_str("\n\n");
    }
    text.push_str(&summary::line(scan, counts));
    text
}

fn level(severity: Severity) -> Level<'static> {
    let level = match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Info => Level::NOTE,
    };
    level.with_name(severity.as_str())
}

/// A place to mark, and what to write beside it.
struct Mark<'a> {
    place: &'a Place,
    kind: AnnotationKind,
    label: Option<String>,
}

fn draw(scan: &Scan, finding: &Finding, renderer: &Renderer) -> String {
    let rule = &finding.rule;
    let (marks, left_out) = marks(finding);
    // The file of the finding comes first, then those of the steps, in the order of the way.
    let mut files: Vec<FileId> = vec![finding.place.file];
    for mark in &marks {
        if !files.contains(&mark.place.file) {
            files.push(mark.place.file);
        }
    }
    let mut group =
        Group::with_title(level(rule.severity).primary_title(finding.message.as_str()).id(rule.id.as_str()));
    for file in files {
        let here: Vec<&Mark<'_>> = marks.iter().filter(|mark| mark.place.file == file).collect();
        match scan.texts.get(&file) {
            Some(text) => group = group.element(snippet(text, &here)),
            None => {
                let place = here[0].place;
                let origin =
                    annotate_snippets::Origin::path(place.path.to_string()).line(place.line as usize);
                group = group.element(origin.char_column(place.column as usize));
            }
        }
    }
    let mut known = rule.title.clone();
    if !rule.cwe.is_empty() {
        known.push_str(&format!(" ({})", rule.cwe_text()));
    }
    group = group.element(Level::NOTE.message(known));
    if left_out > 0 {
        let steps = if left_out == 1 { "step lies" } else { "steps lie" };
        group =
            group
                .element(Level::NOTE.message(format!(
                    "{left_out} more {steps} between those shown; --format json lists all"
                )));
    }
    if finding.others > 0 {
        let ways = if finding.others == 1 { "way leads" } else { "ways lead" };
        group = group.element(Level::NOTE.message(format!("{} more {ways} here", finding.others)));
    }
    group = group.element(Level::HELP.message(first_sentence(&rule.fix)));
    renderer.render(&[group])
}

/// The finding's own place, and those of the steps to it, and how many of these are left out.
fn marks(finding: &Finding) -> (Vec<Mark<'_>>, usize) {
    let mut marks = vec![Mark { place: &finding.place, kind: AnnotationKind::Primary, label: None }];
    let last = finding.trace.len().saturating_sub(1);
    let mut steps: Vec<(usize, &Place, &str)> = Vec::new();
    for (at, step) in finding.trace.iter().enumerate() {
        let role = match step.role.as_deref() {
            Some(role) if !role.is_empty() && role != "propagation" => role,
            _ if at == 0 => "source",
            _ => "",
        };
        // Steps on one line are one mark, unless one of them says more.
        let same = |before: &(usize, &Place, &str)| {
            before.1.file == step.place.file && before.1.line == step.place.line && role.is_empty()
        };
        if steps.last().is_some_and(same) || (at == last && step.place.bytes == finding.place.bytes) {
            continue;
        }
        steps.push((steps.len() + 1, &step.place, role));
    }
    let end = steps.len() + 1;
    let mut left_out = 0;
    if steps.len() > STEPS {
        left_out = steps.len() - STEPS;
        steps.drain(STEPS / 2..STEPS / 2 + left_out);
    }
    if !steps.is_empty() {
        marks[0].label = Some(format!("{end}: ends here"));
    }
    for (number, place, role) in steps {
        let label = if role.is_empty() { number.to_string() } else { format!("{number}: {role}") };
        marks.push(Mark { place, kind: AnnotationKind::Context, label: Some(label) });
    }
    (marks, left_out)
}

/// The lines of a file that marks are on.
fn snippet<'a>(text: &SourceText, marks: &[&Mark<'_>]) -> Snippet<'a, Annotation<'a>> {
    let bytes = text.bytes();
    let shown: Vec<Range<usize>> = marks.iter().map(|mark| shown(bytes, mark.place)).collect();
    let from = shown.iter().map(|range| range.start).min().unwrap_or(0);
    let to = shown.iter().map(|range| range.end).max().unwrap_or(0);
    let from = bytes[..from].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let to = bytes[to..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| to + at);
    // What is not UTF-8 is shown as U+FFFD, which is longer than what it stands for.
    let at = |byte: usize| String::from_utf8_lossy(&bytes[from..byte.clamp(from, to)]).len();
    let source: String = String::from_utf8_lossy(&bytes[from..to]).into_owned();
    let first = marks.iter().map(|mark| mark.place.line).min().unwrap_or(1);
    let path = marks.first().map(|mark| mark.place.path.to_string()).unwrap_or_default();
    let annotations = marks.iter().zip(&shown).map(|(mark, range)| {
        let label: Option<Cow<'a, str>> = mark.label.clone().map(Cow::Owned);
        mark.kind.span(at(range.start)..at(range.end)).label(label)
    });
    let annotations: Vec<Annotation<'a>> = annotations.collect();
    Snippet::source(source).path(path).line_start(first as usize).annotations(annotations)
}

/// What is marked of a place: all of it, or its first line if it is long.
fn shown(bytes: &[u8], place: &Place) -> Range<usize> {
    let range = place.bytes.clone();
    if place.end_line - place.line < LINES {
        return range;
    }
    let line = bytes[range.clone()].iter().position(|byte| *byte == b'\n').unwrap_or(range.len());
    range.start..range.start + line
}

fn first_sentence(text: &str) -> &str {
    let end = text.find(".\n").or_else(|| text.find(". ")).map_or(text.len(), |at| at + 1);
    text[..end].trim()
}
