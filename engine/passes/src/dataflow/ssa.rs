//! Which definitions reach which uses in one method, sparsely: static single assignment form over memory cells.
//!
//! φ-functions are placed by iterated dominance frontiers where a cell is live (as far as that is found in time linear in
//! its accesses), and cells are renamed in one walk over the dominator tree (Cytron et al., *Efficiently computing static single assignment form*,
//! TOPLAS 13(4), 1991; the frontiers by Cooper, Harvey, Kennedy). A *weak* definition keeps what was there before it:
//! its value has a predecessor. The definitions that reach a use are those found from its value through φ-functions
//! and weak definitions. No set of all definitions is ever kept at a node, so the time follows the edges that there
//! are, not the product of nodes and definitions.

use stoa_syntax::Position;

use crate::cfg::FlowGraph;
use crate::dominance::{Dominance, NONE};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// The node reads the cell.
    Use,
    /// The node is written to the cell and replaces what was there.
    Define,
    /// The node may be written to the cell.
    MayDefine,
    /// What was in the cell is gone.
    Kill,
}

/// An access to a cell, in the order of control.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub access: Access,
    pub cell: u32,
    pub node: Position,
}

/// The events of a method, block after block.
#[derive(Default, Debug)]
pub struct Events {
    pub list: Vec<Event>,
    /// Where each block's events end.
    pub ends: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
enum Value {
    Nothing,
    Defined(Position),
    MayBe(Position, u32),
    /// The first of its operands in [`Ssa::operands`].
    Phi(u32),
}

/// Edges and steps that a method may cost: enough for each event to meet 64 definitions, and a million besides.
pub fn budget(events: usize) -> usize {
    64 * events + (1 << 20)
}

/// How far liveness is followed for each access to a cell, in edges: with it φ-functions that nobody reads are spared,
/// without it they cost time and nothing else.
const LIVE_STEPS: usize = 64;

/// The solver and its buffers, kept from method to method.
#[derive(Default, Debug)]
pub struct Ssa {
    /// The number of each cell in this method; [`NONE`] between two methods.
    slot: Vec<u32>,
    cells: Vec<u32>,
    /// Whether a block reads what another one wrote.
    exposed: Vec<bool>,
    defined_in: Vec<Vec<u32>>,
    /// The blocks that read what another one wrote.
    exposed_in: Vec<Vec<u32>>,
    /// The slot that was last found to be live into each block, and that was last found to be written there.
    live: Vec<u32>,
    written: Vec<u32>,
    frontier_starts: Vec<u32>,
    frontier: Vec<u32>,
    pairs: Vec<(u32, u32)>,
    /// φ-functions of each block: (slot, value), as linked lists.
    first_phi: Vec<u32>,
    phis: Vec<(u32, u32, u32)>,
    values: Vec<Value>,
    operands: Vec<(u32, u32)>,
    current: Vec<u32>,
    undo: Vec<(u32, u32)>,
    child_starts: Vec<u32>,
    children: Vec<u32>,
    walk: Vec<(u32, bool, u32)>,
    uses: Vec<(u32, Position)>,
    seen: Vec<u32>,
    work: Vec<u32>,
}

impl Ssa {
    /// Gives each pair of a definition and a use that it reaches, some of them twice. The answer is `false` when
    /// [`budget`] cut them short.
    pub fn run(
        &mut self,
        graph: &FlowGraph,
        dominance: &Dominance,
        events: &Events,
        cells: usize,
        mut out: impl FnMut(Position, Position),
    ) -> bool {
        self.number_cells(events, cells);
        self.frontiers(graph, dominance);
        self.place(graph);
        self.dominator_tree(graph, dominance);
        self.rename(graph, events);
        for &cell in &self.cells {
            self.slot[cell as usize] = NONE;
        }
        self.reach(budget(events.list.len()), &mut out)
    }

    fn number_cells(&mut self, events: &Events, cells: usize) {
        if self.slot.len() < cells {
            self.slot.resize(cells, NONE);
        }
        self.cells.clear();
        // Cells that are never written here need nothing.
        for event in events.list.iter().filter(|e| matches!(e.access, Access::Define | Access::MayDefine)) {
            let slot = &mut self.slot[event.cell as usize];
            if *slot == NONE {
                *slot = self.cells.len() as u32;
                self.cells.push(event.cell);
            }
        }
        let count = self.cells.len();
        self.exposed.clear();
        self.exposed.resize(count, false);
        for lists in [&mut self.defined_in, &mut self.exposed_in] {
            lists.iter_mut().take(count).for_each(Vec::clear);
            if lists.len() < count {
                lists.resize(count, Vec::new());
            }
        }
        // The block that last replaced the cell.
        let covered = &mut self.current;
        covered.clear();
        covered.resize(count, NONE);
        let mut first = 0;
        for (block, &end) in events.ends.iter().enumerate() {
            let block = block as u32;
            for event in &events.list[first..end as usize] {
                let slot = self.slot[event.cell as usize];
                if slot == NONE {
                    continue;
                }
                let slot = slot as usize;
                if matches!(event.access, Access::Use | Access::MayDefine) && covered[slot] != block {
                    self.exposed[slot] = true;
                    if self.exposed_in[slot].last() != Some(&block) {
                        self.exposed_in[slot].push(block);
                    }
                }
                if event.access != Access::Use {
                    if self.defined_in[slot].last() != Some(&block) {
                        self.defined_in[slot].push(block);
                    }
                    if event.access != Access::MayDefine {
                        covered[slot] = block;
                    }
                }
            }
            first = end as usize;
        }
    }

    fn frontiers(&mut self, graph: &FlowGraph, dominance: &Dominance) {
        let blocks = graph.len();
        self.pairs.clear();
        self.seen.clear();
        self.seen.resize(blocks, NONE);
        if !self.exposed.iter().any(|e| *e) {
            return;
        }
        for join in 0..blocks as u32 {
            let preds = graph.preds(join);
            // The first block is a join by its second predecessor: control also comes from outside.
            if preds.len() < 2 && join != 0 {
                continue;
            }
            let end = dominance.idom[join as usize];
            for &pred in preds {
                let mut runner = pred;
                while runner != end && runner != NONE {
                    if std::mem::replace(&mut self.seen[runner as usize], join) == join {
                        break;
                    }
                    self.pairs.push((runner, join));
                    runner = dominance.idom[runner as usize];
                }
            }
        }
        rows(blocks, &self.pairs, &mut self.frontier_starts, &mut self.frontier);
    }

    /// Marks the blocks that a cell is live into. Gives `false` when that takes too long: then it may be all of them.
    fn find_live(&mut self, graph: &FlowGraph, slot: u32) -> bool {
        let (defined, exposed) = (&self.defined_in[slot as usize], &self.exposed_in[slot as usize]);
        let mut steps = LIVE_STEPS * (defined.len() + exposed.len() + LIVE_STEPS);
        for &block in defined {
            self.written[block as usize] = slot;
        }
        self.work.clear();
        for &block in exposed {
            self.live[block as usize] = slot;
            self.work.push(block);
        }
        while let Some(block) = self.work.pop() {
            let preds = graph.preds(block);
            if preds.len() > steps {
                return false;
            }
            steps -= preds.len();
            for &pred in preds {
                if self.written[pred as usize] != slot
                    && std::mem::replace(&mut self.live[pred as usize], slot) != slot
                {
                    self.work.push(pred);
                }
            }
        }
        true
    }

    fn place(&mut self, graph: &FlowGraph) {
        let blocks = graph.len();
        for list in [&mut self.live, &mut self.written] {
            list.clear();
            list.resize(blocks, NONE);
        }
        self.first_phi.clear();
        self.first_phi.resize(blocks, NONE);
        self.phis.clear();
        self.values.clear();
        self.values.push(Value::Nothing);
        self.operands.clear();
        self.seen.clear();
        self.seen.resize(blocks, NONE);
        for slot in 0..self.cells.len() as u32 {
            if !self.exposed[slot as usize] {
                continue;
            }
            let known = self.find_live(graph, slot);
            self.work.clear();
            self.work.extend_from_slice(&self.defined_in[slot as usize]);
            while let Some(block) = self.work.pop() {
                let row = self.frontier_starts[block as usize] as usize
                    ..self.frontier_starts[block as usize + 1] as usize;
                for &join in &self.frontier[row] {
                    if known && self.live[join as usize] != slot {
                        continue;
                    }
                    if std::mem::replace(&mut self.seen[join as usize], slot) != slot {
                        let value = self.values.len() as u32;
                        self.values.push(Value::Phi(NONE));
                        let next = self.first_phi[join as usize];
                        self.first_phi[join as usize] = self.phis.len() as u32;
                        self.phis.push((slot, value, next));
                        self.work.push(join);
                    }
                }
            }
        }
    }

    fn dominator_tree(&mut self, graph: &FlowGraph, dominance: &Dominance) {
        self.pairs.clear();
        let above = dominance.idom.iter().enumerate();
        self.pairs.extend(above.filter(|(_, up)| **up != NONE).map(|(block, up)| (*up, block as u32)));
        rows(graph.len(), &self.pairs, &mut self.child_starts, &mut self.children);
    }

    fn rename(&mut self, graph: &FlowGraph, events: &Events) {
        self.current.clear();
        self.current.resize(self.cells.len(), 0);
        self.undo.clear();
        self.uses.clear();
        self.walk.clear();
        self.walk.push((0, true, 0));
        while let Some((block, enter, mark)) = self.walk.pop() {
            if !enter {
                while self.undo.len() > mark as usize {
                    if let Some((slot, value)) = self.undo.pop() {
                        self.current[slot as usize] = value;
                    }
                }
                continue;
            }
            self.walk.push((block, false, self.undo.len() as u32));
            self.rename_block(graph, events, block);
            let row =
                self.child_starts[block as usize] as usize..self.child_starts[block as usize + 1] as usize;
            self.walk.extend(self.children[row].iter().map(|&child| (child, true, 0)));
        }
    }

    fn rename_block(&mut self, graph: &FlowGraph, events: &Events, block: u32) {
        let mut phi = self.first_phi[block as usize];
        while phi != NONE {
            let (slot, value, next) = self.phis[phi as usize];
            self.set(slot, value);
            phi = next;
        }
        let first = if block == 0 { 0 } else { events.ends[block as usize - 1] };
        for event in &events.list[first as usize..events.ends[block as usize] as usize] {
            let slot = self.slot[event.cell as usize];
            if slot == NONE {
                continue;
            }
            let before = self.current[slot as usize];
            let value = match event.access {
                Access::Use => {
                    if before != 0 {
                        self.uses.push((before, event.node));
                    }
                    continue;
                }
                Access::Define => Value::Defined(event.node),
                Access::MayDefine => Value::MayBe(event.node, before),
                Access::Kill => Value::Nothing,
            };
            let new = if matches!(value, Value::Nothing) {
                0
            } else {
                self.values.push(value);
                self.values.len() as u32 - 1
            };
            self.set(slot, new);
        }
        for &(succ, _) in graph.succs(block) {
            let mut phi = self.first_phi[succ as usize];
            while phi != NONE {
                let (slot, value, next) = self.phis[phi as usize];
                let operand = self.current[slot as usize];
                if operand != 0
                    && operand != value
                    && let Value::Phi(first) = &mut self.values[value as usize]
                {
                    self.operands.push((operand, *first));
                    *first = self.operands.len() as u32 - 1;
                }
                phi = next;
            }
        }
    }

    #[inline]
    fn set(&mut self, slot: u32, value: u32) {
        let before = std::mem::replace(&mut self.current[slot as usize], value);
        self.undo.push((slot, before));
    }

    fn reach(&mut self, mut budget: usize, out: &mut impl FnMut(Position, Position)) -> bool {
        self.seen.clear();
        self.seen.resize(self.values.len(), NONE);
        for place in 0..self.uses.len() {
            let (value, dst) = self.uses[place];
            self.work.clear();
            self.work.push(value);
            while let Some(value) = self.work.pop() {
                if value == 0
                    || std::mem::replace(&mut self.seen[value as usize], place as u32) == place as u32
                {
                    continue;
                }
                if budget == 0 {
                    return false;
                }
                budget -= 1;
                match self.values[value as usize] {
                    Value::Nothing => {}
                    Value::Defined(src) => out(src, dst),
                    Value::MayBe(src, before) => {
                        out(src, dst);
                        self.work.push(before);
                    }
                    Value::Phi(mut next) => {
                        while next != NONE {
                            let (operand, after) = self.operands[next as usize];
                            self.work.push(operand);
                            next = after;
                        }
                    }
                }
            }
        }
        true
    }
}

/// Pairs as rows of a sparse matrix: the second of each, by the first.
fn rows(count: usize, pairs: &[(u32, u32)], starts: &mut Vec<u32>, values: &mut Vec<u32>) {
    starts.clear();
    starts.resize(count + 2, 0);
    for &(row, _) in pairs {
        starts[row as usize + 2] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    values.clear();
    values.resize(pairs.len(), 0);
    for &(row, value) in pairs {
        values[starts[row as usize + 1] as usize] = value;
        starts[row as usize + 1] += 1;
    }
    starts.pop();
}
