//! Edges that still look for their end.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::borrow::Cow;
use stoa_model::EdgeLabel;
use stoa_syntax::Position;

type Edge = (Position, Option<EdgeLabel>);

/// The sources and labels of edges whose destination is the next node that control reaches. No edge counts twice.
#[derive(Clone, Default, Debug)]
pub struct Fringe {
    edges: SmallVec<[Edge; 2]>,
    /// How many edges there were when duplicates were last looked for. Fringes of generated code grow to thousands
    /// of edges, one or two at a time: looking each time would take the square of that, a switch at a time.
    clean: usize,
}

/// Up to this many edges, looking for duplicates costs next to nothing.
const FEW: usize = 16;

impl Fringe {
    /// An unlabelled edge from a node.
    pub fn of(at: Position) -> Fringe {
        Fringe::edge(at, None)
    }

    pub fn edge(at: Position, label: Option<EdgeLabel>) -> Fringe {
        Fringe { edges: SmallVec::from_slice(&[(at, label)]), clean: 1 }
    }

    /// Each edge once, in the order they came.
    pub fn edges(&self) -> Cow<'_, [Edge]> {
        if self.clean == self.edges.len() {
            return Cow::Borrowed(&self.edges);
        }
        Cow::Owned(unique(&self.edges).into_vec())
    }

    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// Adds the edges of another fringe, behind its own.
    pub fn join(&mut self, mut other: Fringe) {
        if self.edges.is_empty() {
            *self = other;
            return;
        }
        self.clean = self.clean.max(other.clean);
        if other.edges.len() > self.edges.len() {
            other.edges.insert_many(0, self.edges.drain(..));
            self.edges = other.edges;
        } else {
            self.edges.append(&mut other.edges);
        }
        let count = self.edges.len();
        if count <= FEW || count > 2 * self.clean {
            self.edges = unique(&self.edges);
            self.clean = self.edges.len();
        }
    }

    /// The same edges with a label. An edge that has one already (a branch that ended in nothing) keeps it.
    pub fn labelled(&self, label: EdgeLabel) -> Fringe {
        // Two edges that differed in their labels alone may be the same now.
        let edges = self.edges.iter().map(|&(at, old)| (at, old.or(Some(label)))).collect();
        let mut labelled = Fringe { edges, clean: 0 };
        if labelled.edges.len() <= FEW {
            labelled.edges = unique(&labelled.edges);
            labelled.clean = labelled.edges.len();
        }
        labelled
    }
}

/// The edges without those that stand further to the front already.
fn unique(edges: &[Edge]) -> SmallVec<[Edge; 2]> {
    let mut unique: SmallVec<[Edge; 2]> = SmallVec::with_capacity(edges.len());
    if edges.len() <= FEW {
        for edge in edges {
            if !unique.contains(edge) {
                unique.push(*edge);
            }
        }
    } else {
        let mut seen = FxHashSet::default();
        unique.extend(edges.iter().filter(|(at, label)| seen.insert((*at, label.map(|l| l as u8)))).copied());
    }
    unique
}
