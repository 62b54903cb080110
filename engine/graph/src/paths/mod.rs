//! Ways through a graph: who reaches whom, by which path, at what cost.
//!
//! In: a [`Csr`](crate::Csr) and the ids of nodes to start from and to end at; ids that are not in the graph are nodes
//! without edges, no path leads there. Out: paths as one flat list ([`Paths`]). In a graph with weights the cost of a
//! path is the sum of them, in one without it is the number of edges. A path is a list of nodes: parallel edges make one
//! path, at the weight of the lightest. Never here: a path that passes a node twice, but for [`random_walks`].

pub(crate) mod sweep;
