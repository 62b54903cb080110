//! The rules and models that the binary holds, as `build.rs` found them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
