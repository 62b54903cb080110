//! The shape of a graph: its components, orders, cuts, cores and triangles.
//!
//! In: a [`Csr`](crate::Csr). Out: a number for the graph, an entry for each node by its index, or a list of nodes or
//! edges, ascending. Weights are looked at by [`degree`] alone; everything here counts edges.

mod cuts;
mod degree;
mod diameter;
mod dominators;
mod topological;
mod transitive;

pub use cuts::{articulation_points, bridges};
pub use degree::{Degrees, degree, density};
pub use diameter::{Diameter, Eccentricities, Extent, diameter, eccentricity};
pub use dominators::{Dominators, dominators};
pub use topological::{TopologicalOrder, topological_sort};
pub use transitive::transitive_reduction;

/// No node: where an answer has one entry for each node, and this one has none.
pub const NONE: crate::Index = crate::Index::MAX;
