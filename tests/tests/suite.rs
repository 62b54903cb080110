//! The one integration-test binary of the workspace: one module a promise of the product.

mod crash;
mod determinism;
mod graph;
mod mutation;
mod robustness;
mod stoa;
mod tidy;
mod trees;
