//! What neighbours say of one another: an edge of a table has its ends in certain tables, and nodes of certain labels.
//!
//! Arc consistency (Mackworth, "Consistency in networks of relations", 1977): a class of rows stays a candidate of a
//! variable only while each neighbour has a candidate that fits. It never changes what a pattern matches; it keeps
//! tables out of a plan that could not give a row.

use std::collections::BTreeSet;

use super::bind::{Bound, BoundStep, Class, Route};
use super::catalog::{EdgeTable, TableLabels};
use super::syntax::Direction;

/// An edge between two nodes, all three places of variables.
type Arc = (usize, usize, usize, Direction);

impl Bound<'_> {
    /// Finds what stays of every variable.
    pub(super) fn narrow(&mut self) {
        for variable in &mut self.variables {
            variable.classes = variable.labelled.clone();
        }
        let mut arcs: Vec<Arc> = Vec::new();
        // (repeat, the node before it, the node behind it)
        let mut rounds: Vec<(usize, usize, usize)> = Vec::new();
        for path in &self.paths {
            collect(&path.route, &mut arcs, &mut rounds);
        }
        for repeat in &self.repeats {
            collect(&repeat.route, &mut arcs, &mut rounds);
        }
        loop {
            let before: usize = self.variables.iter().map(|variable| variable.classes.len()).sum();
            for arc in &arcs {
                self.fit(*arc);
            }
            for (repeat, start, end) in &rounds {
                self.fit_rounds(*repeat, *start, *end);
            }
            let after: usize = self.variables.iter().map(|variable| variable.classes.len()).sum();
            if after == before {
                return;
            }
        }
    }

    fn fit(&mut self, (edge, from, to, direction): Arc) {
        let edges = &self.graph.edges;
        let [froms, tos] = [from, to].map(|node| self.variables[node].classes.clone());
        let kept = |class: &Class| {
            let right = direction != Direction::Left
                && self.some(&froms, *class, true)
                && self.some(&tos, *class, false);
            let left = direction != Direction::Right
                && self.some(&froms, *class, false)
                && self.some(&tos, *class, true);
            right || left
        };
        let classes: BTreeSet<Class> = self.variables[edge].classes.iter().copied().filter(kept).collect();
        let fits_some = |node: &Class, at_source: bool| {
            classes.iter().any(|class| self.fits(&edges[class.0], *class, *node, at_source))
        };
        let sides = |node: &Class, is_from: bool| match direction {
            Direction::Right => fits_some(node, is_from),
            Direction::Left => fits_some(node, !is_from),
            Direction::Either => fits_some(node, true) || fits_some(node, false),
        };
        let froms: BTreeSet<Class> = froms.iter().copied().filter(|node| sides(node, true)).collect();
        let tos: BTreeSet<Class> = tos.iter().copied().filter(|node| sides(node, false)).collect();
        self.variables[edge].classes = classes;
        self.variables[from].classes = froms;
        let both: BTreeSet<Class> = match from == to {
            true => self.variables[from].classes.intersection(&tos).copied().collect(),
            false => tos,
        };
        self.variables[to].classes = both;
    }

    /// Each round begins where the one before it ended.
    fn fit_rounds(&mut self, repeat: usize, start: usize, end: usize) {
        let repeat = &self.repeats[repeat];
        let (Some(&first), Some(&last)) = (repeat.route.nodes.first(), repeat.route.nodes.last()) else {
            return;
        };
        let may_be_none = repeat.quantifier.min == 0;
        let classes = |variable: usize| &self.variables[variable].classes;
        let union =
            |a: usize, b: usize| -> BTreeSet<Class> { classes(a).union(classes(b)).copied().collect() };
        let before = union(start, last);
        let behind = union(end, first);
        let keep = |variable: usize, among: &BTreeSet<Class>| -> BTreeSet<Class> {
            classes(variable).intersection(among).copied().collect()
        };
        let firsts = keep(first, &before);
        let lasts = keep(last, &behind);
        let (starts, ends) = match may_be_none {
            true => (classes(start).clone(), classes(end).clone()),
            false => (keep(start, &firsts), keep(end, &lasts)),
        };
        self.variables[first].classes = firsts;
        // A route whose ends are one variable is a cycle: both hold of it.
        let lasts = match first == last {
            true => self.variables[first].classes.intersection(&lasts).copied().collect(),
            false => lasts,
        };
        self.variables[last].classes = lasts;
        self.variables[start].classes = starts;
        self.variables[end].classes = match start == end {
            true => self.variables[start].classes.intersection(&ends).copied().collect(),
            false => ends,
        };
    }

    /// Whether some of the nodes fit an end of an edge.
    fn some(&self, nodes: &BTreeSet<Class>, edge: Class, at_source: bool) -> bool {
        nodes.iter().any(|node| self.fits(&self.graph.edges[edge.0], edge, *node, at_source))
    }

    fn fits(&self, table: &EdgeTable, edge: Class, node: Class, at_source: bool) -> bool {
        let end = if at_source { &table.source } else { &table.destination };
        if end.vertex != node.0 {
            return false;
        }
        // Without a label of its own a node may have any that an end asks for.
        let TableLabels::Column { labels, .. } = &self.graph.vertices[node.0].labels else { return true };
        let (Some(edge), Some(node)) = (table.element.labels.names().get(edge.1), labels.get(node.1)) else {
            return true;
        };
        end.allows(edge, node)
    }
}

fn collect(route: &Route, arcs: &mut Vec<Arc>, rounds: &mut Vec<(usize, usize, usize)>) {
    for (step, ends) in route.steps.iter().zip(route.nodes.windows(2)) {
        match step {
            BoundStep::Edge { variable, direction } => arcs.push((*variable, ends[0], ends[1], *direction)),
            BoundStep::Repeat(repeat) => rounds.push((*repeat, ends[0], ends[1])),
        }
    }
}
