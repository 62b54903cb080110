//! Neighbours as sets, and how much of two sets is common.

use std::cmp::Ordering;

use crate::{Control, Csr, Direction, Index, Pace, Result};

/// How alike two sets are; with weights, two vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// What is common over what is in either: Σ min / Σ max.
    #[default]
    Jaccard,
    /// What is common over the smaller of the two: Σ min / min(Σ, Σ).
    Overlap,
    /// The cosine of the angle between them: Σ product / (length · length).
    Cosine,
}

impl Measure {
    /// What a common neighbour adds to what is common.
    #[inline]
    pub(super) fn common(self, a: f64, b: f64) -> f64 {
        match self {
            Measure::Jaccard | Measure::Overlap => a.min(b),
            Measure::Cosine => a * b,
        }
    }

    /// The size of a set, from the weights in it.
    pub(super) fn size(self, weights: impl Iterator<Item = f64>) -> f64 {
        match self {
            Measure::Jaccard | Measure::Overlap => weights.sum(),
            Measure::Cosine => weights.map(|weight| weight * weight).sum(),
        }
    }

    /// From what counts as common, what is in both, and the sizes; 0 where there is nothing to compare.
    #[inline]
    pub(super) fn of(self, common: f64, both: f64, a: f64, b: f64) -> f64 {
        let whole = match self {
            Measure::Jaccard => a + b - both,
            Measure::Overlap => a.min(b),
            Measure::Cosine => (a * b).sqrt(),
        };
        if whole > 0.0 { common / whole } else { 0.0 }
    }
}

/// The neighbours of every node along a direction, each once: itself if it has a loop, and with the sum of the weights if
/// several edges lead there.
pub(super) struct Sets {
    pub(super) offsets: Vec<u32>,
    pub(super) members: Vec<Index>,
    pub(super) weights: Option<Vec<f64>>,
}

impl Sets {
    /// Takes 4 bytes a node and 4 an edge, twice that in [`Direction::Both`]; with weights 12.
    pub(super) fn of(graph: &Csr, direction: Direction, weighted: bool, pace: &mut Pace<'_>) -> Result<Sets> {
        let mut sets = Sets { offsets: vec![0], members: Vec::new(), weights: None };
        let mut weights = Vec::new();
        let mut row: Vec<(Index, f64)> = Vec::new();
        for node in graph.nodes() {
            row.clear();
            match direction {
                // A loop is one edge, though it is met from both ends.
                Direction::Both => {
                    row.extend(graph.outgoing().weighted(node));
                    row.extend(graph.incoming().weighted(node).filter(|(other, _)| *other != node));
                    row.sort_by_key(|(other, _)| *other);
                }
                _ => row.extend(direction.adjacency(graph).weighted(node)),
            }
            pace.steps(1 + row.len())?;
            let first = sets.members.len();
            for (other, weight) in &row {
                if sets.members.len() > first && sets.members.last() == Some(other) {
                    if let Some(sum) = weights.last_mut() {
                        *sum += weight;
                    }
                    continue;
                }
                sets.members.push(*other);
                if weighted {
                    weights.push(*weight);
                }
            }
            // At most two for each edge, of which there are at most half as many as a u32 counts.
            sets.offsets.push(sets.members.len() as u32);
        }
        sets.weights = weighted.then_some(weights);
        Ok(sets)
    }

    pub(super) fn of_node(&self, node: Index) -> impl Iterator<Item = (Index, f64)> + '_ {
        let row = self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize;
        row.map(move |at| (self.members[at], self.weights.as_ref().map_or(1.0, |weights| weights[at])))
    }

    pub(super) fn has(&self, node: Index, member: Index) -> bool {
        let row = self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize;
        self.members[row].binary_search(&member).is_ok()
    }

    pub(super) fn degree(&self, node: Index) -> usize {
        (self.offsets[node as usize + 1] - self.offsets[node as usize]) as usize
    }
}

/// How alike the neighbours of each of these pairs of ids are, in their order: `None` where an id is not in the graph.
/// Two nodes without neighbours are 0 alike. Weights are not looked at. A node with a loop is a neighbour of itself, but
/// never what itself and another have in common. In [`Direction::Both`] by [`Measure::Jaccard`] as NetworkX's
/// `jaccard_coefficient`.
///
/// O(nodes + edges) time and then as much as the pairs' nodes have neighbours; 4 bytes a node, 8 an edge, 16 a pair.
pub fn similarity_of_pairs(
    graph: &Csr,
    pairs: &[(i64, i64)],
    measure: Measure,
    direction: Direction,
    control: &dyn Control,
) -> Result<Vec<Option<f64>>> {
    control.check()?;
    control.reserve(graph.node_count() * 4 + graph.edge_count() * 8 + pairs.len() * 16)?;
    let mut pace = Pace::new(control);
    let sets = Sets::of(graph, direction, false, &mut pace)?;
    let mut answer = Vec::with_capacity(pairs.len());
    for (a, b) in pairs {
        let (Some(a), Some(b)) = (graph.index_of(*a), graph.index_of(*b)) else {
            answer.push(None);
            continue;
        };
        pace.steps(1 + sets.degree(a) + sets.degree(b))?;
        let (mut of_a, mut of_b) = (sets.of_node(a).peekable(), sets.of_node(b).peekable());
        let (mut both, mut common) = (0u32, 0u32);
        while let (Some((x, _)), Some((y, _))) = (of_a.peek(), of_b.peek()) {
            match x.cmp(y) {
                Ordering::Less => drop(of_a.next()),
                Ordering::Greater => drop(of_b.next()),
                Ordering::Equal => {
                    both += 1;
                    common += u32::from(*x != a && *x != b);
                    of_a.next();
                    of_b.next();
                }
            }
        }
        let (size_a, size_b) = (sets.degree(a) as f64, sets.degree(b) as f64);
        answer.push(Some(measure.of(f64::from(common), f64::from(both), size_a, size_b)));
    }
    Ok(answer)
}
