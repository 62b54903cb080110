//! Scalar, aggregate and table functions for SQL over code, and their registry.
