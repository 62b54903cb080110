//! PageRank: how often a reader who follows edges at random, and now and then starts afresh, is at each node.

use rayon::prelude::*;

use super::components::{Solved, System};
use crate::{Adjacency, Control, Csr, GraphError, Index, Result, blocks};

/// Options of [`pagerank`]; the defaults are NetworkX's.
#[derive(Clone, Debug)]
pub struct PageRank {
    /// The chance that the reader follows an edge, in 0..=1.
    pub damping: f64,
    /// Ranks are final once all of them together move by less than this times the number of nodes. At 0 exactly
    /// `max_iterations` steps are made.
    pub tolerance: f64,
    pub max_iterations: usize,
    /// Where the reader starts afresh, by relative weight; anywhere alike if empty. Nodes without edges out lead there too.
    pub restart: Vec<(Index, f64)>,
}

impl Default for PageRank {
    fn default() -> Self {
        PageRank { damping: 0.85, tolerance: 1e-6, max_iterations: 100, restart: Vec::new() }
    }
}

/// The answer of [`pagerank`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranks {
    /// One rank a node; they sum to one.
    pub ranks: Vec<f64>,
    /// Steps of all ranks; of a solution by components, the most sweeps that one took.
    pub iterations: usize,
    /// How far all ranks together moved in the last step, or would at most in the next one.
    pub change: f64,
}

/// PageRank (Page, Brin, Motwani and Winograd, "The PageRank citation ranking", 1999) by power iteration: each node pulls
/// from those with edges to it, in fixed blocks and a fixed order. Parallel edges count as often as they are there, by
/// their weights if the graph has any; loops count. Nodes whose weights out sum to zero lead to where readers restart.
/// Where no strongly connected component is large, ranks are found component by component ([`super::components`]) to the
/// same tolerance, and not iterated at all; with a tolerance of 0 the iteration starts from where readers restart.
///
/// Time O((nodes + edges) · iterations), memory 32 bytes a node and 24 for the components; needs the incoming side.
/// Fails on weights below zero or infinite, on options outside of their range, and with [`GraphError::NotConverged`].
pub fn pagerank(graph: &Csr, options: &PageRank, control: &dyn Control) -> Result<Ranks> {
    let nodes = graph.node_count();
    check(graph, options)?;
    if nodes == 0 {
        return Ok(Ranks::default());
    }
    control.reserve(nodes * if options.restart.is_empty() { 32 } else { 40 })?;
    let start = restart(nodes, &options.restart)?;
    let start_at = |node: usize| start.as_ref().map_or(1.0 / nodes as f64, |start| start[node]);
    let incoming = graph.incoming();

    // What a node hands on is its rank by the weight of its edges; the division is made once, not once an edge.
    let share: Vec<f64> =
        (0..nodes as Index).into_par_iter().map(|node| inverse(graph.outgoing(), node)).collect();
    let mut ranks = vec![0.0; nodes];
    let start = start.as_deref();
    let (damping, tolerance) = (options.damping, options.tolerance);
    let system = System { incoming, share: &share, start, damping, tolerance };
    let solved = match tolerance > 0.0 {
        true => system.solve(&mut ranks, options.max_iterations, control)?,
        false => None,
    };
    match solved {
        Some(Solved { sweeps: iterations, change }) if change < tolerance * nodes as f64 => {
            return Ok(Ranks { ranks, iterations, change });
        }
        Some(_) => {}
        None => ranks.iter_mut().enumerate().for_each(|(node, rank)| *rank = start_at(node)),
    }
    let blocks = blocks::of(incoming);
    let mut given: Vec<f64> = ranks.iter().zip(&share).map(|(rank, share)| rank * share).collect();
    let mut given_next = vec![0.0; nodes];
    let mut stuck: f64 =
        ranks.iter().zip(&share).filter(|(_, share)| **share == 0.0).map(|(rank, _)| rank).sum();
    let mut change = 0.0;
    for iteration in 1..=options.max_iterations {
        control.check()?;
        let parts = blocks.iter().zip(blocks::split(&blocks, &mut ranks));
        let parts: Vec<_> = parts.zip(blocks::split(&blocks, &mut given_next)).collect();
        let sums: Vec<(f64, f64)> = parts
            .into_par_iter()
            .map(|((block, ranks), given_next)| {
                control.check()?;
                let (mut change, mut dangling) = (0.0, 0.0);
                for (at, node) in block.clone().enumerate() {
                    let afresh = (1.0 - options.damping + options.damping * stuck) * start_at(node as usize);
                    let rank = afresh + options.damping * pulled(incoming, node, &given);
                    let share = share[node as usize];
                    change += (rank - ranks[at]).abs();
                    dangling += if share == 0.0 { rank } else { 0.0 };
                    ranks[at] = rank;
                    given_next[at] = rank * share;
                }
                Ok((change, dangling))
            })
            .collect::<Result<_>>()?;
        (change, stuck) = sums.iter().fold((0.0, 0.0), |sum, block| (sum.0 + block.0, sum.1 + block.1));
        std::mem::swap(&mut given, &mut given_next);
        if change < options.tolerance * nodes as f64 {
            return Ok(Ranks { ranks, iterations: iteration, change });
        }
    }
    if options.tolerance > 0.0 {
        return Err(GraphError::NotConverged {
            algorithm: "pagerank",
            iterations: options.max_iterations,
            change,
            tolerance: options.tolerance * nodes as f64,
        });
    }
    Ok(Ranks { ranks, iterations: options.max_iterations, change })
}

fn check(graph: &Csr, options: &PageRank) -> Result<()> {
    if !(0.0..=1.0).contains(&options.damping) {
        return Err(GraphError::Argument(format!("damping is {}, which is not in 0..=1", options.damping)));
    }
    if options.tolerance.is_nan() || options.tolerance < 0.0 {
        return Err(GraphError::Argument(format!("tolerance is {}, which is below zero", options.tolerance)));
    }
    crate::csr::summable(graph, "pagerank")
}

/// The chance of each node to be started from; nothing if they are all alike.
fn restart(nodes: usize, weights: &[(Index, f64)]) -> Result<Option<Vec<f64>>> {
    if weights.is_empty() {
        return Ok(None);
    }
    let mut start = vec![0.0; nodes];
    for (node, weight) in weights {
        let Some(place) = start.get_mut(*node as usize).filter(|_| *weight >= 0.0 && weight.is_finite())
        else {
            let text = format!("{weight} is no weight to restart by, or {node} no node to restart at");
            return Err(GraphError::Argument(text));
        };
        *place += weight;
    }
    let sum: f64 = start.iter().sum();
    if sum <= 0.0 {
        return Err(GraphError::Argument("the weights to restart by sum to zero".into()));
    }
    start.iter_mut().for_each(|weight| *weight /= sum);
    Ok(Some(start))
}

/// One by the weight of a node's edges; 0 if they have none.
fn inverse(outgoing: &Adjacency, node: Index) -> f64 {
    let sum: f64 = match outgoing.weights(node) {
        Some(weights) => weights.iter().sum(),
        None => outgoing.degree(node) as f64,
    };
    if sum > 0.0 { 1.0 / sum } else { 0.0 }
}

/// What the nodes with edges to this one hand it. Four sums go side by side, as an addition waits for the one before.
#[inline]
pub(super) fn pulled(incoming: &Adjacency, node: Index, given: &[f64]) -> f64 {
    let sources = incoming.neighbours(node);
    let mut sums = [0.0; 4];
    match incoming.weights(node) {
        None => {
            let fours = sources.chunks_exact(4);
            let rest = fours.remainder();
            for four in fours {
                for lane in 0..4 {
                    sums[lane] += given[four[lane] as usize];
                }
            }
            for source in rest {
                sums[0] += given[*source as usize];
            }
        }
        Some(weights) => {
            for (at, (source, weight)) in sources.iter().zip(weights).enumerate() {
                sums[at & 3] += given[*source as usize] * weight;
            }
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
