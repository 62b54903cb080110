//! The shape of a graph: its components, orders, cuts, cores and triangles.

mod k_core;
mod strong;
mod triangles;
mod weak;

pub use k_core::k_core;
pub use strong::strongly_connected_components;
pub use triangles::{Clustering, average, clustering_coefficient, triangle_count};
pub use weak::weakly_connected_components;

#[cfg(test)]
mod tests;
