//! Groups of nodes that hold together more than chance would have it.
