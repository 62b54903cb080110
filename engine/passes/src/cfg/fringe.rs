//! Edges that still look for their end.

use smallvec::SmallVec;
use stoa_model::EdgeLabel;
use stoa_syntax::Position;

type Edge = (Position, Option<EdgeLabel>);

/// The sources and labels of edges whose destination is the next node that control reaches.
#[derive(Clone, Default, Debug)]
pub struct Fringe(SmallVec<[Edge; 2]>);

impl Fringe {
    /// An unlabelled edge from a node.
    pub fn of(at: Position) -> Fringe {
        Fringe::edge(at, None)
    }

    pub fn edge(at: Position, label: Option<EdgeLabel>) -> Fringe {
        Fringe(SmallVec::from_slice(&[(at, label)]))
    }

    pub fn edges(&self) -> &[Edge] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the edges of another fringe.
    pub fn join(&mut self, other: Fringe) {
        if self.0.is_empty() {
            *self = other;
            return;
        }
        for edge in other.0 {
            if !self.0.contains(&edge) {
                self.0.push(edge);
            }
        }
    }

    /// The same edges with a label. An edge that has one already (a branch that ended in nothing) keeps it.
    pub fn labelled(&self, label: EdgeLabel) -> Fringe {
        Fringe(self.0.iter().map(|&(at, old)| (at, old.or(Some(label)))).collect())
    }
}
