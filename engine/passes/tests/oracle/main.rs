//! Control flow and data flow against an interpreter that runs random programs.
//!
//! Each program is generated, printed as Python, lowered and passed over like any file. The interpreter runs the same
//! program, not its text, with random decisions. What it saw must be in the graph: each value that was read has an
//! edge from where it was written, and each step of control is a path of CFG edges.

#![allow(clippy::unwrap_used)] // a test: a panic is its failure

mod program;
mod run;

use std::collections::{HashMap, HashSet};

use program::{Choices, Place, Program};
use proptest::prelude::*;
use run::{Run, Trace};
use stoa_model::{Interner, NodeKind};
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

fn graph(source: &str) -> Graph {
    let language = Language::of_path("p.py").unwrap();
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    let outcome = Workspace::new().lower(language, "p.py", source.as_bytes(), &mut tree, &mut names);
    assert_eq!(outcome.error_nodes, 0, "{source}");
    let mut passes = FilePasses::default();
    passes.run(&tree, language, &mut names);
    let place = |at: Position| {
        let node = tree.get(at);
        (node.line, node.column, node.end - node.start)
    };
    let edges = passes.data_flow.edges.iter().map(|e| (place(e.src), place(e.dst))).collect();
    let named = |at: Position| {
        let node = tree.get(at);
        node.kind == NodeKind::Identifier && program::VARIABLES.contains(&names.get(node.name))
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
                assert!(self.leads(at, next, &stops), "no way to {place:?} in\n{}", program.text);
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
}

fn choices(most: usize) -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 20..most)
}

fn confirm(made: &[u16], runs: &[Vec<u16>], closures: usize) -> (usize, usize) {
    let program = program::generate(&mut Choices(made.iter()), closures);
    let graph = graph(&program.text);
    let mut confirmed = HashSet::new();
    for run in runs {
        let trace = Run::of(&program, Choices(run.iter()));
        graph.check(&program, &trace);
        confirmed.extend(trace.pairs);
    }
    (confirmed.len(), graph.edges.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Without closures.
    #[test]
    fn what_runs_is_in_the_graph(made in choices(160), runs in prop::collection::vec(choices(300), 4)) {
        confirm(&made, &runs, 0);
    }

    #[test]
    fn closures_that_run_are_in_the_graph(made in choices(160), runs in prop::collection::vec(choices(300), 4)) {
        confirm(&made, &runs, 2);
    }
}

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
    let (mut confirmed, mut all) = (0, 0);
    for _ in 0..300 {
        let made = random(120);
        let runs: Vec<Vec<u16>> = (0..100).map(|_| random(300)).collect();
        let (met, edges) = confirm(&made, &runs, 0);
        confirmed += met;
        all += edges;
    }
    println!("{confirmed} of {all} edges are met by a run");
    assert!(confirmed * 100 >= all * 30, "{confirmed} of {all}");
}
