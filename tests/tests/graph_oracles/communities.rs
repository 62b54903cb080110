//! Groups of nodes.
