//! Data dependence: which writes reach which reads.
//!
//! In: one file's tree, what its names mean ([`crate::scopes`]), and each method's control flow and dominators. Out:
//! REACHING_DEF edges, from the node that is written to the node that reads, labelled with the variable or path.
//! `docs/reference/data-flow.md` says what a definition, a use, and a call's effect are taken to be.
//!
//! ```text
//! tree ── paths: a cell for each variable and path ──► events: what each node reads and writes ──► ssa: edges
//!         (objects: what may be the same memory)        (a method, in the order of control)
//! ```
//!
//! Never here: another file, what a called method does, dead code.

mod events;
mod objects;
mod paths;
mod ssa;

pub use ssa::budget;

use rustc_hash::FxHashMap;
use stoa_model::{Interner, NodeKind, Operator, Symbol};
use stoa_syntax::{Language, Position, Tree};

use crate::cfg::{FlowGraph, MethodFlow};
use crate::dominance::Dominance;
use crate::scopes::Scopes;
use events::Collector;
use objects::NONE;
use paths::Paths;
use ssa::{Access, Events, Ssa};

/// A definition that reaches a use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reach {
    pub src: Position,
    pub dst: Position,
    /// The variable or path, as `dst` writes it; as `src` does where `dst` is METHOD_RETURN.
    pub label: Symbol,
}

/// The longest label, in names: `a.b.c.d…` behind that is cut.
const LABEL_PARTS: usize = 8;

/// The pass and its buffers, kept from file to file.
#[derive(Default, Debug)]
pub struct DataFlow {
    pub edges: Vec<Reach>,
    paths: Paths,
    collector: Collector,
    events: Events,
    ssa: Ssa,
    /// Accesses to variables that closures share, and to what is in them: (cell, method, node), writes and reads.
    shared_writes: Vec<(u32, Position, Position)>,
    shared_reads: Vec<(u32, Position, Position)>,
    labels: FxHashMap<Position, Symbol>,
}

impl DataFlow {
    /// Reads a file. Its methods follow.
    pub fn begin(&mut self, tree: &Tree, language: &Language, names: &mut Interner, scopes: &Scopes) {
        self.edges.clear();
        self.shared_writes.clear();
        self.shared_reads.clear();
        self.paths.run(tree, language, names, scopes);
        self.collector.begin(tree, language, &mut self.paths);
    }

    /// Adds the edges of a method. Gives `false` when [`budget`] cut them short.
    pub fn method(
        &mut self,
        tree: &Tree,
        flow: &MethodFlow,
        graph: &FlowGraph,
        dominance: &Dominance,
    ) -> bool {
        self.collector.run(tree, flow, graph, &mut self.paths, &mut self.events);
        for event in &self.events.list {
            let cell = event.cell;
            if let Some(owner) = self.collector.shared_owner(cell) {
                // A method's own accesses to its own variable are ordered by its control flow.
                let entry = (cell, if owner == flow.method { owner } else { NONE }, event.node);
                match event.access {
                    Access::Use => self.shared_reads.push(entry),
                    Access::Define | Access::MayDefine => self.shared_writes.push(entry),
                    Access::Kill => {}
                }
            }
        }
        let first = self.edges.len();
        let edges = &mut self.edges;
        let complete = self.ssa.run(graph, dominance, &self.events, self.paths.objects.len(), |src, dst| {
            edges.push(Reach { src, dst, label: Symbol::NONE });
        });
        self.edges[first..].sort_unstable();
        let mut kept = first;
        for place in first..self.edges.len() {
            if place == first || self.edges[place] != self.edges[kept - 1] {
                self.edges[kept] = self.edges[place];
                kept += 1;
            }
        }
        self.edges.truncate(kept);
        complete
    }

    /// Adds the edges between methods and closures, and the labels. Gives the first method whose edges met the budget.
    pub fn finish(&mut self, tree: &Tree, names: &mut Interner) -> Option<Symbol> {
        let cut = self.between_methods(tree);
        self.labels.clear();
        let mut text = String::new();
        for place in 0..self.edges.len() {
            let Reach { src, dst, .. } = self.edges[place];
            let named = if self.paths.cell_of[dst as usize] == NONE { src } else { dst };
            let label = match self.labels.get(&named) {
                Some(&known) => known,
                None => {
                    let label = label(tree, names, named, &mut text);
                    self.labels.insert(named, label);
                    label
                }
            };
            self.edges[place].label = label;
        }
        cut
    }

    /// A closure runs when somebody calls it, and nobody knows when: each write of a variable that it shares may
    /// reach each read in another method, and each read of its own from the call before.
    fn between_methods(&mut self, tree: &Tree) -> Option<Symbol> {
        self.shared_writes.sort_unstable();
        self.shared_writes.dedup();
        self.shared_reads.sort_unstable();
        self.shared_reads.dedup();
        let mut budget = budget(self.shared_reads.len() + self.shared_writes.len());
        let (mut reads, mut cut) = (0, None);
        let first = self.edges.len();
        for group in self.shared_writes.chunk_by(|a, b| a.0 == b.0) {
            let cell = group[0].0;
            while self.shared_reads.get(reads).is_some_and(|r| r.0 < cell) {
                reads += 1;
            }
            let readers = self.shared_reads[reads..].iter().take_while(|r| r.0 == cell);
            for &(_, from, src) in group {
                for &(_, to, dst) in readers.clone() {
                    if from != NONE && from == to {
                        continue;
                    }
                    if budget == 0 {
                        let method = tree.get(src).method;
                        cut = cut.or((method != NONE).then(|| tree.get(method).full_name));
                        break;
                    }
                    budget -= 1;
                    self.edges.push(Reach { src, dst, label: Symbol::NONE });
                }
            }
        }
        if self.edges.len() > first {
            self.edges.sort_unstable();
            self.edges.dedup();
        }
        cut
    }
}

/// A variable or path as text: `a`, `a.b`, `a[0]`, `d["k"]`, `a[]` of an element that may be any.
fn label(tree: &Tree, names: &mut Interner, at: Position, text: &mut String) -> Symbol {
    let mut parts = [at; LABEL_PARTS];
    let mut count = 0;
    let mut head = at;
    while tree.get(head).kind == NodeKind::Call
        && Operator::of(tree.get(head).name).is_some()
        && let Some(base) = tree.children(head).next()
    {
        if count == LABEL_PARTS {
            parts.rotate_left(1);
            count -= 1;
        }
        parts[count] = head;
        count += 1;
        head = base;
    }
    if count == 0 {
        return tree.get(at).name;
    }
    text.clear();
    text.push_str(names.get(tree.get(head).name));
    for &part in parts[..count].iter().rev() {
        let second = tree.children(part).nth(1);
        let constant = second
            .map(|s| tree.get(s))
            .filter(|s| matches!(s.kind, NodeKind::FieldIdentifier | NodeKind::Literal));
        match (Operator::of(tree.get(part).name), constant) {
            (Some(Operator::FieldAccess | Operator::IndirectFieldAccess), Some(field)) => {
                text.push('.');
                text.push_str(names.get(field.name));
            }
            (Some(Operator::IndexAccess), Some(index)) => {
                text.push('[');
                text.push_str(names.get(index.name));
                text.push(']');
            }
            (Some(Operator::Indirection | Operator::Next | Operator::Slice | Operator::IndexAccess), _) => {
                text.push_str("[]");
            }
            _ => {}
        }
    }
    names.intern(text)
}
