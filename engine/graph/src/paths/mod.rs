//! Ways through a graph: who reaches whom, by which path, at what cost.
