//! Which way along the edges a walk goes.

use std::borrow::Cow;

use crate::{Adjacency, Csr};

/// From a node along the edges that leave it, against those that enter it, or along either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    #[default]
    Out,
    In,
    Both,
}

impl Direction {
    /// The neighbours that lie in this direction. In [`Direction::Both`] each neighbour is there once, its weight the sum
    /// of the edges between, and loops are not.
    pub fn adjacency(self, graph: &Csr) -> &Adjacency {
        match self {
            Direction::Out => graph.outgoing(),
            Direction::In => graph.incoming(),
            Direction::Both => graph.undirected().adjacency(),
        }
    }

    /// The neighbours that lie in this direction, each once, at the weight of the lightest edge that leads there: all that
    /// shortest paths need. A copy is made where there are parallel edges, or weights in [`Direction::Both`]. In a graph without
    /// weights those of the undirected side, which are numbers of edges, stay; they are not to be looked at.
    pub fn lightest(self, graph: &Csr) -> Cow<'_, Adjacency> {
        match self {
            Direction::Out => graph.outgoing().simple(),
            Direction::In => graph.incoming().simple(),
            // An undirected pair weighs as much as all its edges together, even if each of them weighs one.
            Direction::Both if graph.undirected().adjacency().all_weights().is_none() => {
                Cow::Borrowed(graph.undirected().adjacency())
            }
            Direction::Both => Cow::Owned(graph.outgoing().joined(graph.incoming())),
        }
    }

    /// The other way.
    pub fn reversed(self) -> Direction {
        match self {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
            Direction::Both => Direction::Both,
        }
    }
}
