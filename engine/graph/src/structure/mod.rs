//! The shape of a graph: its components, orders, cuts, cores and triangles.
