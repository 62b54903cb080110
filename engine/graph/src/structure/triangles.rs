//! Triangles: three nodes each joined with both others, and how close to that a node's neighbours are.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::bits::Bits;
use crate::{Adjacency, Control, Csr, Index, Result, blocks};

/// How many triangles each node is in. Neighbours are taken in either direction, each once; loops do not count.
///
/// Each triangle is found once, from its corner of least degree (Chiba and Nishizeki, "Arboricity and subgraph listing
/// algorithms", 1985): each node keeps its neighbours of higher degree alone.
/// Time O(edges^1.5), memory 8 bytes an edge, 4 a node and 9 more for each thread; needs the undirected side.
pub fn triangle_count(graph: &Csr, control: &dyn Control) -> Result<Vec<u64>> {
    let forward = Forward::of(graph, control)?;
    forward.count(control, |counts, marked, u, v| {
        let mut found = 0;
        let mut common = [0; CHUNK];
        for ends in forward.of_node(v).chunks(CHUNK) {
            // Without a branch, as whether a mark is met is as good as chance: each is written down, and the place is kept
            // if it was one.
            let mut count = 0;
            for w in ends {
                common[count % CHUNK] = *w;
                count += usize::from(marked.has(*w));
            }
            common[..count].iter().for_each(|w| counts[*w as usize] += 1);
            found += count as u64;
        }
        counts[u as usize] += found;
        counts[v as usize] += found;
    })
}

/// How many neighbours are looked through before those in common are counted.
const CHUNK: usize = 64;

/// What [`clustering_coefficient`] takes for closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clustering {
    /// Of the pairs of neighbours, how many are neighbours themselves; directions are left aside (Watts and Strogatz, 1998).
    #[default]
    Undirected,
    /// Of the directed triangles that could be, how many are (Fagiolo, 2007): NetworkX's for directed graphs.
    Directed,
    /// Of the edges that could lead from one neighbour to another, how many are: that of LDBC Graphalytics.
    Graphalytics,
}

/// For each node how close its neighbours are to being each other's: 0 to 1, and 0 for nodes with fewer than two. Parallel
/// edges count once and loops not at all. [`average`] of it is the graph's.
///
/// Time and memory as [`triangle_count`].
pub fn clustering_coefficient(graph: &Csr, kind: Clustering, control: &dyn Control) -> Result<Vec<f64>> {
    let degree = |node: Index| graph.undirected().neighbours(node).len() as f64;
    let ratio = |closed: f64, possible: f64| if closed == 0.0 { 0.0 } else { closed / possible };
    if kind == Clustering::Undirected {
        let counts = triangle_count(graph, control)?;
        let all = graph.nodes().zip(counts);
        return Ok(all
            .map(|(node, count)| ratio(2.0 * count as f64, degree(node) * (degree(node) - 1.0)))
            .collect());
    }
    let forward = Forward::of(graph, control)?;
    // In how many directions two nodes that are joined are joined, beside the targets.
    let both: Vec<u64> = forward.directions(graph);
    let counts = forward.count(control, |counts, marked, u, v| {
        let uv = both[forward.place(u, v)];
        let mut at = 0;
        let row = forward.range(u);
        let mine = &forward.targets[row.clone()];
        for (w, vw) in forward.of_node(v).iter().zip(&both[forward.range(v)]) {
            if !marked.has(*w) {
                continue;
            }
            // Both rows ascend, so that the place of a common neighbour is found by going on from the last.
            while mine[at] != *w {
                at += 1;
            }
            let uw = both[row.start + at];
            match kind {
                Clustering::Directed => {
                    let triangles = uv * vw * uw;
                    [u, v, *w].iter().for_each(|node| counts[*node as usize] += triangles);
                }
                _ => {
                    counts[u as usize] += vw;
                    counts[v as usize] += uw;
                    counts[*w as usize] += uv;
                }
            }
        }
    })?;
    Ok(graph
        .nodes()
        .map(|node| {
            let closed = counts[node as usize] as f64;
            let joined = degree(node);
            match kind {
                Clustering::Directed => {
                    let ways = ends(graph.outgoing(), node) + ends(graph.incoming(), node);
                    let returned = ways - joined;
                    ratio(closed, ways * (ways - 1.0) - 2.0 * returned)
                }
                _ => ratio(closed, joined * (joined - 1.0)),
            }
        })
        .collect())
}

/// The mean over all nodes; 0 without any.
pub fn average(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// How many different nodes, itself left out, a node has on one side.
fn ends(adjacency: &Adjacency, node: Index) -> f64 {
    let row = adjacency.neighbours(node);
    let repeated = row.windows(2).filter(|pair| pair[0] == pair[1]).count();
    (row.len() - repeated - usize::from(row.binary_search(&node).is_ok())) as f64
}

/// The graph with each pair standing at its end of lower degree alone, or of two alike at the one that comes first. Pairs
/// with a node that has no other neighbour are in no triangle, and left out.
struct Forward {
    offsets: Vec<u32>,
    targets: Vec<Index>,
}

impl Forward {
    fn of(graph: &Csr, control: &dyn Control) -> Result<Forward> {
        let adjacency = graph.undirected().adjacency();
        let count = graph.node_count();
        control.reserve(count * 4 + adjacency.targets().len() * 4)?;
        let rank = |node: Index| (adjacency.degree(node) as u64) << 32 | u64::from(node);
        let rows: Vec<(Vec<u32>, Vec<Index>)> = blocks::of(adjacency)
            .into_par_iter()
            .map(|block| {
                control.check()?;
                let (mut lengths, mut targets) = (Vec::with_capacity(block.len()), Vec::new());
                for node in block {
                    let (first, mut kept) = (targets.len(), targets.len());
                    let neighbours = adjacency.neighbours(node);
                    // It takes two neighbours to be in a triangle.
                    if neighbours.len() > 1 {
                        let own = rank(node);
                        targets.resize(first + neighbours.len(), 0);
                        // Without a branch, as which end is the higher is as good as chance.
                        for neighbour in neighbours {
                            targets[kept] = *neighbour;
                            kept += usize::from(rank(*neighbour) > own);
                        }
                        targets.truncate(kept);
                    }
                    lengths.push((kept - first) as u32);
                }
                Ok((lengths, targets))
            })
            .collect::<Result<_>>()?;
        let (mut offsets, mut targets) =
            (Vec::with_capacity(count + 1), Vec::with_capacity(adjacency.targets().len() / 2));
        let mut end = 0;
        offsets.push(end);
        for (lengths, row) in rows {
            for length in lengths {
                end += length;
                offsets.push(end);
            }
            targets.extend(row);
        }
        Ok(Forward { offsets, targets })
    }

    fn node_count(&self) -> usize {
        self.offsets.len() - 1
    }

    fn range(&self, node: Index) -> std::ops::Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }

    fn of_node(&self, node: Index) -> &[Index] {
        &self.targets[self.range(node)]
    }

    /// Where a neighbour stands.
    fn place(&self, u: Index, v: Index) -> usize {
        let row = self.range(u);
        row.start + self.targets[row].partition_point(|target| *target < v)
    }

    /// For each pair whether edges lead in one direction or in both: 1 or 2.
    fn directions(&self, graph: &Csr) -> Vec<u64> {
        let mut directions = Vec::with_capacity(self.targets.len());
        for node in graph.nodes() {
            for other in self.of_node(node) {
                let out = graph.outgoing().neighbours(node).binary_search(other).is_ok();
                let back = graph.outgoing().neighbours(*other).binary_search(&node).is_ok();
                directions.push(u64::from(out) + u64::from(back));
            }
        }
        directions
    }

    /// Calls `visit` with every node `u` and neighbour `v` of it, the neighbours of `u` being marked; and adds up what it
    /// counts for each. Counts are whole numbers: which thread adds them makes no difference.
    fn count(
        &self,
        control: &dyn Control,
        visit: impl Fn(&mut [u64], &Bits, Index, Index) + Sync,
    ) -> Result<Vec<u64>> {
        const BLOCK: usize = 256;
        let nodes = self.node_count();
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<u64>> {
            control.reserve(nodes * 8)?;
            let (mut counts, mut marked) = (vec![0; nodes], Bits::new(nodes));
            loop {
                let first = next.fetch_add(BLOCK, Relaxed);
                if first >= nodes {
                    return Ok(counts);
                }
                for u in first as Index..(first + BLOCK).min(nodes) as Index {
                    let ends = self.of_node(u);
                    if ends.len() < 2 {
                        continue;
                    }
                    control.check()?;
                    ends.iter().for_each(|v| marked.add(*v));
                    ends.iter().for_each(|v| visit(&mut counts, &marked, u, *v));
                    ends.iter().for_each(|v| marked.remove(*v));
                }
            }
        };
        let mut parts = rayon::broadcast(|_| work()).into_iter();
        let mut sum = parts.next().unwrap_or_else(|| Ok(vec![0; nodes]))?;
        for part in parts {
            sum.iter_mut().zip(part?).for_each(|(sum, count)| *sum += count);
        }
        Ok(sum)
    }
}
