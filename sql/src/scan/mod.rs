//! A scan: rules run over a snapshot, what they find told to people and programs.
//!
//! ```text
//! rules ─► run: rows of node, message, trace ─► resolve: places in files ─► ignore: comments that say so
//!       ─► fingerprint ─► baseline: new, known, fixed ─► terminal · sarif · json · markdown · the table `findings`
//! ```
//!
//! In: an [`Engine`](crate::Engine) over a snapshot and [rules](crate::rules). Out: a [`Scan`], its findings sorted by
//! place. What a rule finds twice at one node is one finding. A row that cannot be placed is told of in [`Scan::notes`],
//! never left out in silence.
//!
//! Never here: what a rule looks for, reading a source tree.

pub mod baseline;
mod error;
mod finding;
mod fingerprint;
mod ignore;
pub mod json;
pub mod markdown;
mod nodes;
mod run;
pub mod sarif;
mod summary;
pub mod table;
pub mod terminal;

pub use baseline::Baseline;
pub use error::{BaselineError, ScanError};
pub use finding::{Finding, Place, State, Step};
pub use ignore::IGNORE_RULE;
pub use run::{Scan, scan};
pub use summary::{Counts, line as summary_line};
