//! Walks a source tree and runs syntax, passes and store over it.

pub mod options;
pub mod report;

pub use options::{DEFAULT_MEMORY, IndexOptions};
pub use report::{Failure, IndexReport, KindCount, LanguageCount, Progress, Silent};

/// Placeholder until the indexer lands; replaced wholesale.
pub fn index(
    root: &std::path::Path,
    _: &IndexOptions,
    _: &dyn Progress,
) -> Result<IndexReport, std::io::Error> {
    Err(std::io::Error::other(format!("{}: indexing is not built in", root.display())))
}
