//! Why a graph could not be built, or an algorithm gave no answer.

/// What went wrong. Nodes are named by their ids, never by their places in the graph.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// The columns are not of one length.
    #[error("{sources} sources, {targets} targets and {weights} weights do not make a list of edges")]
    Lengths { sources: usize, targets: usize, weights: usize },
    /// More nodes or edges than a graph can number.
    #[error("{count} {what} are more than the {limit} a graph can hold")]
    TooLarge { what: &'static str, count: usize, limit: usize },
    /// A weight that is not a number.
    #[error("the edge {source_id} → {target_id} weighs NaN")]
    NotANumber { source_id: i64, target_id: i64 },
    /// A weight below zero, in an algorithm that cannot take one.
    #[error("the edge {source_id} → {target_id} weighs {weight}: {algorithm} takes no negative weights")]
    NegativeWeight { algorithm: &'static str, source_id: i64, target_id: i64, weight: f64 },
    /// A cycle whose weights sum to less than zero: there are no shortest paths through it.
    #[error("the cycle {} weighs less than zero: there is no shortest path through it", listed(.nodes))]
    NegativeCycle { nodes: Vec<i64> },
    /// A cycle, where there may be none.
    #[error("the graph has a cycle: {}", listed(.nodes))]
    Cycle { nodes: Vec<i64> },
    /// A node that no edge and no list of nodes names.
    #[error("node {id} is not in the graph")]
    UnknownNode { id: i64 },
    /// More paths than the caller takes.
    #[error("more than {limit} paths match")]
    TooManyPaths { limit: usize },
    /// An argument outside of what the algorithm is defined for.
    #[error("{0}")]
    Argument(String),
    /// An iteration that did not come to rest.
    #[error(
        "{algorithm} did not converge in {iterations} iterations; its last step was {change:e}, above {tolerance:e}"
    )]
    NotConverged { algorithm: &'static str, iterations: usize, change: f64, tolerance: f64 },
    /// Who asked for the answer no longer wants it.
    #[error("cancelled")]
    Cancelled,
    /// The memory that is left is not enough.
    #[error("{0}")]
    Memory(String),
}

pub type Result<T> = std::result::Result<T, GraphError>;

/// `1 → 2 → 3 → 1`, or the first twenty steps of it.
fn listed(cycle: &[i64]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = cycle.iter().take(SHOWN).map(i64::to_string).collect();
    let mut text = shown.join(" → ");
    if cycle.len() > SHOWN {
        text.push_str(&format!(" → … ({} nodes)", cycle.len()));
    } else if let Some(first) = cycle.first() {
        text.push_str(&format!(" → {first}"));
    }
    text
}
