//! The part of a graph between some of its nodes, numbered anew.

use super::dictionary::Dictionary;
use super::{Adjacency, Csr, Index};
use crate::bits::Bits;

impl Csr {
    /// Some nodes and the edges between them, without weights. The nodes keep their order; their ids are the numbers they
    /// have in this graph. O(nodes / 64 + edges that leave one of them) time.
    pub(crate) fn between(&self, nodes: &Bits) -> Csr {
        let ranks = nodes.ranks();
        let ids: Vec<i64> = nodes.iter().map(i64::from).collect();
        let mut offsets = Vec::with_capacity(ids.len() + 1);
        offsets.push(0);
        let mut targets: Vec<Index> = Vec::new();
        for node in nodes.iter() {
            let inside = self.outgoing.neighbours(node).iter().filter(|target| nodes.has(**target));
            targets.extend(inside.map(|target| nodes.rank(&ranks, *target)));
            offsets.push(targets.len() as u32);
        }
        let dictionary = Dictionary::of(&[&ids]);
        Csr { dictionary, outgoing: Adjacency::new(offsets, targets, None), ..Csr::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{edge_lists, graph};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_part_is_what_the_edges_between_its_nodes_make(edges in edge_lists(), picked in any::<u64>()) {
            let graph = graph(&edges);
            let mut nodes = Bits::new(graph.node_count());
            graph.nodes().filter(|node| picked.rotate_right(*node) & 1 != 0).for_each(|node| nodes.add(node));
            let part = graph.between(&nodes);
            let ids: Vec<i64> = nodes.iter().map(i64::from).collect();
            prop_assert_eq!(part.ids(), &ids[..]);
            let inside = graph.edges().filter(|edge| nodes.has(edge.source) && nodes.has(edge.target));
            let expected: Vec<_> = inside.map(|edge| (i64::from(edge.source), i64::from(edge.target))).collect();
            let found: Vec<_> = part.edges().map(|edge| (part.id(edge.source), part.id(edge.target))).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
