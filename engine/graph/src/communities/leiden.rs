//! The Leiden algorithm: Louvain's, whose communities hold together.

use super::louvain::{Communities, Modular, check, communities, order};
use super::moving::Partition;
use super::network::{Network, named, renumber};
use super::scratch::Scratch;
use crate::{Control, Csr, Index, Pace, Result};

/// How often the whole is gone through again, from the communities of the time before.
const ITERATIONS: usize = 2;

/// Communities of high modularity, each connected (Traag, Waltman and van Eck, "From Louvain to Leiden: guaranteeing
/// well-connected communities", 2019). Between moving nodes and making the next level of communities, these are parted
/// again into what is well connected within; a level's nodes are those parts, its first communities the whole. Of the
/// parts a node could join it takes the one that gains most, not one at random.
///
/// All else as [`louvain`](super::louvain); memory 90 bytes a node, and 12 an edge.
pub fn leiden(graph: &Csr, options: &Modular, control: &dyn Control) -> Result<Communities> {
    check(graph, options, "leiden")?;
    control.reserve(graph.node_count() * 90 + graph.edge_count() * 12)?;
    let mut labels: Vec<Index> = graph.nodes().collect();
    let mut levels = Vec::new();
    for iteration in 0..ITERATIONS {
        levels = iterate(graph, labels.clone(), iteration, options, control)?;
        match levels.last() {
            Some(found) if *found != labels => labels.clone_from(found),
            _ => break,
        }
    }
    communities(graph, levels, options)
}

/// One iteration from a partition; the levels it found, as [`Communities::levels`].
fn iterate(
    graph: &Csr,
    start: Vec<Index>,
    iteration: usize,
    options: &Modular,
    control: &dyn Control,
) -> Result<Vec<Vec<Index>>> {
    let mut network = Network::of(graph);
    let mut whole = start;
    // Of each node of the graph, which of the network's it is in.
    let mut parts: Vec<Index> = graph.nodes().collect();
    let mut levels: Vec<Vec<Index>> = Vec::new();
    loop {
        let mut partition = Partition::new(&network, whole);
        let seed = options.seed.map(|seed| seed ^ (levels.len() as u64 + 1) << (iteration + 8));
        partition.improve(&network, order(network.nodes(), seed), options.resolution, control)?;
        whole = partition.labels;
        let count = renumber(&mut whole);
        let done = count == network.nodes() || levels.len() + 1 >= options.max_levels;
        let mut refined =
            if done { whole.clone() } else { refined(&network, &whole, options.resolution, control)? };
        let refined_count = renumber(&mut refined);
        if done || refined_count == network.nodes() {
            // What could not be put together any more is parted where it does not hang together.
            let mut labels: Vec<Index> = parts.iter().map(|part| whole[*part as usize]).collect();
            connected(graph, &mut labels, control)?;
            levels.push(named(&labels));
            return Ok(levels);
        }
        parts.iter_mut().for_each(|part| *part = refined[*part as usize]);
        control.reserve(parts.len() * 4)?;
        levels.push(named(&parts));
        let mut above = vec![0; refined_count];
        refined.iter().zip(&whole).for_each(|(part, whole)| above[*part as usize] = *whole);
        network = network.of_parts(&refined, refined_count, control)?;
        whole = above;
    }
}

/// The parts of each community that are well connected: nodes, each at first by itself, join a part of their community
/// once, if both have at least as many edges to the rest of it as chance would give them.
fn refined(network: &Network, whole: &[Index], resolution: f64, control: &dyn Control) -> Result<Vec<Index>> {
    let nodes = network.nodes();
    let scale = resolution / network.total;
    let mut communities = vec![0.0; nodes];
    whole
        .iter()
        .zip(&network.strengths)
        .for_each(|(label, strength)| communities[*label as usize] += strength);
    let mut parts: Vec<Index> = (0..nodes as Index).collect();
    let mut sums = network.strengths.clone();
    let mut alone = vec![true; nodes];
    let mut pace = Pace::new(control);
    // What joins each part to the rest of its community.
    let mut joins = vec![0.0; nodes];
    for node in 0..nodes as Index {
        let own = whole[node as usize];
        let ends = network.adjacency.weighted(node).filter(|(end, _)| whole[*end as usize] == own);
        joins[node as usize] = ends.map(|(_, weight)| weight).sum();
        pace.steps(1 + network.adjacency.degree(node))?;
    }
    let mut scratch = Scratch::new(nodes);
    for node in 0..nodes as Index {
        let own = whole[node as usize];
        let (strength, rest) = (network.strengths[node as usize], communities[own as usize]);
        if !alone[node as usize] || joins[node as usize] < scale * strength * (rest - strength) {
            continue;
        }
        pace.steps(1 + network.adjacency.degree(node))?;
        for (end, weight) in network.adjacency.weighted(node) {
            if whole[end as usize] == own {
                scratch.add(parts[end as usize], weight);
            }
        }
        let mut best = (0.0, node, 0.0);
        scratch.drain(|part, weight| {
            let sum = sums[part as usize];
            let well = joins[part as usize] >= scale * sum * (rest - sum);
            let gain = weight - scale * strength * sum;
            if part != node && well && (gain > best.0 || (gain == best.0 && gain > 0.0 && part < best.1)) {
                best = (gain, part, weight);
            }
        });
        let (_, part, weight) = best;
        if part != node {
            alone[part as usize] = false;
            alone[node as usize] = false;
            parts[node as usize] = part;
            sums[part as usize] += strength;
            joins[part as usize] += joins[node as usize] - 2.0 * weight;
        }
    }
    Ok(parts)
}

/// Numbers anew, by the order of their first nodes, the connected parts of each label.
fn connected(graph: &Csr, labels: &mut [Index], control: &dyn Control) -> Result<()> {
    let mut parts = vec![Index::MAX; labels.len()];
    let mut count = 0;
    let mut open: Vec<Index> = Vec::new();
    let mut pace = Pace::new(control);
    for start in graph.nodes() {
        if parts[start as usize] != Index::MAX {
            continue;
        }
        parts[start as usize] = count;
        open.push(start);
        while let Some(node) = open.pop() {
            let neighbours = graph.undirected().neighbours(node);
            pace.steps(1 + neighbours.len())?;
            for neighbour in neighbours {
                let apart = labels[*neighbour as usize] != labels[node as usize];
                if !apart && parts[*neighbour as usize] == Index::MAX {
                    parts[*neighbour as usize] = count;
                    open.push(*neighbour);
                }
            }
        }
        count += 1;
    }
    labels.copy_from_slice(&parts);
    Ok(())
}
