//! Fixtures of control flow and references: sources with what is expected written below the lines it is about.
//!
//! A comment of carets marks the text above it and says one of these of it:
//!
//! ```text
//! while x > 0:
//! #     ^^^^^ cfg: true: step(x) | false: done()
//! ```
//! - `cfg: …` all successors of the marked node, separated by ` | `: a label if the edge has one, then the successor's
//!   text (its first line) or its name (`<operator>.next`, `case`, `<tmp>` of any temporary); `end` is the end of the method. `@n` behind it
//!   tells the line where the text alone would be ambiguous.
//! - `entry: …` the same of the method that begins on the line (and column, if there are several).
//! - `dead` no edge leads to the marked node.
//! - `def: a` names the declaration above the carets; `ref: a` says that the marked name means it;
//!   `ref: none` that it means nothing in this file.
//! - `captures: a, b` the variables that the closure that begins here takes from outside.
//! - `from: …` all definitions that reach what is marked, separated by ` | `, named as above; `@n` alone is any on that line;
//!   `none` says that none does.
//!
//! Expectations are written from the language's definition, never from output; hence there is no way to update them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use stoa_model::{Interner, NodeKind};
use stoa_passes::file::FilePasses;
use stoa_syntax::{Language, Node, Position, Tree, Workspace};

use crate::marks::{self, Mark, alternatives, files_below, fixtures, folders};

const LABELS: [&str; 5] = ["true", "false", "case", "default", "exception"];

/// A lowered file and what the passes found.
struct File {
    path: String,
    source: String,
    lines: Vec<usize>,
    tree: Tree,
    names: Interner,
    passes: FilePasses,
}

impl File {
    fn read(path: &Path) -> File {
        let source = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let language = Language::of_path(name).unwrap();
        let (mut tree, mut names) = (Tree::default(), Interner::new());
        let outcome = Workspace::new().lower(language, name, source.as_bytes(), &mut tree, &mut names);
        assert_eq!(outcome.error_nodes, 0, "{} has syntax errors", path.display());
        let mut passes = FilePasses::default();
        passes.run(&tree, language, &mut names);
        let mut lines = vec![0];
        lines.extend(source.match_indices('\n').map(|(at, _)| at + 1));
        File { path: path.display().to_string(), source, lines, tree, names, passes }
    }

    fn node(&self, at: Position) -> &Node {
        self.tree.get(at)
    }

    fn nodes(&self) -> impl Iterator<Item = (Position, &Node)> {
        self.tree.nodes.iter().enumerate().map(|(at, node)| (at as Position, node))
    }

    /// The bytes a mark stands under.
    fn range(&self, mark: &Mark<'_>) -> (u32, u32) {
        let line = self.lines[mark.line];
        ((line + mark.start) as u32, (line + mark.end) as u32)
    }

    fn first_line(&self, node: &Node) -> &str {
        let text = &self.source[node.start as usize..node.end as usize];
        text.lines().next().unwrap_or("").trim_end()
    }

    /// A node as an expectation can name it.
    fn describe(&self, at: Position) -> String {
        let node = self.node(at);
        let line = node.line + 1;
        match node.kind {
            NodeKind::MethodReturn => "end".to_owned(),
            _ => format!("{} @{line} ({})", self.first_line(node), self.names.get(node.name)),
        }
    }

    fn is(&self, at: Position, expected: &str) -> bool {
        let (text, line) = match expected.rsplit_once(" @") {
            Some((text, line)) if line.parse::<u32>().is_ok() => (text, line.parse::<u32>().ok()),
            _ => (expected, None),
        };
        let node = self.node(at);
        if node.kind == NodeKind::MethodReturn || text == "end" {
            return node.kind == NodeKind::MethodReturn && text == "end";
        }
        line.is_none_or(|line| line == node.line + 1)
            && (self.first_line(node) == text
                || self.names.get(node.name) == text
                || (text == "<tmp>" && self.names.get(node.name).starts_with(text)))
    }

    /// Whether the node's text is what the carets mark; of a text of several lines, its first line.
    fn is_marked(&self, node: &Node, (start, end): (u32, u32)) -> bool {
        node.start == start && start as usize + self.first_line(node).len() == end as usize
    }

    fn successors(&self, of: Position) -> Vec<(Option<&'static str>, Position)> {
        let edges = self.passes.control_flow.iter().filter(|e| e.src == of);
        edges.map(|e| (e.label.map(|l| l.as_str()), e.dst)).collect()
    }

    fn compare_successors(&self, of: Position, expected: &str) -> Result<(), String> {
        let found = self.successors(of);
        let expected: Vec<(Option<&str>, &str)> = expected
            .split(" | ")
            .map(|one| match one.trim().split_once(": ") {
                Some((label, text)) if LABELS.contains(&label) => (Some(label), text.trim()),
                _ => (None, one.trim()),
            })
            .collect();
        let mut left = found.clone();
        let all = expected.iter().all(|(label, text)| {
            let place = left.iter().position(|(l, at)| l == label && self.is(*at, text));
            place.map(|place| left.swap_remove(place)).is_some()
        });
        if all && left.is_empty() {
            return Ok(());
        }
        let mut says = String::from("found:");
        for (label, at) in found {
            write!(
                says,
                "\n          {}{}",
                label.map_or(String::new(), |l| format!("{l} ")),
                self.describe(at)
            )
            .unwrap();
        }
        Err(says)
    }

    fn check(&self, mark: &Mark<'_>, defs: &BTreeMap<&str, Position>) -> Result<(), String> {
        let rest = mark.rest;
        match mark.word {
            "cfg" => {
                let marked = self.range(mark);
                let mut inside: Vec<Position> = self
                    .nodes()
                    .filter(|(at, node)| self.is_marked(node, marked) && self.takes_part(*at))
                    .map(|(at, _)| at)
                    .collect();
                if inside.is_empty() {
                    return Err("no node of the control flow is marked".into());
                }
                // One text may stand for several nodes (sugar): one of them has these successors.
                let results: Vec<_> = inside.drain(..).map(|at| self.compare_successors(at, rest)).collect();
                if results.iter().any(Result::is_ok) {
                    return Ok(());
                }
                results.into_iter().collect()
            }
            "dead" => {
                let marked = self.range(mark);
                let alive = self.nodes().find(|(at, node)| {
                    self.is_marked(node, marked) && self.passes.control_flow.iter().any(|e| e.dst == *at)
                });
                alive.map_or(Ok(()), |(at, _)| Err(format!("found an edge to {}", self.describe(at))))
            }
            "entry" => match self.method_at(mark) {
                Some(method) => self.compare_successors(method, rest),
                None => Err("no method begins here".into()),
            },
            "captures" => {
                let Some(method) = self.method_at(mark) else { return Err("no method begins here".into()) };
                let found: BTreeSet<&str> = (self.passes.scopes.captures.iter())
                    .filter(|(closure, _)| *closure == method)
                    .map(|(_, variable)| self.names.get(self.node(*variable).name))
                    .collect();
                let expected: BTreeSet<&str> =
                    rest.split(',').map(str::trim).filter(|n| !n.is_empty()).collect();
                if found == expected { Ok(()) } else { Err(format!("found: {found:?}")) }
            }
            "def" => Ok(()),
            "ref" => self.check_reference(mark, rest, defs),
            "from" => self.check_definitions(mark, rest),
            other => Err(format!("`{other}` is no word of these fixtures")),
        }
    }

    /// The definitions that reach what is marked.
    fn check_definitions(&self, mark: &Mark<'_>, expected: &str) -> Result<(), String> {
        let marked = self.range(mark);
        let read: Vec<Position> =
            self.nodes().filter(|(_, node)| self.is_marked(node, marked)).map(|(at, _)| at).collect();
        if read.is_empty() {
            return Err("no node is marked".into());
        }
        let edges = self.passes.data_flow.edges.iter().filter(|e| read.contains(&e.dst));
        let found: BTreeSet<Position> = edges.map(|e| e.src).collect();
        let expected: Vec<&str> = alternatives(expected).filter(|e| *e != "none").collect();
        let is = |at: Position, one: &str| match one.strip_prefix('@') {
            Some(line) => line.parse() == Ok(self.node(at).line + 1),
            None => self.is(at, one),
        };
        let all_met = expected.iter().all(|one| found.iter().any(|at| is(*at, one)));
        if all_met && found.iter().all(|at| expected.iter().any(|one| is(*at, one))) {
            return Ok(());
        }
        let found: Vec<String> = found.iter().map(|at| self.describe(*at)).collect();
        Err(format!("found: {}", if found.is_empty() { "none".into() } else { found.join(" | ") }))
    }

    fn takes_part(&self, at: Position) -> bool {
        self.passes.control_flow.iter().any(|e| e.src == at || e.dst == at)
    }

    /// The method that begins on the line of a mark, at its carets if there are several.
    fn method_at(&self, mark: &Mark<'_>) -> Option<Position> {
        let (start, _) = self.range(mark);
        let on_line: Vec<(Position, u32)> = self
            .nodes()
            .filter(|(_, n)| n.kind == NodeKind::Method && n.line as usize == mark.line)
            .filter(|(_, n)| self.names.get(n.name) != "<module>")
            .map(|(at, n)| (at, n.start))
            .collect();
        let here = on_line.iter().find(|(_, from)| *from == start);
        here.or(on_line.first()).map(|(at, _)| *at)
    }

    fn check_reference(
        &self,
        mark: &Mark<'_>,
        name: &str,
        defs: &BTreeMap<&str, Position>,
    ) -> Result<(), String> {
        let (start, end) = self.range(mark);
        let text = &self.source[start as usize..end as usize];
        let scopes = &self.passes.scopes;
        let mut uses: Vec<(Position, u32)> = self
            .nodes()
            .filter(|(_, n)| n.start <= start && end <= n.end && self.names.get(n.name) == text)
            .filter(|(_, n)| {
                matches!(
                    n.kind,
                    NodeKind::Identifier
                        | NodeKind::FieldIdentifier
                        | NodeKind::Call
                        | NodeKind::TypeRef
                        | NodeKind::MethodRef
                )
            })
            .map(|(at, n)| (at, n.end - n.start))
            .collect();
        let Some(smallest) = uses.iter().map(|(_, size)| *size).min() else {
            return Err(format!("no use of `{text}` is marked"));
        };
        uses.retain(|(_, size)| *size == smallest);
        let mut found: BTreeSet<Position> = BTreeSet::new();
        for (at, _) in uses {
            found.extend(scopes.refs.iter().filter(|r| r.0 == at).map(|r| r.1));
            found.extend(scopes.calls.iter().filter(|r| r.0 == at).map(|r| r.1));
        }
        let expected: BTreeSet<Position> = match name {
            "none" => BTreeSet::new(),
            name => match defs.get(name) {
                Some(def) => [*def].into(),
                None => return Err(format!("no declaration is marked `def: {name}`")),
            },
        };
        if found == expected {
            return Ok(());
        }
        let found: Vec<String> = found
            .iter()
            .map(|at| format!("{} {}", self.node(*at).kind.as_str(), self.describe(*at)))
            .collect();
        Err(format!("found: {}", if found.is_empty() { "nothing".into() } else { found.join(", ") }))
    }

    /// The declarations that marks name.
    fn definitions<'m>(&self, marks: &'m [Mark<'_>]) -> Result<BTreeMap<&'m str, Position>, String> {
        let mut defs = BTreeMap::new();
        for mark in marks {
            if mark.word != "def" {
                continue;
            }
            let (start, end) = self.range(mark);
            let text = &self.source[start as usize..end as usize];
            let declared = self
                .nodes()
                .filter(|(_, n)| {
                    matches!(
                        n.kind,
                        NodeKind::Local
                            | NodeKind::Member
                            | NodeKind::Method
                            | NodeKind::MethodParameterIn
                            | NodeKind::TypeDecl
                            | NodeKind::TypeParameter
                            | NodeKind::Import
                    ) && n.start <= start
                        && end <= n.end
                        && self.names.get(n.name) == text
                })
                .min_by_key(|(_, n)| n.end - n.start);
            match declared {
                Some((at, _)) => defs.insert(mark.rest, at),
                None => return Err(self.complaint(mark, "no declaration of this name is marked")),
            };
        }
        Ok(defs)
    }

    fn complaint(&self, mark: &Mark<'_>, says: &str) -> String {
        marks::complaint(&self.path, &self.source, mark, says)
    }
}

/// Checks every fixture of a language.
fn check(language: &str) {
    let folder = fixtures("flow").join(language);
    let paths = files_below(&folder);
    let (mut complaints, mut checked) = (Vec::new(), 0);
    for path in paths {
        let file = File::read(&path);
        let marks = marks::marks(&file.source);
        match file.definitions(&marks) {
            Err(complaint) => complaints.push(complaint),
            Ok(defs) => {
                let failed = marks
                    .iter()
                    .filter_map(|m| file.check(m, &defs).err().map(|says| file.complaint(m, &says)));
                complaints.extend(failed);
                checked += marks.len();
            }
        }
    }
    assert!(
        complaints.is_empty(),
        "{} of {checked} are wrong\n\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    assert!(checked > 0, "nothing is checked in {}", folder.display());
}

macro_rules! languages {
    ($($name:ident),+) => {
        $(#[test] fn $name() { check(stringify!($name)); })+

        /// No folder of fixtures stands there unread.
        #[test]
        fn every_folder_is_checked() {
            assert_eq!(folders("flow"), [$(stringify!($name)),+]);
        }
    };
}

languages!(c, cpp, csharp, elixir, go, java, javascript, python, rust, typescript);
