//! The arguments of `stoa-datasets generate`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

use super::rmat::EDGE_FACTOR;
use super::{
    BarabasiAlbert, CallGraph, ErdosRenyi, Generator, GeneratorError, PlantedPartition, Rmat, write,
};

#[derive(Args, Debug)]
pub struct Output {
    /// The same seed gives the same graph.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Add a column `weight`, in (0, 1].
    #[arg(long)]
    weights: bool,
    /// The Parquet file to write.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    output: PathBuf,
}

/// A family and its parameters.
#[derive(Subcommand, Debug)]
pub enum Generate {
    /// G(n, m): different edges, each set of them as likely.
    ErdosRenyi {
        #[arg(long)]
        nodes: u64,
        #[arg(long)]
        edges: u64,
        #[command(flatten)]
        output: Output,
    },
    /// Preferential attachment.
    BarabasiAlbert {
        #[arg(long)]
        nodes: u64,
        /// Edges that a node comes with.
        #[arg(long, default_value_t = 4)]
        degree: u64,
        #[command(flatten)]
        output: Output,
    },
    /// The Kronecker graph of Graph500: 2^SCALE nodes.
    Rmat {
        #[arg(long)]
        scale: u32,
        /// Edges for a node.
        #[arg(long, default_value_t = EDGE_FACTOR)]
        edge_factor: u64,
        /// Number the nodes in a random order; otherwise small ids have the many edges.
        #[arg(long)]
        permute: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Groups with more edges within than between; an edge goes from the smaller id to the greater.
    PlantedPartition {
        #[arg(long)]
        groups: u64,
        /// Nodes of a group.
        #[arg(long)]
        size: u64,
        /// Mean number of a node's neighbours in its own group.
        #[arg(long, default_value_t = 12.0)]
        inside: f64,
        /// Mean number of a node's neighbours in other groups.
        #[arg(long, default_value_t = 4.0)]
        outside: f64,
        #[command(flatten)]
        output: Output,
    },
    /// A call graph as source trees have it; ids are file << 32 | slot.
    CallGraph {
        #[arg(long)]
        methods: u64,
        #[command(flatten)]
        output: Output,
    },
}

impl Generate {
    /// Writes the graph; says how many nodes and edges it has, and where.
    pub fn run(&self) -> Result<String, GeneratorError> {
        let (generator, output): (Box<dyn Generator>, &Output) = match self {
            Generate::ErdosRenyi { nodes, edges, output } => {
                (Box::new(ErdosRenyi::new(*nodes, *edges, output.seed)?), output)
            }
            Generate::BarabasiAlbert { nodes, degree, output } => {
                (Box::new(BarabasiAlbert::new(*nodes, *degree, output.seed)?), output)
            }
            Generate::Rmat { scale, edge_factor, permute, output } => {
                (Box::new(Rmat::new(*scale, *edge_factor, *permute, output.seed)?), output)
            }
            Generate::PlantedPartition { groups, size, inside, outside, output } => {
                let made = PlantedPartition::of_degrees(*groups, *size, *inside, *outside, output.seed)?;
                (Box::new(made), output)
            }
            Generate::CallGraph { methods, output } => {
                (Box::new(CallGraph::new(*methods, output.seed)?), output)
            }
        };
        let edges = write(generator.as_ref(), output.weights.then_some(output.seed), &output.output)?;
        Ok(format!("{} nodes, {edges} edges: {}", generator.nodes(), output.output.display()))
    }
}
