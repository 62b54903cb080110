//! The shape of a graph: its components, orders, cuts, cores and triangles.
//!
//! In: a [`Csr`](crate::Csr). Out: a number for the graph, an entry for each node by its index, or a list of nodes or
//! edges, ascending. Weights are looked at by [`degree`] alone; everything here counts edges.

mod cuts;
mod degree;
mod diameter;
mod dominators;
mod strong;
mod topological;
mod transitive;
mod weak;

pub use cuts::{articulation_points, bridges};
pub use degree::{Degrees, degree, density};
pub use diameter::{Diameter, Eccentricities, Extent, diameter, eccentricity};
pub use dominators::{Dominators, dominators};
pub use strong::strongly_connected_components;
pub use topological::{TopologicalOrder, topological_sort};
pub use transitive::transitive_reduction;
pub use weak::weakly_connected_components;
