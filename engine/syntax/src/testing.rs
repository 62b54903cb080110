//! What tests of languages look at: a tree as an indented outline.

use std::fmt::Write;
use stoa_model::{Interner, rows::NO_ARGUMENT};

use crate::{Language, Slot, Tree, Workspace};

/// Lowers `source` as the file `path` and prints it, one node a line, from the children of its
/// NAMESPACE_BLOCK on: `KIND control name full_name=… type=… #argument @Slot`.
pub fn outline(path: &str, source: &str) -> String {
    let Some(language) = Language::of_path(path) else { panic!("{path}: no language has this ending") };
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    let outcome = Workspace::new().lower(language, path, source.as_bytes(), &mut tree, &mut names);
    assert_eq!(outcome.error_nodes, 0, "{outcome:?}");
    let mut text = String::new();
    let mut depths = vec![0usize; tree.len() as usize];
    for at in 2..tree.len() {
        let node = tree.get(at);
        depths[at as usize] = if node.parent <= 1 { 0 } else { depths[node.parent as usize] + 1 };
        write!(text, "{}{}", "  ".repeat(depths[at as usize]), node.kind).unwrap();
        if let Some(control) = node.control {
            write!(text, " {control}").unwrap();
        }
        let name = names.get(node.name).trim_start_matches("<operator>.");
        if node.name.is_some() {
            write!(text, " {name}").unwrap();
        }
        if node.full_name.is_some() {
            write!(text, " full={}", names.get(node.full_name)).unwrap();
        }
        if node.type_full_name.is_some() {
            write!(text, " type={}", names.get(node.type_full_name)).unwrap();
        }
        if node.argument_index != NO_ARGUMENT {
            write!(text, " #{}", node.argument_index).unwrap();
        }
        if node.slot != Slot::None {
            write!(text, " @{:?}", node.slot).unwrap();
        }
        text.push('\n');
    }
    text
}

/// Asserts that the outline holds these lines one below the other; the indentation common to the expected
/// lines may be less than in the outline.
#[track_caller]
pub fn assert_outline(path: &str, source: &str, expected: &str) {
    let outline = outline(path, source);
    let expected: Vec<&str> = expected.trim_matches('\n').lines().map(str::trim_end).collect();
    let margin = |lines: &[&str]| lines.iter().map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    let strip = |lines: &[&str]| {
        let margin = margin(lines);
        lines.iter().map(|l| l[margin.min(l.len())..].to_owned()).collect::<Vec<_>>()
    };
    let lines: Vec<&str> = outline.lines().collect();
    let expected = strip(&expected);
    let found = lines.windows(expected.len()).any(|window| strip(window) == expected);
    assert!(found, "not in the outline:\n{}\n──\n{outline}", expected.join("\n"));
}

/// The targets of all assignments in an outline, in the order in which they stand.
pub fn assigned(outline: &str) -> Vec<&str> {
    let lines: Vec<&str> = outline.lines().map(str::trim).collect();
    let assignments = lines.windows(2).filter(|pair| pair[0].starts_with("CALL assignment"));
    assignments.map(|pair| pair[1]).collect()
}
