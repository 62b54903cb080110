//! Families of graphs by name, and one graph of each for a size.

use super::rmat::EDGE_FACTOR;
use super::{BarabasiAlbert, CallGraph, ErdosRenyi, Generator, GeneratorError, PlantedPartition, Rmat};

/// A family of graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Family {
    ErdosRenyi,
    BarabasiAlbert,
    Rmat,
    PlantedPartition,
    CallGraph,
}

/// Edges of a node: of Erdős–Rényi graphs, and of Barabási–Albert graphs.
const DEGREE: u64 = 8;
const ATTACHED: u64 = 4;
/// Nodes of a planted group, and the mean number of their neighbours within and without.
const GROUP: (u64, f64, f64) = (50, 12.0, 4.0);

impl Family {
    pub const ALL: &[Family] = &[
        Family::ErdosRenyi,
        Family::BarabasiAlbert,
        Family::Rmat,
        Family::PlantedPartition,
        Family::CallGraph,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Family::ErdosRenyi => "erdos-renyi",
            Family::BarabasiAlbert => "barabasi-albert",
            Family::Rmat => "rmat",
            Family::PlantedPartition => "planted-partition",
            Family::CallGraph => "call-graph",
        }
    }

    /// The graph of this family whose nodes and edges together come nearest to `size`. A family's graphs have the same
    /// number of edges for a node, whatever their size.
    pub fn of_size(self, size: u64, seed: u64) -> Result<Box<dyn Generator>, GeneratorError> {
        let nodes = |edges_each: f64| (size as f64 / (1.0 + edges_each)).round() as u64;
        Ok(match self {
            Family::ErdosRenyi => {
                // A small graph may not have so many edges.
                let nodes = nodes(DEGREE as f64).max(DEGREE + 1);
                Box::new(ErdosRenyi::new(nodes, DEGREE * nodes, seed)?)
            }
            Family::BarabasiAlbert => {
                Box::new(BarabasiAlbert::new(nodes(ATTACHED as f64).max(1), ATTACHED, seed)?)
            }
            Family::Rmat => {
                let scale = (size as f64 / (1 + EDGE_FACTOR) as f64).log2().round().max(0.0) as u32;
                Box::new(Rmat::new(scale, EDGE_FACTOR, true, seed)?)
            }
            Family::PlantedPartition => {
                let (group, inside, outside) = GROUP;
                let nodes = nodes((inside + outside) / 2.0);
                // The nearest number of groups.
                let groups = ((nodes + group / 2) / group).max(2);
                Box::new(PlantedPartition::of_degrees(groups, group, inside, outside, seed)?)
            }
            Family::CallGraph => Box::new(CallGraph::new(nodes(2.6).max(1), seed)?),
        })
    }
}
