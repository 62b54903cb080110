//! Strongly connected components: nodes each of which reaches all others of its component.

use rayon::prelude::*;
use std::cmp::Reverse;

use super::trim::{Way, trimmed};
use crate::bits::Bits;
use crate::paths::{Bfs, bfs};
use crate::{Adjacency, Control, Csr, Direction, Index, NONE, Pace, Result};

/// For each node the smallest node of its strongly connected component.
///
/// Where walks come to an end, most nodes are [`trimmed`] off: they are on no cycle. Where there are many edges, most nodes
/// are in one component: those that are reached from a node in its midst and reach it (Fleischer, Hendrickson and Pinar, "On
/// identifying strongly connected components in parallel", 2000), which two breadth-first searches find on all threads.
/// The rest is left to [`each_component`], which hops about in memory.
///
/// Time O(nodes + edges), memory 42 bytes a node and a copy of what is not trimmed off. The outgoing side is needed, and the
/// other where nothing is trimmed off and there are many edges.
pub fn strongly_connected_components(graph: &Csr, control: &dyn Control) -> Result<Vec<Index>> {
    let Some(way) = Way::against(graph.outgoing()) else { return untrimmed(graph, control) };
    control.reserve(graph.node_count() * 4)?;
    let mut labels: Vec<Index> = graph.nodes().collect();
    let left = trimmed(graph.outgoing(), way, control)?;
    let edges = left.iter().map(|node| graph.outgoing().degree(node)).sum();
    control.reserve(Csr::estimate(left.count(), edges, false, true, false))?;
    let rest = graph.between(&left);
    for (node, name) in rest.ids().iter().zip(untrimmed(&rest, control)?) {
        labels[*node as usize] = rest.id(name) as Index;
    }
    Ok(labels)
}

/// [`strongly_connected_components`] by searches alone.
fn untrimmed(graph: &Csr, control: &dyn Control) -> Result<Vec<Index>> {
    control.reserve(graph.node_count() * 4)?;
    let (mut labels, met) = match midst(graph) {
        Some(midst) => around(graph, midst, control)?,
        None => (vec![0; graph.node_count()], vec![0; graph.node_count()]),
    };
    each_component_of(graph.outgoing(), met, control, |members| {
        // Each component takes the name of its first node.
        let name = members.iter().copied().min().unwrap_or_default();
        members.iter().for_each(|member| labels[*member as usize] = name);
        Ok(())
    })?;
    Ok(labels)
}

/// Fewer edges lie in a core's cache, and hopping about in it is fast.
const MANY: usize = 1 << 19;

/// With fewer edges a node, there may well be no large component.
const EDGES_A_NODE: usize = 2;

/// How many nodes are looked at for one in the midst.
const CANDIDATES: usize = 1 << 12;

/// Of some nodes the one that most pairs of edges lead through, where there are so many of them that it may be in a large
/// component.
fn midst(graph: &Csr) -> Option<Index> {
    if graph.edge_count() < MANY.max(graph.node_count() * EDGES_A_NODE) {
        return None;
    }
    let through =
        |node: &Index| (graph.outgoing().degree(*node) as u64) * (graph.incoming().degree(*node) as u64);
    let candidates = graph.nodes().step_by(graph.node_count().div_ceil(CANDIDATES).max(1));
    let midst = candidates.max_by_key(|node| (through(node), Reverse(*node)))?;
    // In a large component, some of the nodes that are near in one direction are near in the other.
    let (there, back) = (near(graph.outgoing(), midst), near(graph.incoming(), midst));
    let mut seen = Bits::new(graph.node_count());
    there.iter().for_each(|node| seen.add(*node));
    (there.len() >= NEAR && back.len() >= NEAR && back[1..].iter().any(|node| seen.has(*node)))
        .then_some(midst)
}

/// How many nodes are near.
const NEAR: usize = 1 << 12;

/// The first nodes that a breadth-first search meets, at most [`NEAR`] and the neighbours of one more.
fn near(adjacency: &Adjacency, from: Index) -> Vec<Index> {
    let mut seen = Bits::new(adjacency.node_count());
    seen.add(from);
    let mut met = vec![from];
    let mut at = 0;
    while at < met.len() && met.len() < NEAR {
        for target in adjacency.neighbours(met[at]) {
            if !seen.has(*target) {
                seen.add(*target);
                met.push(*target);
            }
        }
        at += 1;
    }
    met
}

/// The component of a node, if it may be large: as labels of its members, and as nodes that are done.
fn around(graph: &Csr, midst: Index, control: &dyn Control) -> Result<(Vec<Index>, Vec<u32>)> {
    let reached = |direction| bfs(graph, &[midst], &Bfs { direction, max_depth: None }, control);
    let mut labels = reached(Direction::Out)?.levels;
    if labels.par_iter().filter(|level| **level != NONE).count() < labels.len() / 2 {
        labels.fill(0);
        return Ok((labels, vec![0; graph.node_count()]));
    }
    let mut met = reached(Direction::In)?.levels;
    let all = labels.par_iter_mut().zip(&mut met).enumerate();
    let members = all.filter_map(|(node, (label, met))| {
        let inside = *label != NONE && *met != NONE;
        (*label, *met) = if inside { (NONE, DONE) } else { (0, 0) };
        inside.then_some(node as Index)
    });
    let name = members.min().unwrap_or(midst);
    labels.par_iter_mut().filter(|label| **label == NONE).for_each(|label| *label = name);
    Ok((labels, met))
}

/// Calls `done` with the nodes of each strongly connected component, after those of all components that it leads to along
/// the adjacency. Of its nodes those that a search leaves first come first.
///
/// Pearce's form of Tarjan's algorithm ("A space-efficient algorithm for finding strongly connected components", 2016),
/// without recursion: one number a node says when it was first met, or that its component is done.
/// Time O(nodes + edges), memory 16 bytes a node.
pub(crate) fn each_component(
    adjacency: &Adjacency,
    control: &dyn Control,
    done: impl FnMut(&[Index]) -> Result<()>,
) -> Result<()> {
    each_component_of(adjacency, vec![0; adjacency.node_count()], control, done)
}

/// [`each_component`] of the nodes that are not [`DONE`].
fn each_component_of(
    adjacency: &Adjacency,
    met: Vec<u32>,
    control: &dyn Control,
    done: impl FnMut(&[Index]) -> Result<()>,
) -> Result<()> {
    let nodes = adjacency.node_count();
    control.reserve(nodes * 16)?;
    let mut search = Search { adjacency, met, walk: Vec::new(), open: Vec::new(), next: 1, done };
    let mut pace = Pace::new(control);
    for root in 0..nodes as Index {
        if search.met[root as usize] == 0 {
            search.from(root, &mut pace)?;
        }
    }
    Ok(())
}

/// The component of a node is done; above all numbers in use.
const DONE: u32 = u32::MAX;

struct Search<'a, D> {
    adjacency: &'a Adjacency,
    /// 0 for a node not met; else the number of the earliest node it is known to reach, or [`DONE`].
    met: Vec<u32>,
    /// The nodes from the root to where the search is: each with where its next edge stands, and if it is its own earliest.
    walk: Vec<Step>,
    /// Nodes that were left, but whose components are not done.
    open: Vec<Index>,
    next: u32,
    done: D,
}

struct Step {
    node: Index,
    edge: u32,
    /// The earliest number this node reaches.
    low: u32,
    number: u32,
}

impl<D: FnMut(&[Index]) -> Result<()>> Search<'_, D> {
    fn enter(&mut self, node: Index) -> Result<()> {
        let range = self.adjacency.range(node);
        if range.is_empty() {
            self.met[node as usize] = DONE;
            return (self.done)(&[node]);
        }
        let number = self.next;
        self.next += 1;
        self.met[node as usize] = number;
        self.walk.push(Step { node, edge: range.start as u32, low: number, number });
        Ok(())
    }

    fn from(&mut self, root: Index, pace: &mut Pace) -> Result<()> {
        self.enter(root)?;
        while let Some(step) = self.walk.last_mut() {
            let end = self.adjacency.range(step.node).end;
            let mut edge = step.edge as usize;
            let mut low = step.low;
            let mut unmet = None;
            for target in &self.adjacency.targets()[edge..end] {
                edge += 1;
                let met = self.met[*target as usize];
                if met == 0 {
                    unmet = Some(*target);
                    break;
                }
                low = low.min(met);
            }
            pace.steps(1 + edge - step.edge as usize)?;
            (step.edge, step.low) = (edge as u32, low);
            match unmet {
                Some(target) => self.enter(target)?,
                None => self.leave()?,
            }
        }
        Ok(())
    }

    fn leave(&mut self) -> Result<()> {
        let Some(Step { node, low, number, .. }) = self.walk.pop() else { return Ok(()) };
        if low < number {
            self.met[node as usize] = low;
            self.open.push(node);
            if let Some(above) = self.walk.last_mut() {
                above.low = above.low.min(low);
            }
            return Ok(());
        }
        // The first node of its component that was met: those still open above it are the rest.
        let mut first = self.open.len();
        while first > 0 && self.met[self.open[first - 1] as usize] >= number {
            first -= 1;
            self.met[self.open[first] as usize] = DONE;
        }
        self.met[node as usize] = DONE;
        // Their numbers are free to be given again.
        self.next = number;
        if first == self.open.len() {
            return (self.done)(&[node]);
        }
        self.open.push(node);
        (self.done)(&self.open[first..])?;
        self.open.truncate(first);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unlimited;
    use crate::testing::{edge_lists, graph};
    use proptest::prelude::*;

    proptest! {
        /// Graphs with so many edges are too large for a test: here the searches start from any node of a small one.
        #[test]
        fn the_component_around_a_node_is_that_of_the_search(edges in edge_lists(), midst in 0..90u32) {
            let graph = graph(&edges);
            prop_assume!(graph.node_count() > 0);
            let midst = midst % graph.node_count() as u32;
            let expected = strongly_connected_components(&graph, &Unlimited).unwrap();
            let (labels, met) = around(&graph, midst, &Unlimited).unwrap();
            for node in graph.nodes() {
                let at = node as usize;
                prop_assert!(met[at] == 0 || (met[at] == DONE && labels[at] == expected[at]));
                prop_assert!(met[at] == 0 || expected[at] == expected[midst as usize]);
            }
            let same = graph.nodes().filter(|node| expected[*node as usize] == expected[midst as usize]).count();
            // Nothing is done where it reaches too few to be large.
            let done = met.iter().filter(|met| **met == DONE).count();
            prop_assert!(done == same || done == 0);
        }
    }
}
