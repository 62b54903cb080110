//! Every edge at a node, from one side or from both.

use crate::{Adjacency, Csr, Direction, Index};

/// The edges of a graph as they are met in one direction, each with its own weight.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    first: &'a Adjacency,
    second: Option<&'a Adjacency>,
}

impl<'a> Sides<'a> {
    pub fn of(graph: &'a Csr, direction: Direction) -> Sides<'a> {
        match direction {
            Direction::Out => Sides { first: graph.outgoing(), second: None },
            Direction::In => Sides { first: graph.incoming(), second: None },
            Direction::Both => Sides { first: graph.outgoing(), second: Some(graph.incoming()) },
        }
    }

    /// Neighbours and weights, an entry for every edge; in [`Direction::Both`] a loop is met twice, once from each end.
    #[inline]
    pub fn weighted(self, node: Index) -> impl Iterator<Item = (Index, f64)> + 'a {
        self.first.weighted(node).chain(self.second.into_iter().flat_map(move |side| side.weighted(node)))
    }

    /// Neighbours ascending, each once, with the least weight of the edges that lead there.
    #[inline]
    pub fn lightest(self, node: Index) -> impl Iterator<Item = (Index, f64)> + 'a {
        let mut first = self.first.weighted(node).peekable();
        let mut second = self.second.into_iter().flat_map(move |side| side.weighted(node)).peekable();
        std::iter::from_fn(move || {
            let next = match (first.peek(), second.peek()) {
                (Some(a), Some(b)) => a.0.min(b.0),
                (Some(only), None) | (None, Some(only)) => only.0,
                (None, None) => return None,
            };
            let mut least = f64::INFINITY;
            while let Some((_, weight)) = first.next_if(|edge| edge.0 == next) {
                least = least.min(weight);
            }
            while let Some((_, weight)) = second.next_if(|edge| edge.0 == next) {
                least = least.min(weight);
            }
            Some((next, least))
        })
    }
}
