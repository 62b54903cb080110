//! Groups of nodes that hold together more than chance would have it.
//!
//! In: a graph, of which directions are left aside but where a function says so. Out: a label for each node, which is the
//! smallest node of its community (of label propagation: a node whose label spread), and what the partition is worth.

mod in_turn;
mod label_propagation;
mod leiden;
mod louvain;
mod modularity;
mod moving;
mod network;
mod scratch;

pub use label_propagation::{LabelPropagation, Labels, Update, label_propagation};
pub use leiden::leiden;
pub use louvain::{Communities, Modular, louvain};
pub use modularity::modularity;

#[cfg(test)]
mod tests;
