//! Compressed sparse row graphs over plain slices, with petgraph's visit traits.
