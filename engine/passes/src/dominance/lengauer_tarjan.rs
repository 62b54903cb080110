//! The dominator tree of a flow graph in O(m log n): Lengauer and Tarjan, *A fast algorithm for finding dominators in
//! a flowgraph*, TOPLAS 1(1), 1979, the version with path compression alone. Nothing recurs.
//!
//! The iterative algorithm of Cooper, Harvey and Kennedy is simpler and as fast on usual code, but takes the square of
//! the calls in a `try`, each of which leads to the same handler; generated code has thousands.

use super::NONE;

/// The buffers of the algorithm. Vertices below are numbers in the order of a depth-first walk, but for `number`.
#[derive(Default, Debug)]
pub struct Solver {
    /// The number of each node of the graph; [`NONE`] when it is not reached.
    number: Vec<u32>,
    node: Vec<u32>,
    parent: Vec<u32>,
    semi: Vec<u32>,
    ancestor: Vec<u32>,
    label: Vec<u32>,
    dominator: Vec<u32>,
    /// Vertices of one semidominator, as linked lists.
    bucket: Vec<u32>,
    next_in_bucket: Vec<u32>,
    walk: Vec<(u32, usize)>,
    path: Vec<u32>,
}

impl Solver {
    /// Finds the immediate dominator of each of `nodes` nodes that `root` reaches; [`NONE`] for the root and for what
    /// is not reached. `succ(node, i)` and `pred(node, i)` give the i-th neighbour, if there is one.
    pub fn run(
        &mut self,
        nodes: usize,
        root: u32,
        succ: impl Fn(u32, usize) -> Option<u32>,
        pred: impl Fn(u32, usize) -> Option<u32>,
        idom: &mut Vec<u32>,
    ) {
        self.number_nodes(nodes, root, succ);
        let count = self.node.len();
        for list in [&mut self.ancestor, &mut self.bucket, &mut self.next_in_bucket] {
            list.clear();
            list.resize(count, NONE);
        }
        self.dominator.clear();
        self.dominator.resize(count, 0);
        self.semi.clear();
        self.semi.extend(0..count as u32);
        self.label.clear();
        self.label.extend(0..count as u32);
        for vertex in (1..count as u32).rev() {
            let at = vertex as usize;
            let mut next = 0;
            while let Some(before) = pred(self.node[at], next) {
                next += 1;
                let before = self.number[before as usize];
                if before != NONE {
                    let best = self.eval(before);
                    self.semi[at] = self.semi[at].min(self.semi[best as usize]);
                }
            }
            let semi = self.semi[at] as usize;
            self.next_in_bucket[at] = std::mem::replace(&mut self.bucket[semi], vertex);
            let parent = self.parent[at];
            self.ancestor[at] = parent;
            let mut waiting = std::mem::replace(&mut self.bucket[parent as usize], NONE);
            while waiting != NONE {
                let best = self.eval(waiting);
                let earlier = self.semi[best as usize] < self.semi[waiting as usize];
                self.dominator[waiting as usize] = if earlier { best } else { parent };
                waiting = self.next_in_bucket[waiting as usize];
            }
        }
        idom.clear();
        idom.resize(nodes, NONE);
        for at in 1..count {
            if self.dominator[at] != self.semi[at] {
                self.dominator[at] = self.dominator[self.dominator[at] as usize];
            }
            idom[self.node[at] as usize] = self.node[self.dominator[at] as usize];
        }
    }

    fn number_nodes(&mut self, nodes: usize, root: u32, succ: impl Fn(u32, usize) -> Option<u32>) {
        self.number.clear();
        self.number.resize(nodes, NONE);
        self.node.clear();
        self.parent.clear();
        self.number[root as usize] = 0;
        self.node.push(root);
        self.parent.push(NONE);
        self.walk.push((root, 0));
        while let Some((node, next)) = self.walk.last_mut() {
            let from = *node;
            let Some(to) = succ(from, *next) else {
                self.walk.pop();
                continue;
            };
            *next += 1;
            if self.number[to as usize] == NONE {
                self.number[to as usize] = self.node.len() as u32;
                self.node.push(to);
                self.parent.push(self.number[from as usize]);
                self.walk.push((to, 0));
            }
        }
    }

    /// The vertex with the least semidominator on the way to the root of its tree in the forest, without that root.
    fn eval(&mut self, vertex: u32) -> u32 {
        if self.ancestor[vertex as usize] == NONE {
            return vertex;
        }
        let mut at = vertex;
        while self.ancestor[self.ancestor[at as usize] as usize] != NONE {
            self.path.push(at);
            at = self.ancestor[at as usize];
        }
        while let Some(below) = self.path.pop() {
            let above = self.ancestor[below as usize];
            let (theirs, ours) = (self.label[above as usize], self.label[below as usize]);
            if self.semi[theirs as usize] < self.semi[ours as usize] {
                self.label[below as usize] = theirs;
            }
            self.ancestor[below as usize] = self.ancestor[above as usize];
        }
        self.label[vertex as usize]
    }
}
