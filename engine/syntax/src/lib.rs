//! Bytes of one file to a lowered tree: one file per language.
