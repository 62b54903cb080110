//! One row of each stored table, as passes produce it: numbers and symbols, no strings.
//!
//! Rows name nodes by their `local` part; the file they belong to is given once, when they are pushed
//! into the columns of [`crate::columns`].

use crate::{
    Control, Dispatch, EdgeKind, FileId, FileStatus, Layers, NodeId, NodeKind, Origin, ReferenceForm,
    ReferenceKind, Symbol,
};

/// No such node.
pub const NO_LOCAL: u32 = u32::MAX;
/// No argument position.
pub const NO_ARGUMENT: i32 = i32::MIN;

/// A row of `nodes`. Lines and columns are 1-based, columns and lengths count bytes.
#[derive(Clone, Copy, Debug)]
pub struct NodeRow {
    pub kind: NodeKind,
    pub control: Option<Control>,
    pub dispatch: Option<Dispatch>,
    pub local: u32,
    pub name: Symbol,
    pub full_name: Symbol,
    pub signature: Symbol,
    pub type_full_name: Symbol,
    /// Modifiers in source order, separated by blanks.
    pub modifiers: Symbol,
    pub line: u32,
    pub column: u32,
    pub length: u32,
    /// Lines spanned beyond the first.
    pub extra_lines: u32,
    pub parent: u32,
    pub child_index: u32,
    pub argument_index: i32,
    /// The keyword an argument is passed by.
    pub argument_name: Symbol,
    pub position: u32,
    /// Nodes below this one: `position_last - position`.
    pub descendants: u32,
    /// The innermost METHOD around the node.
    pub method: u32,
    /// The type's declaration, when it lives in the same file.
    pub type_decl: u32,
    /// A fingerprint of the source text of a METHOD or TYPE_DECL; 0 elsewhere.
    pub hash: u64,
}

/// A row of `edges`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeRow {
    pub kind: EdgeKind,
    pub src: NodeId,
    pub dst: NodeId,
    pub label: Symbol,
    /// Between 0 and 1 where an edge is a judgement (CALL, IMPORTS, INHERITS_FROM); NaN where it is a fact.
    pub confidence: f64,
}

/// A row of `references`: what a file asks of others before linking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceRow {
    pub kind: ReferenceKind,
    /// The node that asks: a call, an identifier, a type reference, an import, a type declaration.
    pub src: u32,
    /// What is asked for: the method, type or variable; for an import the name it is bound to (`*` for all).
    pub name: Symbol,
    pub form: ReferenceForm,
    /// Where the name is to be found, in the sense of `form`; for an import the whole imported path.
    pub qualifier: Symbol,
    /// Arguments of a call, without the receiver; -1 when that is not a question.
    pub arity: i32,
    /// The full name of the type around the reference.
    pub owner: Symbol,
    /// The types of a call's arguments as terms, as far as the file tells, where methods are told apart by them.
    pub arguments: Symbol,
}

/// A row of `files`.
#[derive(Clone, Debug)]
pub struct FileRow {
    pub file_id: FileId,
    /// Relative to the root of the tree, with `/` on every system.
    pub path: String,
    pub language: &'static str,
    pub module: String,
    /// BLAKE3 of the bytes, in hexadecimal.
    pub content_hash: String,
    pub bytes: u64,
    pub lines: u32,
    pub code_lines: u32,
    pub comment_lines: u32,
    pub nodes: u32,
    pub status: FileStatus,
    pub error: Option<String>,
    pub error_nodes: u32,
    pub origin: Origin,
    /// The layers of the graph that the file has.
    pub layers: Layers,
}
