//! Control flow and data flow against an interpreter that runs random programs.
//!
//! Each program is generated, printed in a language, lowered and passed over like any file. The interpreter runs the same
//! program, not its text, with random decisions. What it saw must be in the graph: each value that was read has an
//! edge from where it was written, and each step of control is a path of CFG edges.

#![allow(clippy::unwrap_used)] // a test: a panic is its failure

mod dialect;
mod print;
mod program;
mod run;

use std::collections::{HashMap, HashSet};

use dialect::Dialect;
use program::{Choices, Place, Program};
use proptest::prelude::*;
use run::{Run, Trace};
use stoa_model::{EdgeKind, Interner, NodeKind};
use stoa_passes::FilePasses;
use stoa_syntax::{Language, Position, Tree, Workspace};

struct Graph {
    tree: Tree,
    passes: FilePasses,
    /// The nodes of the source's own variables, by place.
    identifiers: HashMap<Place, Position>,
    edges: HashSet<(Place, Place)>,
    steps: HashMap<Position, Vec<Position>>,
}

fn graph(dialect: Dialect, source: &str) -> Graph {
    let language = Language::of_path(dialect.file()).unwrap();
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    let outcome = Workspace::new().lower(language, dialect.file(), source.as_bytes(), &mut tree, &mut names);
    assert_eq!(outcome.error_nodes, 0, "{source}");
    let mut passes = FilePasses::default();
    passes.run(&tree, language, &mut names);
    let lines: Vec<&str> = source.lines().collect();
    let place = |at: Position| {
        let node = tree.get(at);
        let whole = (node.line, node.column, node.end - node.start);
        if !matches!(node.kind, NodeKind::MethodParameterIn | NodeKind::Local) {
            return whole;
        }
        // A declaration is as long as its type: what counts is where its name stands.
        let name = names.get(node.name);
        let line = &lines[node.line as usize][node.column as usize..];
        let is_word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
        let stands = |&(found, _): &(usize, &str)| {
            let bytes = line.as_bytes();
            let before = found.checked_sub(1).and_then(|b| bytes.get(b));
            !is_word(before) && !is_word(bytes.get(found + name.len()))
        };
        match line.match_indices(name).find(stands) {
            Some((found, _)) => (node.line, node.column + found as u32, name.len() as u32),
            None => whole,
        }
    };
    let edges = passes.data_flow.edges.iter().map(|e| (place(e.src), place(e.dst))).collect();
    // What sugar reads once more stands at the place of something else.
    let named = |at: Position| {
        let node = tree.get(at);
        let text = &source[node.start as usize..node.end as usize];
        node.kind == NodeKind::Identifier
            && program::VARIABLES.contains(&text)
            && names.get(node.name) == text
    };
    let identifiers = (0..tree.len()).filter(|at| named(*at)).map(|at| (place(at), at)).collect();
    let mut steps: HashMap<Position, Vec<Position>> = HashMap::new();
    for edge in &passes.control_flow {
        steps.entry(edge.src).or_default().push(edge.dst);
    }
    Graph { tree, passes, identifiers, edges, steps }
}

impl Graph {
    /// Whether control can go from one identifier to another (or the end) without meeting a third.
    fn leads(&self, from: Position, to: Position, stops: &HashSet<Position>) -> bool {
        let (mut work, mut seen) = (vec![from], HashSet::new());
        while let Some(at) = work.pop() {
            for &next in self.steps.get(&at).into_iter().flatten() {
                if next == to {
                    return true;
                }
                if !stops.contains(&next) && seen.insert(next) {
                    work.push(next);
                }
            }
        }
        false
    }

    fn check(&self, program: &Program, trace: &Trace) {
        for &(written, read) in &trace.pairs {
            assert!(
                self.edges.contains(&(written, read)),
                "no edge from {written:?} to {read:?} in\n{}",
                program.text
            );
        }
        let stops: HashSet<Position> = self.identifiers.values().copied().collect();
        for (passed, ended) in &trace.activations {
            let Some(first) = passed.first() else { continue };
            let method = self.tree.get(self.identifiers[first]).method;
            let flow = self.passes.methods.iter().find(|m| m.method == method).unwrap();
            let mut at = method;
            for place in passed {
                let next = self.identifiers[place];
                assert!(
                    self.leads(at, next, &stops),
                    "no way from {} to {place:?} in\n{}",
                    self.tree.get(at).line,
                    program.text
                );
                at = next;
            }
            if *ended {
                assert!(
                    self.leads(at, flow.exit, &stops),
                    "no way from {at} to the end of\n{}",
                    program.text
                );
            }
        }
    }

    /// Each node that takes part in control flow is reached from its METHOD, and then has an immediate dominator, or is
    /// dead, and then has none and no part in data flow. What is evaluated takes part.
    fn check_reachability(&self, text: &str) {
        let immediate = |kind| self.passes.dominance.iter().filter(move |d| d.0 == kind).map(|d| d.2);
        let dominated: HashSet<Position> = immediate(EdgeKind::Dominate).collect();
        let mut part: HashSet<Position> = HashSet::new();
        let mut dead: HashSet<Position> = HashSet::new();
        for flow in &self.passes.methods {
            let (mut reached, mut work) = (HashSet::from([flow.method]), vec![flow.method]);
            while let Some(at) = work.pop() {
                let next = self.steps.get(&at).into_iter().flatten();
                work.extend(next.filter(|next| reached.insert(**next)));
            }
            let edges = &self.passes.control_flow[flow.edges.clone()];
            for at in edges.iter().flat_map(|e| [e.src, e.dst]) {
                part.insert(at);
                let is_marked = !dominated.contains(&at) && at != flow.method;
                assert_eq!(!reached.contains(&at), is_marked, "{:?} in\n{text}", self.tree.get(at));
                if is_marked {
                    dead.insert(at);
                }
            }
        }
        for edge in &self.passes.data_flow.edges {
            let touches = dead.contains(&edge.src) || dead.contains(&edge.dst);
            assert!(!touches, "data flows through dead code: {edge:?} in\n{text}");
        }
        for at in 0..self.tree.len() {
            let node = self.tree.get(at);
            let evaluated = matches!(node.kind, NodeKind::Call | NodeKind::Identifier | NodeKind::Return);
            assert!(!evaluated || part.contains(&at), "{node:?} takes no part in\n{text}");
        }
    }
}

fn choices(most: usize) -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 20..most)
}

/// Holds the graph of a program to some runs of it. Gives how many edges the runs have met, and how many there are.
fn confirm(dialect: Dialect, made: &[u16], runs: &[Vec<u16>], closures: usize) -> (usize, usize) {
    let mut program = program::generate(dialect, &mut Choices(made.iter()), closures);
    print::print(&mut program);
    let graph = graph(dialect, &program.text);
    graph.check_reachability(&program.text);
    let mut confirmed = HashSet::new();
    for run in runs {
        let trace = Run::of(&program, Choices(run.iter()));
        graph.check(&program, &trace);
        confirmed.extend(trace.pairs);
    }
    (confirmed.len(), graph.edges.len())
}

macro_rules! dialects {
    ($($name:ident: $dialect:ident),+) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(300))]

            $(
                #[test]
                fn $name(made in choices(160), runs in prop::collection::vec(choices(300), 4), closures in 0usize..3) {
                    let closures = if Dialect::$dialect.has_closures() { closures } else { 0 };
                    confirm(Dialect::$dialect, &made, &runs, closures);
                }
            )+
        }

        #[test]
        fn every_dialect_is_run() {
            assert_eq!(Dialect::ALL, [$(Dialect::$dialect),+]);
        }
    };
}

dialects!(
    c: C, cpp: Cpp, csharp: Csharp, go: Go, java: Java, javascript: JavaScript, python: Python, rust: Rust,
    typescript: TypeScript
);

/// How many edges some run confirms, of programs without closures. Edges that no run of these can confirm (what a call
/// may change) count against it.
#[test]
fn most_edges_are_met_by_some_run() {
    let mut state = 1u64;
    let mut random = |count: usize| -> Vec<u16> {
        let step = |_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as u16
        };
        (0..count).map(step).collect()
    };
    for dialect in Dialect::ALL {
        let (mut confirmed, mut all) = (0, 0);
        for _ in 0..60 {
            let made = random(120);
            let runs: Vec<Vec<u16>> = (0..100).map(|_| random(300)).collect();
            let (met, edges) = confirm(dialect, &made, &runs, 0);
            confirmed += met;
            all += edges;
        }
        println!("{dialect:?}: {confirmed} of {all} edges are met by a run");
        assert!(confirmed * 100 >= all * 20, "{dialect:?}: {confirmed} of {all}");
    }
}
