//! Which nodes have the same neighbours.
