//! Strongly connected components: nodes each of which reaches all others of its component.

use crate::{Adjacency, Control, Csr, Index, Pace, Result};

/// For each node the smallest node of its strongly connected component.
///
/// Time O(nodes + edges), memory 20 bytes a node; the outgoing side alone is needed.
pub fn strongly_connected_components(graph: &Csr, control: &dyn Control) -> Result<Vec<Index>> {
    let mut labels = vec![0; graph.node_count()];
    each_component(graph.outgoing(), control, |members| {
        // Each component takes the name of its first node.
        let name = members.iter().copied().min().unwrap_or_default();
        members.iter().for_each(|member| labels[*member as usize] = name);
        Ok(())
    })?;
    Ok(labels)
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
    let nodes = adjacency.node_count();
    control.reserve(nodes * 16)?;
    let mut search =
        Search { adjacency, met: vec![0; nodes], walk: Vec::new(), open: Vec::new(), next: 1, done };
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
