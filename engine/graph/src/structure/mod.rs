//! The shape of a graph: its components, orders, cuts, cores and triangles.

mod strong;
mod weak;

pub use strong::strongly_connected_components;
pub use weak::weakly_connected_components;
