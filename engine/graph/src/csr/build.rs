//! From columns of edges to adjacencies: number the ends, count, place.

use rayon::prelude::*;

use super::dictionary::Dictionary;
use super::{Adjacency, Csr, EdgeColumns, Index};
use crate::{GraphError, Result};

pub(super) fn csr(edges: &[EdgeColumns<'_>], nodes: &[i64]) -> Result<Csr> {
    let weighted = edges.iter().any(|piece| piece.weights.is_some() && !piece.src.is_empty());
    let mut count = 0;
    for piece in edges.iter().filter(|piece| !(piece.src.is_empty() && piece.dst.is_empty())) {
        let weights = piece.weights.map_or(if weighted { 0 } else { piece.src.len() }, <[f64]>::len);
        if piece.src.len() != piece.dst.len() || piece.src.len() != weights {
            return Err(GraphError::Lengths { sources: piece.src.len(), targets: piece.dst.len(), weights });
        }
        if let Some(at) = piece.weights.and_then(|weights| weights.iter().position(|weight| weight.is_nan()))
        {
            return Err(GraphError::NotANumber { source_id: piece.src[at], target_id: piece.dst[at] });
        }
        count += piece.src.len();
    }
    if count > Csr::MAX_EDGES {
        return Err(GraphError::TooLarge { what: "edges", count, limit: Csr::MAX_EDGES });
    }

    let mut columns: Vec<&[i64]> = edges.iter().flat_map(|piece| [piece.src, piece.dst]).collect();
    columns.push(nodes);
    let dictionary = Dictionary::of(&columns);
    if dictionary.ids().len() >= u32::MAX as usize {
        let count = dictionary.ids().len();
        return Err(GraphError::TooLarge { what: "nodes", count, limit: u32::MAX as usize - 1 });
    }

    let sources = numbered(&dictionary, edges.iter().map(|piece| piece.src), count);
    let targets = numbered(&dictionary, edges.iter().map(|piece| piece.dst), count);
    let weights: Option<Vec<f64>> =
        weighted.then(|| edges.iter().filter_map(|piece| piece.weights).flatten().copied().collect());
    let mut outgoing = grouped(dictionary.ids().len(), &sources, targets, weights);
    sort_rows(&mut outgoing);
    Ok(Csr { dictionary, outgoing, incoming: Default::default(), undirected: Default::default() })
}

pub(super) fn induced(edges: &[EdgeColumns<'_>], nodes: &[i64]) -> Result<Csr> {
    let inside = Dictionary::of(&[nodes]);
    let weighted = edges.iter().any(|piece| piece.weights.is_some());
    let (mut src, mut dst, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for piece in edges {
        // What is wrong with a piece is found below, if nothing of it is left out.
        for (at, (from, to)) in piece.src.iter().zip(piece.dst).enumerate() {
            if inside.number(*from).is_some() && inside.number(*to).is_some() {
                src.push(*from);
                dst.push(*to);
                weights.extend(piece.weights.and_then(|weights| weights.get(at)));
            }
        }
    }
    csr(&[EdgeColumns { src: &src, dst: &dst, weights: weighted.then_some(&weights) }], nodes)
}

/// The numbers of ids that are all in the dictionary.
fn numbered<'a>(
    dictionary: &Dictionary,
    pieces: impl Iterator<Item = &'a [i64]>,
    count: usize,
) -> Vec<Index> {
    let mut numbers = vec![0; count];
    let mut rest = &mut numbers[..];
    let mut places = Vec::new();
    for piece in pieces {
        let (place, behind) = rest.split_at_mut(piece.len());
        rest = behind;
        places.extend(place.chunks_mut(1 << 16).zip(piece.chunks(1 << 16)));
    }
    places.into_par_iter().for_each(|(place, ids)| {
        // Sorted columns repeat an id many times over. Nothing is below `i64::MIN`: if it is there, its number is 0.
        let mut last = (i64::MIN, 0);
        for (number, id) in place.iter_mut().zip(ids) {
            if *id != last.0 {
                last = (*id, dictionary.number(*id).unwrap_or_default());
            }
            *number = last.1;
        }
    });
    numbers
}

/// Edges grouped by source; within a source they stay in the order they came in.
fn grouped(nodes: usize, sources: &[Index], targets: Vec<Index>, weights: Option<Vec<f64>>) -> Adjacency {
    let mut offsets = vec![0u32; nodes + 1];
    for source in sources {
        offsets[*source as usize + 1] += 1;
    }
    for node in 0..nodes {
        offsets[node + 1] += offsets[node];
    }
    if sources.is_sorted() {
        return Adjacency::new(offsets, targets, weights);
    }
    let mut next = offsets.clone();
    let mut placed = vec![0; targets.len()];
    let mut placed_weights = weights.as_ref().map(|weights| vec![0.0; weights.len()]);
    for (edge, source) in sources.iter().enumerate() {
        let place = &mut next[*source as usize];
        placed[*place as usize] = targets[edge];
        if let (Some(placed), Some(weights)) = (&mut placed_weights, &weights) {
            placed[*place as usize] = weights[edge];
        }
        *place += 1;
    }
    Adjacency::new(offsets, placed, placed_weights)
}

/// Sorts each node's neighbours, parallel edges by weight. Nodes are shared out in blocks of about as many edges.
fn sort_rows(adjacency: &mut Adjacency) {
    let Adjacency { offsets, targets, weights, .. } = adjacency;
    let mut blocks = Vec::new();
    let mut rest = (&mut targets[..], weights.as_deref_mut());
    let mut first = 0;
    let nodes = offsets.len() - 1;
    for node in 0..nodes {
        let length = (offsets[node + 1] - offsets[first]) as usize;
        if length >= 1 << 16 || node + 1 == nodes {
            let (block, behind) = rest.0.split_at_mut(length);
            let (block_weights, behind_weights) = match rest.1 {
                Some(weights) => {
                    let (block, behind) = weights.split_at_mut(length);
                    (Some(block), Some(behind))
                }
                None => (None, None),
            };
            rest = (behind, behind_weights);
            blocks.push((&offsets[first..=node + 1], block, block_weights));
            first = node + 1;
        }
    }
    blocks.into_par_iter().for_each(|(offsets, targets, mut weights)| {
        let mut pairs: Vec<(Index, f64)> = Vec::new();
        for row in offsets.windows(2) {
            let row = (row[0] - offsets[0]) as usize..(row[1] - offsets[0]) as usize;
            let targets = &mut targets[row.clone()];
            match &mut weights {
                None if targets.is_sorted() => {}
                None => targets.sort_unstable(),
                Some(weights) => {
                    let weights = &mut weights[row];
                    pairs.clear();
                    pairs.extend(targets.iter().copied().zip(weights.iter().copied()));
                    pairs.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
                    for (at, (target, weight)) in pairs.iter().enumerate() {
                        (targets[at], weights[at]) = (*target, *weight);
                    }
                }
            }
        }
    });
}

/// The other direction of every edge. Sources ascend in it, as the outgoing side is walked in their order.
pub(super) fn transposed(outgoing: &Adjacency) -> Adjacency {
    let nodes = outgoing.node_count();
    let mut offsets = vec![0u32; nodes + 1];
    for target in &outgoing.targets {
        offsets[*target as usize + 1] += 1;
    }
    for node in 0..nodes {
        offsets[node + 1] += offsets[node];
    }
    let mut next = offsets.clone();
    let mut sources = vec![0; outgoing.targets.len()];
    let mut weights = outgoing.weights.as_ref().map(|weights| vec![0.0; weights.len()]);
    for source in 0..nodes as Index {
        for edge in outgoing.range(source) {
            let place = &mut next[outgoing.targets[edge] as usize];
            sources[*place as usize] = source;
            if let (Some(weights), Some(known)) = (&mut weights, &outgoing.weights) {
                weights[*place as usize] = known[edge];
            }
            *place += 1;
        }
    }
    Adjacency::new(offsets, sources, weights)
}
