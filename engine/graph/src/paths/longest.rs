//! The longest way through a graph without cycles.

use super::Paths;
use crate::arguments::known;
use crate::structure::topological_sort;
use crate::{Control, Csr, Index, Pace, Result};

/// Between which nodes [`longest_path`] looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LongestPath {
    /// The ids it may begin with; any, if there are none.
    pub sources: Vec<i64>,
    /// The ids it may end with; any, if there are none.
    pub targets: Vec<i64>,
}

/// The path of the greatest weight, or of the most edges in a graph without weights, of a graph without cycles; of
/// parallel edges it takes the heaviest. Of several, the one whose end has the smallest id, and before it each time the
/// smallest id. A path of one node weighs nothing, so none of less weight is given where paths may begin anywhere. There
/// is no path in an empty graph, nor where no source reaches a target. As NetworkX's `dag_longest_path`.
///
/// O((nodes + edges) log nodes) time, 33 bytes a node, and the incoming side of the graph. Fails with
/// [`GraphError::Cycle`](crate::GraphError::Cycle), which names a cycle.
pub fn longest_path(graph: &Csr, options: &LongestPath, control: &dyn Control) -> Result<Paths> {
    let order = topological_sort(graph, control)?.order;
    control.reserve(graph.node_count() * 17)?;
    let mut pace = Pace::new(control);
    let mut may_begin = vec![options.sources.is_empty(); graph.node_count()];
    known(graph, &options.sources).into_iter().for_each(|node| may_begin[node as usize] = true);
    let targets = known(graph, &options.targets);

    let back = graph.incoming();
    // No path ends at a node of which this is the weight.
    const NO_PATH: f64 = f64::NEG_INFINITY;
    let mut weights = vec![NO_PATH; graph.node_count()];
    let mut before: Vec<Option<Index>> = vec![None; graph.node_count()];
    for node in order {
        let at = node as usize;
        for (source, weight) in back.weighted(node) {
            pace.step()?;
            let sum = weights[source as usize] + weight;
            if sum > weights[at] {
                (weights[at], before[at]) = (sum, Some(source));
            }
        }
        if may_begin[at] && weights[at] < 0.0 {
            (weights[at], before[at]) = (0.0, None);
        }
    }
    let mut end: Option<Index> = None;
    let mut consider = |node: Index| {
        let best = end.map_or(NO_PATH, |end| weights[end as usize]);
        if weights[node as usize] > best {
            end = Some(node);
        }
    };
    match options.targets.is_empty() {
        true => graph.nodes().for_each(&mut consider),
        false => targets.into_iter().for_each(&mut consider),
    }
    let mut path = Paths::default();
    if let Some(end) = end {
        let mut nodes = vec![end];
        let mut at = end;
        while let Some(source) = before[at as usize] {
            nodes.push(source);
            at = source;
        }
        nodes.reverse();
        path.push(&nodes, weights[end as usize], control)?;
    }
    Ok(path)
}
