//! Betweenness: of all shortest paths, how many lead through a node, or over an edge.

use rayon::prelude::*;
use std::borrow::Cow;

use super::shortest::{Sides, Tally, Walk};
use crate::{Control, Csr, Direction, GraphError, Index, Result};

/// From where shortest paths are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sources {
    /// From every node: the exact answer.
    #[default]
    All,
    /// From so many nodes, drawn by a seed; the answer is scaled to be what is to be expected of all.
    Sample { count: usize, seed: u64 },
    /// From these nodes, as if they had been drawn.
    Given(Vec<Index>),
}

/// Options of [`betweenness_centrality`] and [`edge_betweenness`]; the defaults are NetworkX's.
#[derive(Clone, Debug)]
pub struct Betweenness {
    pub sources: Sources,
    /// Whether edges are walked along their direction only.
    pub directed: bool,
    /// Whether the answer is a share of all pairs of nodes.
    pub normalized: bool,
}

impl Default for Betweenness {
    fn default() -> Self {
        Betweenness { sources: Sources::All, directed: true, normalized: true }
    }
}

/// In how many parts of their own sums the sources are shared out: fixed, so that the answer does not depend on threads.
const PARTS: usize = 16;

/// For each node the number, or share, of shortest paths between two others that lead through it; of several shortest paths
/// between two nodes each counts for its part. Shortest by weight in a graph with weights. Of parallel edges the lightest
/// counts, once; loops never do. With a sample, NetworkX's scaling of it (a source has no paths to itself).
///
/// Brandes, "A faster algorithm for betweenness centrality", 2001; sampled as in Brandes and Pich, 2007. A level is counted
/// from whichever of its ends has fewer edges. Time O(sources · edges), with weights O(sources · (edges + nodes · log nodes));
/// memory 8 bytes a node for each of at most 16 parts and 40 for each thread. Fails on weights that are not above zero.
pub fn betweenness_centrality(graph: &Csr, options: &Betweenness, control: &dyn Control) -> Result<Vec<f64>> {
    let nodes = graph.node_count();
    let drawn = sources(nodes, &options.sources)?;
    let sides = sides(graph, options.directed)?;
    let mut scores = tallied(&sides, drawn.as_deref(), nodes, false, control)?;
    let n = nodes as f64 - 1.0;
    if n < 2.0 {
        return Ok(scores);
    }
    let both = if options.directed { 1.0 } else { 2.0 };
    let scale = |sources: f64| match options.normalized {
        true => 1.0 / (sources * (n - 1.0)),
        false => n / (sources * both),
    };
    let drawn = drawn.unwrap_or_default();
    let others = if drawn.is_empty() { scale(n) } else { scale(drawn.len() as f64) };
    let own = if drawn.len() == 1 { f64::NAN } else { scale(drawn.len() as f64 - 1.0) };
    let own_scores: Vec<f64> = drawn.iter().map(|node| scores[*node as usize] * own).collect();
    scores.iter_mut().for_each(|score| *score *= others);
    drawn.iter().zip(own_scores).for_each(|(node, score)| scores[*node as usize] = score);
    Ok(scores)
}

/// The answer of [`edge_betweenness`], a row an edge: by source, then target; of an undirected graph each pair once, the
/// smaller node as source. Parallel edges are one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EdgeScores {
    pub sources: Vec<Index>,
    pub targets: Vec<Index>,
    pub scores: Vec<f64>,
}

/// For each edge the number, or share, of shortest paths that lead over it. All else as [`betweenness_centrality`], with
/// 8 bytes an edge for each of at most 16 parts.
pub fn edge_betweenness(graph: &Csr, options: &Betweenness, control: &dyn Control) -> Result<EdgeScores> {
    let nodes = graph.node_count();
    let drawn = sources(nodes, &options.sources)?;
    let sides = sides(graph, options.directed)?;
    let along = &*sides.along;
    let scores = tallied(&sides, drawn.as_deref(), along.targets().len(), true, control)?;
    let n = nodes as f64;
    let count = drawn.map_or(n, |drawn| drawn.len() as f64);
    let scale = match (options.normalized, options.directed) {
        _ if nodes < 2 => 1.0,
        (true, _) => 1.0 / (count * (n - 1.0)),
        (false, true) => n / count,
        (false, false) => n / count / 2.0,
    };
    let mut answer = EdgeScores::default();
    for source in graph.nodes() {
        for at in along.range(source) {
            let target = along.targets()[at];
            let score = if options.directed {
                scores[at]
            } else if source < target {
                let back =
                    along.range(target).start + along.neighbours(target).partition_point(|end| *end < source);
                scores[at] + scores[back]
            } else {
                continue;
            };
            answer.sources.push(source);
            answer.targets.push(target);
            answer.scores.push(score * scale);
        }
    }
    Ok(answer)
}

fn sides(graph: &Csr, directed: bool) -> Result<Sides<'_>> {
    let direction = if directed { Direction::Out } else { Direction::Both };
    if let Some(edge) = graph
        .least_weight()
        .filter(|least| *least <= 0.0)
        .and_then(|_| graph.edges().find(|edge| graph.weight(edge.number) <= 0.0))
    {
        let (source, target, weight) =
            (graph.id(edge.source), graph.id(edge.target), graph.weight(edge.number));
        return Err(match weight < 0.0 {
            true => GraphError::NegativeWeight {
                algorithm: "betweenness",
                source_id: source,
                target_id: target,
                weight,
            },
            false => GraphError::Argument(format!(
                "the edge {source} → {target} weighs nothing: betweenness takes only weights above zero"
            )),
        });
    }
    let along = direction.lightest(graph);
    let against = match directed {
        false => None,
        true => Some(Direction::In.lightest(graph)),
    };
    Ok(Sides { along, against, weighted: graph.is_weighted() })
}

/// The nodes paths are counted from, ascending; nothing for all of them.
fn sources(nodes: usize, sources: &Sources) -> Result<Option<Vec<Index>>> {
    let mut drawn = match sources {
        Sources::All => return Ok(None),
        Sources::Sample { count, .. } if *count >= nodes => (0..nodes as Index).collect(),
        Sources::Sample { count, seed } => crate::random::sample(nodes, *count, *seed),
        Sources::Given(given) => given.clone(),
    };
    drawn.sort_unstable();
    drawn.dedup();
    if drawn.is_empty() && nodes > 0 {
        return Err(GraphError::Argument("a sample of no nodes says nothing of betweenness".into()));
    }
    match drawn.last() {
        Some(last) if *last as usize >= nodes => {
            Err(GraphError::Argument(format!("there is no node of the index {last}")))
        }
        _ => Ok(Some(drawn)),
    }
}

/// What the walks from all sources count, added up: for each node, or each entry of the adjacency.
fn tallied(
    sides: &Sides,
    sources: Option<&[Index]>,
    length: usize,
    edges: bool,
    control: &dyn Control,
) -> Result<Vec<f64>> {
    let nodes = sides.along.node_count();
    let sources: Cow<[Index]> = match sources {
        Some(sources) => Cow::Borrowed(sources),
        None => Cow::Owned((0..nodes as Index).collect()),
    };
    let parts = sources.len().div_ceil(PARTS).max(1);
    control
        .reserve(length * 8 * sources.len().div_ceil(parts) + nodes * 40 * rayon::current_num_threads())?;
    let parts: Vec<Vec<f64>> = sources
        .par_chunks(parts)
        .with_max_len(1)
        .map_init(
            || Walk::new(sides),
            |walk, sources| {
                let mut scores = vec![0.0; length];
                for source in sources {
                    let tally = if edges { Tally::Edges(&mut scores) } else { Tally::Nodes(&mut scores) };
                    walk.from(*source, tally, control)?;
                }
                Ok(scores)
            },
        )
        .collect::<Result<_>>()?;
    let mut parts = parts.into_iter();
    let mut sum = parts.next().unwrap_or_else(|| vec![0.0; length]);
    for part in parts {
        sum.iter_mut().zip(part).for_each(|(sum, score)| *sum += score);
    }
    Ok(sum)
}
