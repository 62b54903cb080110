//! The integration tests of the workspace, one binary: linking it once is what they cost.
//!
//! | module | what it holds the product to |
//! |---|---|
//! | `flow` | `tests/flow/`: sources that say, under their lines, where control goes and what names mean |
//! | `slt` | `tests/slt/`: queries with their rows, over the small programs of `tests/programs/` |
//! | `plans` | what plans leave unread |

// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used)]

#[path = "suite/flow.rs"]
mod flow;
#[path = "suite/plans.rs"]
mod plans;
#[path = "suite/slt.rs"]
mod slt;
