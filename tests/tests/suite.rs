//! The integration tests of the workspace, one binary: linking it once is what they cost.
//!
//! | module | what it holds the product to |
//! |---|---|
//! | `flow` | `tests/flow/`: sources that say, under their lines, where control goes and what names mean |
//! | `slt` | `tests/slt/`: queries with their rows, over the small programs of `tests/programs/` |
//! | `links` | `tests/links/`: programs that say, under their lines, what SQL must answer of their calls, types and imports |
//! | `matrix` | `docs/languages.md`: which constructs the fixtures prove |
//! | `caches` | answers that are kept are never stale; tables outlive their session; queries are noted, memory is within its budget |
//! | `crash` | an index killed at any moment leaves a complete snapshot |
//! | `crash_history` | optimizing, vacuum, going back and migrating, killed at any moment, lose nothing |
//! | `crash_points` | the same and more, stopped at each of their requests in turn |
//! | `damage` | every kind of file damaged in every region is found, and comes back byte for byte where source has it |
//! | `faults` | an object store that fails, lags, lies about its listings or is full |
//! | `full_disk` | a disk without room |
//! | `retries` | a client that tries again over such a connection |
//! | `history` | going back, vacuum, optimizing, verifying and repairing, and what damage does |
//! | `incremental` | after any edits an update comes to the graph of a first index |
//! | `determinism` | same tree, same bytes, whatever the number of threads |
//! | `models` | `sql/models`: rows as the guide says, none twice |
//! | `mutation` | damaged sources never panic, and their graphs keep their invariants |
//! | `robustness` | bad input is a row in `system.failures`, a bad store one clear line |
//! | `tidy` | the house rules that a machine can check |
//! | `patterns` | graph patterns mean joins and recursion, on random graphs |
//! | `plans` | what plans leave unread |
//! | `functions` | every example of a function runs; the reference is what the registry says |
//! | `graph_functions` | kept graphs, refusals, cancellation and memory of the functions over graphs |
//! | `metrics` | complexity as other tools count it |
//! | `rules` | every example of a rule is reported as it says; the reference is what the files say |
//! | `scan` | `stoa scan`: exit codes, fingerprints, baselines, comments, SARIF, the table `findings` |
//! | `imports` | what other tools wrote is imported as far as it goes; a store of version 1 is read and brought up |
//! | `taint` | data flow through SQL: models of the user, flows, explanations, endpoints of the caller |
//! | `scaling` | `stoa scaling` measures what it says, or says what it lacks |
//! | `graph_oracles` | the mathematics of graphs as NetworkX and igraph have it, on the graphs of `tests/oracles/networkx/` |

// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used)]

mod caches;
mod content;
mod crash;
mod crash_history;
mod crash_points;
mod damage;
mod determinism;
mod faults;
#[path = "suite/flow.rs"]
mod flow;
mod full_disk;
#[path = "suite/functions.rs"]
mod functions;
mod graph;
#[path = "suite/graph_functions.rs"]
mod graph_functions;
mod graph_oracles;
mod history;
mod imports;
mod incremental;
#[path = "suite/links.rs"]
mod links;
#[path = "suite/marks.rs"]
mod marks;
#[path = "suite/matrix.rs"]
mod matrix;
#[path = "suite/metrics.rs"]
mod metrics;
#[path = "suite/models.rs"]
mod models;
mod mutation;
#[path = "suite/patterns.rs"]
mod patterns;
#[path = "suite/plans.rs"]
mod plans;
mod retries;
mod robustness;
#[path = "suite/rules.rs"]
mod rules;
#[path = "suite/scaling.rs"]
mod scaling;
#[path = "suite/scan.rs"]
mod scan;
#[path = "suite/slt.rs"]
mod slt;
mod stoa;
#[path = "suite/taint.rs"]
mod taint;
mod tidy;
mod trees;
