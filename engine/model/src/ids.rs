//! Node ids: `id = file_id << 32 | local`.
//!
//! `local < 2^20` names a declaration; its slot is kept as long as the declaration lives in the file.
//! `local ≥ 2^20` names a body node: `2^20 + position`, its pre-order place in the file.

/// The number of a file in a store, given once per path and kept across snapshots.
pub type FileId = u32;

/// A node id as every table stores it (`BIGINT`).
pub type NodeId = i64;

/// The first `local` of a body node; everything below is a declaration slot.
pub const FIRST_BODY: u32 = 1 << 20;

/// The largest file id: ids must stay positive in a signed 64-bit column.
pub const MAX_FILE: FileId = i32::MAX as u32;

/// The pseudo files that hold stub declarations (symbols used but not defined in the tree) count
/// down from here, so that they never meet the ids of real files, which count up from 1.
pub const LAST_EXTERNAL_FILE: FileId = MAX_FILE;

/// Composes an id from a file and a local part.
#[inline]
pub const fn node_id(file: FileId, local: u32) -> NodeId {
    ((file as i64) << 32) | local as i64
}

/// The file an id belongs to.
#[inline]
pub const fn file_of(id: NodeId) -> FileId {
    (id >> 32) as u32
}

/// The local part of an id.
#[inline]
pub const fn local_of(id: NodeId) -> u32 {
    id as u32
}

/// Whether an id names a declaration (file, namespace, type, method, parameter, member).
#[inline]
pub const fn is_declaration(id: NodeId) -> bool {
    local_of(id) < FIRST_BODY
}
