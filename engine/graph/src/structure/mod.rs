//! The shape of a graph: its components, orders, cuts, cores and triangles.
//!
//! In: a [`Csr`](crate::Csr). Out: a number for the graph, an entry for each node by its index, or a list of nodes or
//! edges, ascending. Weights are looked at by [`degree`] alone; everything here counts edges.

mod cuts;
mod degree;
mod diameter;
mod dominators;
mod k_core;
mod strong;
mod topological;
mod transitive;
mod triangles;
mod trim;
mod weak;

pub use cuts::{articulation_points, bridges};
pub use degree::{Degrees, degree, density};
pub use diameter::{Diameter, Eccentricities, Extent, diameter, eccentricity};
pub use dominators::{Dominators, dominators};
pub use k_core::k_core;
pub(crate) use strong::each_component;
pub use strong::strongly_connected_components;
pub use topological::{TopologicalOrder, topological_sort};
pub use transitive::transitive_reduction;
pub use triangles::{Clustering, average, clustering_coefficient, triangle_count};
pub use weak::weakly_connected_components;

#[cfg(test)]
mod count_tests;
#[cfg(test)]
mod tests;
