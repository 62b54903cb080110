//! petgraph's view of a [`Csr`]: its algorithms (`petgraph::algo`) run on it as it is.

use petgraph::Direction;
use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GraphBase, GraphProp, GraphRef, IntoEdgeReferences, IntoEdges,
    IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCompactIndexable,
    NodeCount, NodeIndexable, VisitMap, Visitable,
};
use std::iter::Copied;
use std::ops::Range;
use std::slice::Iter;

use crate::{Csr, Edge, Index};

/// The neighbours of a node in one direction.
pub type NeighborsOf<'a> = Copied<Iter<'a, Index>>;

impl GraphBase for Csr {
    type NodeId = Index;
    type EdgeId = u32;
}

impl GraphProp for Csr {
    type EdgeType = petgraph::Directed;
}

/// Nodes weigh their ids, edges their weights.
impl Data for Csr {
    type NodeWeight = i64;
    type EdgeWeight = f64;
}

impl NodeCount for Csr {
    fn node_count(&self) -> usize {
        Csr::node_count(self)
    }
}

impl EdgeCount for Csr {
    fn edge_count(&self) -> usize {
        Csr::edge_count(self)
    }
}

impl NodeIndexable for Csr {
    fn node_bound(&self) -> usize {
        Csr::node_count(self)
    }

    fn to_index(&self, node: Index) -> usize {
        node as usize
    }

    fn from_index(&self, index: usize) -> Index {
        index as Index
    }
}

impl NodeCompactIndexable for Csr {}

/// A set of nodes, one byte each.
#[derive(Clone, Debug, Default)]
pub struct Visited(Vec<bool>);

impl VisitMap<Index> for Visited {
    fn visit(&mut self, node: Index) -> bool {
        !std::mem::replace(&mut self.0[node as usize], true)
    }

    fn is_visited(&self, node: &Index) -> bool {
        self.0[*node as usize]
    }

    fn unvisit(&mut self, node: Index) -> bool {
        std::mem::replace(&mut self.0[node as usize], false)
    }
}

impl Visitable for Csr {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(vec![false; Csr::node_count(self)])
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.resize(Csr::node_count(self), false);
    }
}

impl IntoNodeIdentifiers for &Csr {
    type NodeIdentifiers = Range<Index>;

    fn node_identifiers(self) -> Range<Index> {
        0..Csr::node_count(self) as Index
    }
}

impl<'a> IntoNeighbors for &'a Csr {
    type Neighbors = NeighborsOf<'a>;

    fn neighbors(self, node: Index) -> NeighborsOf<'a> {
        self.outgoing().neighbours(node).iter().copied()
    }
}

impl<'a> IntoNeighborsDirected for &'a Csr {
    type NeighborsDirected = NeighborsOf<'a>;

    fn neighbors_directed(self, node: Index, direction: Direction) -> NeighborsOf<'a> {
        match direction {
            Direction::Outgoing => self.outgoing().neighbours(node).iter().copied(),
            Direction::Incoming => self.incoming().neighbours(node).iter().copied(),
        }
    }
}

/// An edge and its weight.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    edge: Edge,
    weight: &'a f64,
}

impl<'a> EdgeRef for Reference<'a> {
    type NodeId = Index;
    type EdgeId = u32;
    type Weight = f64;

    fn source(&self) -> Index {
        self.edge.source
    }

    fn target(&self) -> Index {
        self.edge.target
    }

    fn weight(&self) -> &'a f64 {
        self.weight
    }

    fn id(&self) -> u32 {
        self.edge.number
    }
}

/// The edges of a node in one direction, or of the whole graph.
pub struct EdgesOf<'a> {
    csr: &'a Csr,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Outgoing {
        node: Index,
        edges: Range<usize>,
    },
    /// `run`: how many edges from `last` have been.
    Incoming {
        node: Index,
        sources: Iter<'a, Index>,
        last: Option<Index>,
        run: usize,
    },
    All {
        node: Index,
        edge: u32,
    },
}

impl<'a> Iterator for EdgesOf<'a> {
    type Item = Reference<'a>;

    fn next(&mut self) -> Option<Reference<'a>> {
        let csr = self.csr;
        let edge = match &mut self.kind {
            Kind::Outgoing { node, edges } => {
                let number = edges.next()? as u32;
                Edge { number, source: *node, target: csr.target(number) }
            }
            Kind::Incoming { node, sources, last, run } => {
                let source = *sources.next()?;
                *run = if *last == Some(source) { *run + 1 } else { 0 };
                *last = Some(source);
                // Parallel edges stand in the same order on both sides.
                let row = csr.outgoing().range(source);
                let first = csr.outgoing().neighbours(source).partition_point(|target| target < node);
                Edge { number: (row.start + first + *run) as u32, source, target: *node }
            }
            Kind::All { node, edge } => {
                let number = *edge;
                if number as usize >= Csr::edge_count(csr) {
                    return None;
                }
                while csr.outgoing().range(*node).end <= number as usize {
                    *node += 1;
                }
                *edge += 1;
                Edge { number, source: *node, target: csr.target(number) }
            }
        };
        Some(Reference { edge, weight: csr.weight_ref(edge.number) })
    }
}

impl<'a> IntoEdgeReferences for &'a Csr {
    type EdgeRef = Reference<'a>;
    type EdgeReferences = EdgesOf<'a>;

    fn edge_references(self) -> EdgesOf<'a> {
        EdgesOf { csr: self, kind: Kind::All { node: 0, edge: 0 } }
    }
}

impl<'a> IntoEdges for &'a Csr {
    type Edges = EdgesOf<'a>;

    fn edges(self, node: Index) -> EdgesOf<'a> {
        self.edges_directed(node, Direction::Outgoing)
    }
}

impl<'a> IntoEdgesDirected for &'a Csr {
    type EdgesDirected = EdgesOf<'a>;

    fn edges_directed(self, node: Index, direction: Direction) -> EdgesOf<'a> {
        let kind = match direction {
            Direction::Outgoing => Kind::Outgoing { node, edges: self.outgoing().range(node) },
            Direction::Incoming => {
                Kind::Incoming { node, sources: self.incoming().neighbours(node).iter(), last: None, run: 0 }
            }
        };
        EdgesOf { csr: self, kind }
    }
}

/// `&Csr` is as cheap to hand on as petgraph expects of its graphs.
const fn _is_a_graph_ref<G: GraphRef>() {}
const _: () = _is_a_graph_ref::<&Csr>();
