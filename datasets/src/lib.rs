//! Labelled data sets, scorers and generators.
