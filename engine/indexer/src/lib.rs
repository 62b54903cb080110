//! Walks a source tree and runs syntax, passes and store over it.
