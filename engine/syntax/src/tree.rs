//! The lowered tree: code property graph nodes of one file in pre-order.

use stoa_model::{Control, Dispatch, NodeKind, Symbol, rows::NO_ARGUMENT};

/// The pre-order place of a node in its file.
pub type Position = u32;

/// What a child is to its parent, where the order of children does not say it. Only control flow reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Slot {
    #[default]
    None,
    /// Runs once before a loop.
    Init,
    /// Decides: of IF, of loops; the value a SWITCH or MATCH looks at.
    Condition,
    /// The guarded part: of IF, of loops, of TRY, of METHOD.
    Body,
    /// Runs when the condition does not hold (IF), or a loop or TRY ended without break or exception.
    Else,
    /// Runs after each round of a FOR.
    Update,
    /// A handler of a TRY.
    Catch,
    /// Runs whichever way a TRY is left.
    Finally,
    /// An alternative of a MATCH.
    Arm,
    /// Whether the arm around it is taken; when it is false the next arm is tried.
    Guard,
}

/// Bits of [`Node::flags`].
pub mod flags {
    /// A LOCAL that belongs to the whole enclosing METHOD (Python, JavaScript `var`).
    pub const HOISTED: u8 = 1;
    /// A method, type or variable that other files cannot see (C `static`).
    pub const FILE_PRIVATE: u8 = 2;
    /// The node does not stand in the source; it takes the place of what it was made from.
    pub const SYNTHETIC: u8 = 4;
    /// An IMPORT of everything a module offers.
    pub const WILDCARD: u8 = 8;
    /// A TYPE_REF that names a supertype of the TYPE_DECL above it.
    pub const SUPERTYPE: u8 = 16;
    /// A parameter that takes what is left of the arguments.
    pub const VARIADIC: u8 = 32;
    /// A method that yields (generators), whose calls run nothing by themselves.
    pub const GENERATOR: u8 = 64;
}

/// One node. Lines and columns are 0-based here, bytes count from the file's start.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub kind: NodeKind,
    pub control: Option<Control>,
    pub dispatch: Option<Dispatch>,
    pub slot: Slot,
    pub flags: u8,
    pub name: Symbol,
    /// Of a declaration: its qualified name. Of a CALL or TYPE_REF: the callee or type as written, when
    /// that is more than `name`. Of an IMPORT: the whole imported path.
    pub full_name: Symbol,
    pub signature: Symbol,
    /// The declared type, its outermost name as written.
    pub type_full_name: Symbol,
    pub modifiers: Symbol,
    pub parent: Position,
    /// The last node below this one, or itself.
    pub last: Position,
    pub child_index: u32,
    pub argument_index: i32,
    /// The keyword an argument is passed by (`f(key=1)`).
    pub argument_name: Symbol,
    /// The innermost METHOD above; `u32::MAX` outside of all.
    pub method: Position,
    pub start: u32,
    pub end: u32,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
}

impl Node {
    /// Whether the node is an argument (or the receiver) of its parent.
    pub fn is_argument(&self) -> bool {
        self.argument_index != NO_ARGUMENT
    }
}

/// The nodes of one file. Node 0 is the FILE.
#[derive(Default, Debug)]
pub struct Tree {
    pub nodes: Vec<Node>,
    /// The qualified name of the file as a module.
    pub module: Symbol,
}

/// No position.
pub const NOWHERE: Position = u32::MAX;

impl Tree {
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.module = Symbol::NONE;
    }

    #[inline]
    pub fn get(&self, at: Position) -> &Node {
        &self.nodes[at as usize]
    }

    #[inline]
    pub fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The children of a node, in order.
    #[inline]
    pub fn children(&self, at: Position) -> Children<'_> {
        Children { tree: self, next: at + 1, last: self.get(at).last }
    }

    /// The first child in a slot.
    pub fn child_in(&self, at: Position, slot: Slot) -> Option<Position> {
        self.children(at).find(|c| self.get(*c).slot == slot)
    }

    /// Whether `inner` is `outer` or stands below it.
    #[inline]
    pub fn contains(&self, outer: Position, inner: Position) -> bool {
        outer <= inner && inner <= self.get(outer).last
    }
}

/// The children of a node.
#[derive(Clone)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: Position,
    last: Position,
}

impl Iterator for Children<'_> {
    type Item = Position;

    #[inline]
    fn next(&mut self) -> Option<Position> {
        (self.next <= self.last).then(|| {
            let child = self.next;
            self.next = self.tree.get(child).last + 1;
            child
        })
    }
}
