//! Units: methods and types, each with what stands in it and in no other inside of it.
//!
//! What a piece of work read is said by unit, and so is what an edit changed. Units have the ids of their first nodes, which live as long
//! as what they declare; a node is known from one snapshot to the next by its unit and its rank in there.

use rayon::prelude::*;
use stoa_model::NodeKind;

use super::{Idx, NONE, Node};

/// The units of a program, in the order of the source.
#[derive(Default)]
pub(crate) struct Units {
    /// Where the nodes of a unit begin, and the end of the last.
    starts: Box<[u32]>,
    /// Unit by unit, in the order of the source; the first is the one that the unit is named by.
    nodes: Box<[Idx]>,
    /// By node, its place among those of its unit.
    ranks: Box<[u32]>,
}

impl Units {
    /// Numbers the units, and tells nodes which they are part of.
    pub(super) fn of(nodes: &mut [Node]) -> Units {
        let count = nodes.len();
        let mut heads: Vec<Idx> = Vec::new();
        for (node, place) in nodes.iter_mut().zip(0..) {
            let is_head = matches!(node.kind, NodeKind::Method | NodeKind::TypeDecl) || node.parent == NONE;
            node.unit = if is_head { heads.len() as u32 } else { NONE };
            if is_head {
                heads.push(place);
            }
        }
        let mut above: Vec<Idx> = Vec::new();
        for place in 0..count as Idx {
            let mut at = place;
            while nodes[at as usize].unit == NONE {
                above.push(at);
                at = nodes[at as usize].parent;
            }
            let unit = nodes[at as usize].unit;
            above.drain(..).for_each(|node| nodes[node as usize].unit = unit);
        }
        let mut starts = vec![0u32; heads.len() + 1];
        nodes.iter().for_each(|node| starts[node.unit as usize + 1] += 1);
        for unit in 0..heads.len() {
            starts[unit + 1] += starts[unit];
        }
        let mut next = starts.clone();
        let mut ranks = vec![0u32; count];
        let mut members = vec![0 as Idx; count];
        let mut put = |place: Idx| {
            let unit = nodes[place as usize].unit as usize;
            ranks[place as usize] = next[unit] - starts[unit];
            members[next[unit] as usize] = place;
            next[unit] += 1;
        };
        // What a unit is named by comes first, wherever it stands.
        heads.iter().for_each(|&head| put(head));
        let mut is_head = heads.iter().copied().peekable();
        for place in 0..count as Idx {
            if is_head.next_if_eq(&place).is_none() {
                put(place);
            }
        }
        Units { starts: starts.into(), nodes: members.into(), ranks: ranks.into() }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The nodes of a unit: first the one that it is named by.
    pub(crate) fn nodes(&self, unit: u32) -> &[Idx] {
        &self.nodes[self.starts[unit as usize] as usize..self.starts[unit as usize + 1] as usize]
    }

    /// The place of a node among those of its unit.
    pub(crate) fn rank(&self, node: Idx) -> u32 {
        self.ranks[node as usize]
    }

    /// What they take of the heap, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.starts[..]) + size_of_val(&self.nodes[..]) + size_of_val(&self.ranks[..])
    }

    /// Something of every unit.
    pub(crate) fn map<T: Send>(&self, of: impl Fn(u32) -> T + Sync + Send) -> Vec<T> {
        (0..self.len() as u32).into_par_iter().with_min_len(64).map(of).collect()
    }
}
