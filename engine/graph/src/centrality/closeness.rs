//! Standing by nearness: how far others have to go to a node.

use rayon::prelude::*;

use crate::arguments::lightest_bytes;
use crate::csr::not_negative;
use crate::paths::nearest::Nearest;
use crate::paths::sweep;
use crate::{Control, Csr, Direction, Index, Pace, Result};

/// How [`closeness_centrality`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closeness {
    /// [`Direction::Out`]: along edges, the others come to the node, as NetworkX has it. [`Direction::In`]: against
    /// edges, so the node goes to the others.
    pub direction: Direction,
    /// Scale by the share of the nodes that can come at all (Wasserman and Faust, 1994): without it, a node of a small
    /// component looks central.
    pub wf_improved: bool,
}

impl Default for Closeness {
    fn default() -> Closeness {
        Closeness { direction: Direction::Out, wf_improved: true }
    }
}

/// For each node, of the nodes that reach it, their number over the sum of their distances (Bavelas, 1950; Sabidussi,
/// 1966); 0 where there are none, or all are at distance 0. As NetworkX's `closeness_centrality`, with the weights as
/// `distance` in a graph that has them.
///
/// O(nodes · edges) time, 64 searches in one; with weights O(nodes · (nodes + edges) log nodes). 32 bytes a node and
/// thread, 256 a node. An edge of infinite weight is never passed. Fails with
/// [`GraphError::NegativeWeight`](crate::GraphError::NegativeWeight).
pub fn closeness_centrality(graph: &Csr, options: &Closeness, control: &dyn Control) -> Result<Vec<f64>> {
    not_negative(graph, "closeness_centrality")?;
    control.check()?;
    let nodes = graph.node_count();
    let of = |reached: u64, total: f64| {
        if total <= 0.0 || nodes < 2 {
            return 0.0;
        }
        let closeness = reached as f64 / total;
        match options.wf_improved {
            true => closeness * (reached as f64 / (nodes as f64 - 1.0)),
            false => closeness,
        }
    };
    if graph.is_weighted() {
        return from_each(graph, options.direction.reversed(), control, |search| {
            let total: f64 = search.order.iter().map(|node| search.cost(*node)).sum();
            of(search.order.len() as u64 - 1, total)
        });
    }
    let adjacency = options.direction.adjacency(graph);
    let parts = sweep::from_all(adjacency, control, |entry: &mut (u64, u64), hops, count| {
        entry.0 += u64::from(count);
        entry.1 += u64::from(hops) * u64::from(count);
    })?;
    let sums = (0..nodes).map(|node| {
        parts.iter().fold((0, 0), |(count, total), part| (count + part[node].0, total + part[node].1))
    });
    Ok(sums.map(|(count, total)| of(count, total as f64)).collect())
}

/// For each node, the sum of 1 / distance from all nodes that reach it along `direction` (Marchiori and Latora, "Harmony
/// in the small-world", 2000); nodes at distance 0 are left out. As NetworkX's `harmonic_centrality`, with the weights as
/// `distance` in a graph that has them.
///
/// Time, memory and errors are those of [`closeness_centrality`].
pub fn harmonic_centrality(graph: &Csr, direction: Direction, control: &dyn Control) -> Result<Vec<f64>> {
    not_negative(graph, "harmonic_centrality")?;
    control.check()?;
    let nodes = graph.node_count();
    if graph.is_weighted() {
        return from_each(graph, direction.reversed(), control, |search| {
            let distances = search.order.iter().map(|node| search.cost(*node));
            distances
                .filter(|distance| *distance != 0.0)
                .map(|distance| 1.0 / distance)
                .fold(0.0, |sum, part| sum + part)
        });
    }
    let parts = sweep::from_all(direction.adjacency(graph), control, |sum: &mut f64, hops, count| {
        *sum += f64::from(count) / f64::from(hops);
    })?;
    Ok((0..nodes).map(|node| parts.iter().map(|part| part[node]).sum()).collect())
}

/// A figure for each node, from a search from it.
fn from_each(
    graph: &Csr,
    direction: Direction,
    control: &dyn Control,
    figure: impl Fn(&Nearest<'_>) -> f64 + Sync,
) -> Result<Vec<f64>> {
    let search = Nearest::BYTES * rayon::current_num_threads();
    control.reserve(graph.node_count() * (8 + search) + lightest_bytes(graph, direction))?;
    let along = direction.lightest(graph);
    (0..graph.node_count() as Index)
        .into_par_iter()
        .with_min_len(64)
        .map_init(
            || (Nearest::new(&along), Pace::new(control)),
            |(search, pace), node| {
                search.run(node, None, |_, _| true, pace)?;
                Ok(figure(search))
            },
        )
        .collect()
}
