//! Walks a source tree and runs syntax, passes and store over it.

pub mod options;
pub mod report;

pub use options::{DEFAULT_MEMORY, IndexOptions};
pub use report::{Failure, IndexReport, KindCount, LanguageCount, Progress, Silent};
