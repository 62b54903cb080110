//! Trimming: nodes that no cycle leads through, found without a search.

use crate::bits::Bits;
use crate::random::Random;
use crate::{Adjacency, Control, Index, Pace, Result};

/// In which order nodes are gone through.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Up,
    Down,
}

/// How many walks try a graph.
const WALKS: usize = 16;

/// How many steps a walk has to come to its end.
const STEPS: usize = 32;

/// How many may come to none.
const ENDLESS: usize = 1;

impl Way {
    /// The way against most edges, where trimming is worth the while: most walks along edges end there, and in a large
    /// component they would not. O(1) time.
    pub(super) fn against(adjacency: &Adjacency) -> Option<Way> {
        let (mut random, mut endless, mut rise) = (Random::new(0), 0, 0i64);
        let nodes = adjacency.node_count();
        for start in (0..nodes).step_by(nodes.div_ceil(WALKS).max(1)) {
            let mut node = start as Index;
            let ends = (0..STEPS).any(|_| {
                let targets = adjacency.neighbours(node);
                if targets.iter().all(|target| *target == node) {
                    return true;
                }
                let next = targets[random.below(targets.len() as u64) as usize];
                rise += i64::from(next > node) - i64::from(next < node);
                node = next;
                false
            });
            endless += usize::from(!ends);
            if endless > ENDLESS {
                return None;
            }
        }
        Some(if rise > 0 { Way::Down } else { Way::Up })
    }

    fn back(self) -> Way {
        match self {
            Way::Up => Way::Down,
            Way::Down => Way::Up,
        }
    }
}

/// What is left of the nodes when those are taken off, again and again, that no edge leads from to the rest, or none from the
/// rest to: each of them is a strongly connected component of its own (McLendon, Hendrickson, Plimpton and Rauchwerger,
/// "Finding strongly connected components in distributed graphs", 2005).
///
/// A round goes through the nodes that are left in the order of their numbers, then in the other. It takes off a node that
/// leads to none of them as it comes by, so that chains of edges against its way go in one round; and at its end those that
/// none of them led to. Of other nodes it looks at a bit each, and the bits of a million nodes lie in a core's
/// cache; the edges are read one after the other. Rounds go on as long as each takes off half of what there is.
///
/// Time O(nodes + edges), memory a quarter of a byte a node. The outgoing side alone is needed.
pub(super) fn trimmed(adjacency: &Adjacency, mut way: Way, control: &dyn Control) -> Result<Bits> {
    let nodes = adjacency.node_count();
    control.reserve(nodes / 4)?;
    let (mut left, mut met) = (Bits::full(nodes), Bits::new(nodes));
    let mut pace = Pace::new(control);
    let mut count = nodes;
    loop {
        round(adjacency, way, &mut left, &mut met, &mut pace)?;
        let before = std::mem::replace(&mut count, left.count());
        if count == 0 || count > before / 2 {
            return Ok(left);
        }
        way = way.back();
    }
}

/// One round; `met` is room for the nodes that some edge leads to.
fn round(adjacency: &Adjacency, way: Way, left: &mut Bits, met: &mut Bits, pace: &mut Pace) -> Result<()> {
    met.clear();
    let (words, met_words) = (left.words_mut(), met.words_mut());
    for step in 0..words.len() {
        let at = match way {
            Way::Up => step,
            Way::Down => words.len() - 1 - step,
        };
        let (mut open, mut steps) = (words[at], 0);
        while open != 0 {
            let place = match way {
                Way::Up => open.trailing_zeros(),
                Way::Down => 63 - open.leading_zeros(),
            };
            open ^= 1 << place;
            let node = at as Index * 64 + place;
            let targets = adjacency.neighbours(node);
            // Without a branch for each edge, as nobody could foretell it. A loop leads nowhere.
            let mut on = 0;
            for target in targets {
                let (word, bit) = (*target as usize >> 6, u64::from(*target != node) << (target & 63));
                on |= words[word] & bit;
                met_words[word] |= bit;
            }
            words[at] &= !(u64::from(on == 0) << place);
            steps += 1 + targets.len();
        }
        pace.steps(steps)?;
    }
    left.retain(met);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::strongly_connected_components;
    use crate::testing::{Cancelled, edge_lists, graph};
    use crate::{GraphError, Unlimited};
    use proptest::prelude::*;

    proptest! {
        /// Edge lists, as they are and without most of their cycles, up and down.
        #[test]
        fn what_is_taken_off_is_alone(edges in edge_lists(), back in 0..4i64, down in any::<bool>()) {
            let ahead = |edge: &(i64, i64, f64)| (edge.0 < edge.1) != down || (edge.0 + edge.1) % 4 < back;
            let graph = graph(&edges.into_iter().filter(ahead).collect());
            let labels = strongly_connected_components(&graph, &Unlimited).unwrap();
            for way in [Way::Up, Way::Down] {
                let left = trimmed(graph.outgoing(), way, &Unlimited).unwrap();
                for node in graph.nodes().filter(|node| !left.has(*node)) {
                    prop_assert_eq!(labels.iter().filter(|label| **label == labels[node as usize]).count(), 1);
                    prop_assert_eq!(labels[node as usize], node);
                }
            }
            if back == 0 {
                let way = if down { Way::Up } else { Way::Down };
                prop_assert_eq!(trimmed(graph.outgoing(), way, &Unlimited).unwrap().count(), 0);
            }
        }
    }

    #[test]
    fn walks_tell_where_trimming_is_worth_the_while() {
        let path = |step: i64| {
            graph(&(0..500).map(|node| (1000 + node * step, 1000 + (node + 1) * step, 1.0)).collect())
        };
        let fan = |step: i64| graph(&(1..500).map(|node| (1000, 1000 + node * step, 1.0)).collect());
        let cycle = graph(&(0..50).map(|node| (node, (node + 1) % 50, 1.0)).collect());
        assert!(matches!(Way::against(fan(1).outgoing()), Some(Way::Down)));
        assert!(matches!(Way::against(fan(-1).outgoing()), Some(Way::Up)));
        // Walks on a long path are stopped before its end.
        assert!(Way::against(path(1).outgoing()).is_none());
        assert!(Way::against(cycle.outgoing()).is_none());
        assert!(Way::against(graph(&vec![]).outgoing()).is_some());
        let all = trimmed(path(1).outgoing(), Way::Up, &Unlimited).unwrap();
        assert!(all.count() > 400);
    }

    #[test]
    fn stops_when_nobody_waits() {
        let wide = graph(&(0..40_000).map(|node| (node, node + 1, 1.0)).collect());
        assert!(matches!(trimmed(wide.outgoing(), Way::Down, &Cancelled), Err(GraphError::Cancelled)));
    }
}
