//! The order in which a type and its supertypes are searched for a member.
//!
//! C3 (Barrett et al., *A Monotonic Superclass Linearization for Dylan*, OOPSLA 1996), which is Python's; where it has no
//! answer, depth first. With one supertype each, as in JavaScript, both are the chain of supertypes.

use rustc_hash::FxHashMap;
use stoa_model::{NodeId, Symbol};

/// A type, or the path of one that is outside of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Ancestor {
    Known(NodeId),
    Outside(Symbol),
}

/// The supertypes of each type, in the order written, and the orders found so far.
#[derive(Default)]
pub(super) struct Hierarchy {
    pub bases: FxHashMap<NodeId, Vec<Ancestor>>,
    linear: FxHashMap<NodeId, std::sync::Arc<[Ancestor]>>,
}

/// Supertypes deeper than this are a circle in all likelihood.
const DEEPEST: u32 = 64;

impl Hierarchy {
    /// A type and all its supertypes, nearest first.
    pub fn order(&mut self, of: NodeId) -> std::sync::Arc<[Ancestor]> {
        if let Some(known) = self.linear.get(&of) {
            return known.clone();
        }
        let order: std::sync::Arc<[Ancestor]> = self.linearize(of, 0).into();
        self.linear.insert(of, order.clone());
        order
    }

    /// The order of a type, if it was asked for before.
    pub fn known(&self, of: NodeId) -> Option<&[Ancestor]> {
        self.linear.get(&of).map(|order| &**order)
    }

    fn linearize(&self, of: NodeId, depth: u32) -> Vec<Ancestor> {
        let mut order = vec![Ancestor::Known(of)];
        let Some(bases) = self.bases.get(&of).filter(|_| depth < DEEPEST) else { return order };
        let mut lists: Vec<Vec<Ancestor>> = bases
            .iter()
            .map(|base| match base {
                Ancestor::Known(id) if *id != of => self.linearize(*id, depth + 1),
                other => vec![*other],
            })
            .collect();
        lists.push(bases.clone());
        loop {
            lists.retain(|list| !list.is_empty());
            if lists.is_empty() {
                return order;
            }
            // The first head that stands in no other list's tail; without one, the first head.
            let heads = lists.iter().map(|list| list[0]);
            let good = heads.clone().find(|head| lists.iter().all(|list| !list[1..].contains(head)));
            let next = good.unwrap_or(lists[0][0]);
            if !order.contains(&next) {
                order.push(next);
            }
            for list in &mut lists {
                list.retain(|a| *a != next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diamond_is_searched_from_below() {
        use Ancestor::Known;
        let mut hierarchy = Hierarchy::default();
        // 4 extends 2 and 3, which both extend 1.
        hierarchy.bases.insert(2, vec![Known(1)]);
        hierarchy.bases.insert(3, vec![Known(1)]);
        hierarchy.bases.insert(4, vec![Known(2), Known(3)]);
        assert_eq!(*hierarchy.order(4), [Known(4), Known(2), Known(3), Known(1)]);
    }

    #[test]
    fn a_circle_ends() {
        use Ancestor::Known;
        let mut hierarchy = Hierarchy::default();
        hierarchy.bases.insert(1, vec![Known(2)]);
        hierarchy.bases.insert(2, vec![Known(1)]);
        assert_eq!(*hierarchy.order(1), [Known(1), Known(2)]);
    }
}
