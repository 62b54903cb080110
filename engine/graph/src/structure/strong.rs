//! Strongly connected components: nodes each of which reaches all others of its component.

use crate::{Adjacency, Control, Csr, Index, Pace, Result};

/// For each node the smallest node of its strongly connected component.
///
/// Pearce's form of Tarjan's algorithm ("A space-efficient algorithm for finding strongly connected components", 2016),
/// without recursion: one number a node says when it was first met, and after its component is done, which one it is in.
/// Time O(nodes + edges), memory 20 bytes a node; the outgoing side alone is needed.
pub fn strongly_connected_components(graph: &Csr, control: &dyn Control) -> Result<Vec<Index>> {
    let Condensation { components: mut labels, count } = condensation(graph, control)?;
    // Each component takes the name of its first node.
    let mut names = vec![Index::MAX; count];
    for (node, label) in labels.iter_mut().enumerate() {
        let name = &mut names[*label as usize];
        *name = (*name).min(node as Index);
        *label = *name;
    }
    Ok(labels)
}

/// Which strongly connected component each node is in.
pub(crate) struct Condensation {
    /// For each node its component's number in 0..count. An edge between two components leads to the greater number.
    pub components: Vec<u32>,
    pub count: usize,
}

/// The components in the order of the edges between them.
pub(crate) fn condensation(graph: &Csr, control: &dyn Control) -> Result<Condensation> {
    let nodes = graph.node_count();
    control.reserve(nodes * 20)?;
    let mut search = Search {
        outgoing: graph.outgoing(),
        met: vec![0; nodes],
        walk: Vec::new(),
        open: Vec::new(),
        next: 1,
        component: u32::MAX,
    };
    let mut pace = Pace::new(control);
    for root in graph.nodes() {
        if search.met[root as usize] == 0 {
            search.from(root, &mut pace)?;
        }
    }
    // They were numbered downwards from the largest number, each after those it leads to.
    let (mut components, last) = (search.met, search.component);
    components.iter_mut().for_each(|component| *component -= last + 1);
    Ok(Condensation { components, count: (u32::MAX - last) as usize })
}

struct Search<'a> {
    outgoing: &'a Adjacency,
    /// 0 for a node not met; else the number of the earliest node it is known to reach; once its component is done, that
    /// of the component, above all numbers in use.
    met: Vec<u32>,
    /// The nodes from the root to where the search is: each with where its next edge stands, and if it is its own earliest.
    walk: Vec<Step>,
    /// Nodes that were left, but whose components are not done.
    open: Vec<Index>,
    next: u32,
    component: u32,
}

struct Step {
    node: Index,
    edge: u32,
    /// The earliest number this node reaches.
    low: u32,
    number: u32,
}

impl Search<'_> {
    fn enter(&mut self, node: Index) {
        let number = self.next;
        self.next += 1;
        self.met[node as usize] = number;
        self.walk.push(Step { node, edge: self.outgoing.range(node).start as u32, low: number, number });
    }

    fn from(&mut self, root: Index, pace: &mut Pace) -> Result<()> {
        self.enter(root);
        while let Some(step) = self.walk.last_mut() {
            let end = self.outgoing.range(step.node).end;
            let mut edge = step.edge as usize;
            let mut low = step.low;
            let mut unmet = None;
            for target in &self.outgoing.targets()[edge..end] {
                edge += 1;
                let met = self.met[*target as usize];
                if met == 0 {
                    unmet = Some(*target);
                    break;
                }
                // The number of a component that is done is larger than any.
                low = low.min(met);
            }
            pace.steps(1 + edge - step.edge as usize)?;
            (step.edge, step.low) = (edge as u32, low);
            match unmet {
                Some(target) => self.enter(target),
                None => self.leave(),
            }
        }
        Ok(())
    }

    fn leave(&mut self) {
        let Some(Step { node, low, number, .. }) = self.walk.pop() else { return };
        if low < number {
            self.met[node as usize] = low;
            self.open.push(node);
            if let Some(above) = self.walk.last_mut() {
                above.low = above.low.min(low);
            }
            return;
        }
        // The first node of its component that was met: those still open above it are the rest. Their numbers are free to
        // be given again, so that the numbers of components, which come from above, never meet them.
        while let Some(member) = self.open.pop_if(|member| self.met[*member as usize] >= number) {
            self.met[member as usize] = self.component;
            self.next -= 1;
        }
        self.met[node as usize] = self.component;
        self.next -= 1;
        self.component -= 1;
    }
}
