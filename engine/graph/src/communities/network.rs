//! The graph as communities see it, and the graph of communities themselves.

use std::borrow::Cow;

use super::scratch::with_scratches;
use crate::{Adjacency, Control, Csr, Index, Result};

/// An undirected graph with weights, without loops: what those weigh is in the strengths.
pub(super) struct Network<'a> {
    pub(super) adjacency: Cow<'a, Adjacency>,
    /// What all edges of a node weigh, loops twice.
    pub(super) strengths: Vec<f64>,
    /// The sum of the strengths: twice what all edges weigh.
    pub(super) total: f64,
}

impl<'a> Network<'a> {
    pub(super) fn of(graph: &'a Csr) -> Network<'a> {
        let undirected = graph.undirected();
        let strengths: Vec<f64> = graph
            .nodes()
            .map(|node| {
                let loops = 2.0 * undirected.loop_weight(node);
                loops
                    + match undirected.adjacency().weights(node) {
                        Some(weights) => weights.iter().sum::<f64>(),
                        None => undirected.neighbours(node).len() as f64,
                    }
            })
            .collect();
        let total = strengths.iter().sum();
        Network { adjacency: Cow::Borrowed(undirected.adjacency()), strengths, total }
    }

    pub(super) fn nodes(&self) -> usize {
        self.strengths.len()
    }

    /// The network of parts: a node for each, of what its members weigh together. `parts` numbers them densely.
    pub(super) fn of_parts(
        &self,
        parts: &[Index],
        count: usize,
        control: &dyn Control,
    ) -> Result<Network<'static>> {
        let mut strengths = vec![0.0; count];
        let mut offsets = vec![0u32; count + 1];
        for (node, part) in parts.iter().enumerate() {
            strengths[*part as usize] += self.strengths[node];
            offsets[*part as usize + 1] += 1;
        }
        for part in 0..count {
            offsets[part + 1] += offsets[part];
        }
        let mut members = vec![0; parts.len()];
        let mut next = offsets.clone();
        for (node, part) in parts.iter().enumerate() {
            members[next[*part as usize] as usize] = node as Index;
            next[*part as usize] += 1;
        }
        // Parts with about as many edges each.
        let (mut blocks, mut first, mut edges) = (Vec::new(), 0, 0);
        for part in 0..count {
            let row = &members[offsets[part] as usize..offsets[part + 1] as usize];
            edges += row.iter().map(|node| self.adjacency.degree(*node)).sum::<usize>();
            if edges > 1 << 16 || part + 1 == count {
                blocks.push(first..part + 1);
                (first, edges) = (part + 1, 0);
            }
        }
        let rows = with_scratches(count, blocks, |scratch, block| {
            control.check()?;
            let (mut targets, mut weights, mut degrees) = (Vec::new(), Vec::new(), Vec::new());
            for part in block {
                for member in &members[offsets[part] as usize..offsets[part + 1] as usize] {
                    scratch.gather(&self.adjacency, *member, parts);
                }
                let before = targets.len();
                scratch.drain(|end, weight| {
                    if end as usize != part && weight > 0.0 {
                        targets.push(end);
                        weights.push(weight);
                    }
                });
                degrees.push((targets.len() - before) as u32);
            }
            Ok((targets, weights, degrees))
        })?;
        let mut adjacency = (vec![0u32], Vec::new(), Vec::new());
        let mut end = 0;
        for (targets, weights, degrees) in rows {
            for degree in degrees {
                end += degree;
                adjacency.0.push(end);
            }
            adjacency.1.extend(targets);
            adjacency.2.extend(weights);
        }
        let adjacency = Adjacency::of_rows(adjacency.0, adjacency.1, adjacency.2);
        Ok(Network { adjacency: Cow::Owned(adjacency), strengths, total: self.total })
    }
}

/// Numbers the labels that occur densely, in the order they first occur; says how many there are.
pub(super) fn renumber(labels: &mut [Index]) -> usize {
    let mut numbers = vec![Index::MAX; labels.len()];
    let mut count = 0;
    for label in labels {
        let number = &mut numbers[*label as usize];
        if *number == Index::MAX {
            *number = count;
            count += 1;
        }
        *label = *number;
    }
    count as usize
}

/// Names each part, numbered in the order they first occur, by its first member.
pub(super) fn named(parts: &[Index]) -> Vec<Index> {
    let mut names: Vec<Index> = Vec::new();
    for (node, part) in parts.iter().enumerate() {
        if *part as usize == names.len() {
            names.push(node as Index);
        }
    }
    parts.iter().map(|part| names[*part as usize]).collect()
}
