//! The concrete syntax tree as one flat array.
//!
//! Tree-sitter's tree is walked once, by cursor, into nodes of 28 bytes in pre-order; lowering then
//! moves between nodes by index. Comments are taken out on the way (they can stand anywhere), as is
//! punctuation that no rule looks at.

use crate::fields::F;
use crate::rules::Grammar;

/// The place of a node in a [`Cst`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct C(pub u32);

/// The kind id tree-sitter gives to ERROR nodes.
pub const ERROR_KIND: u16 = u16::MAX;

/// A syntax node.
#[derive(Clone, Copy, Debug)]
pub struct CstNode {
    pub kind: u16,
    pub field: F,
    pub named: bool,
    pub start: u32,
    pub end: u32,
    /// 0-based.
    pub line: u32,
    /// 0-based, in bytes.
    pub column: u32,
    pub end_line: u32,
    /// The place just behind the last node of this subtree.
    pub next: u32,
}

/// A flat syntax tree; node 0 is the root.
#[derive(Default)]
pub struct Cst {
    pub nodes: Vec<CstNode>,
    pub comments: Vec<CstNode>,
    /// ERROR and MISSING nodes.
    pub errors: u32,
    /// The 0-based line of the first of them.
    pub first_error: Option<u32>,
    /// Source inside of nodes (a macro's tokens) that was parsed again: for a node, its stretch of `pieces`.
    /// The syntax found there stands behind the file's own in `nodes`, with positions in the file.
    pub embedded: rustc_hash::FxHashMap<u32, (u32, u32)>,
    pub pieces: Vec<Piece>,
    open: Vec<u32>,
}

/// A stretch of tokens between two separators.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Bytes of the source.
    pub start: u32,
    pub end: u32,
    /// The tokens, as siblings in `nodes`: from the first to behind the last.
    pub tokens: (u32, u32),
    /// What they are parsed to, likewise; empty when they do not parse.
    pub parsed: (u32, u32),
}

/// How positions in a copied text become positions in the file.
#[derive(Clone, Copy, Default)]
pub struct Shift {
    /// Added to bytes and to lines (wrapping).
    pub bytes: u32,
    pub lines: u32,
    /// Added to the columns of this line of the copy.
    pub columns: u32,
    pub line: u32,
}

impl Cst {
    /// A tree of a root without children.
    pub fn fill_empty(&mut self) {
        self.clear();
        self.nodes.push(CstNode {
            kind: ERROR_KIND,
            field: F::None,
            named: true,
            start: 0,
            end: 0,
            line: 0,
            column: 0,
            end_line: 0,
            next: 1,
        });
    }

    fn clear(&mut self) {
        self.nodes.clear();
        self.comments.clear();
        self.errors = 0;
        self.first_error = None;
        self.embedded.clear();
        self.pieces.clear();
    }

    /// Copies a parsed tree.
    pub fn fill(&mut self, grammar: &Grammar, tree: &tree_sitter::Tree) {
        self.clear();
        let has_error = tree.root_node().has_error();
        self.copy(grammar, tree.root_node(), has_error, Shift::default());
    }

    /// Adds a subtree without errors of another tree behind the nodes; its comments are left out (the file's
    /// own tree has them). Returns its place.
    pub fn append(&mut self, grammar: &Grammar, node: tree_sitter::Node<'_>, shift: Shift) -> u32 {
        let (place, comments) = (self.nodes.len() as u32, self.comments.len());
        self.copy(grammar, node, false, shift);
        self.comments.truncate(comments);
        place
    }

    fn copy(&mut self, grammar: &Grammar, root: tree_sitter::Node<'_>, has_error: bool, shift: Shift) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let kind = node.kind_id();
            let bad = has_error && (kind == ERROR_KIND || node.is_missing());
            if bad {
                self.errors += 1;
                self.first_error.get_or_insert(node.start_position().row as u32);
            }
            let wanted = grammar.keeps(kind);
            let comment = grammar.is_comment(kind);
            let mut descend = false;
            if wanted {
                let (start, end) = (node.start_position(), node.end_position());
                let (line, column) = (start.row as u32, start.column as u32);
                let mut copied = CstNode {
                    kind,
                    field: grammar.field(cursor.field_id()),
                    named: node.is_named() || grammar.is_name(kind),
                    start: (node.start_byte() as u32).wrapping_add(shift.bytes),
                    end: (node.end_byte() as u32).wrapping_add(shift.bytes),
                    line: line.wrapping_add(shift.lines),
                    column: if line == shift.line { column.wrapping_add(shift.columns) } else { column },
                    end_line: (end.row as u32).wrapping_add(shift.lines),
                    next: 0,
                };
                if comment {
                    if end.column == 0 && copied.end_line > copied.line {
                        // Rust's doc comments take the line break with them.
                        copied.end -= 1;
                        copied.end_line -= 1;
                    }
                    self.comments.push(copied);
                } else {
                    let place = self.nodes.len() as u32;
                    self.nodes.push(copied);
                    if cursor.goto_first_child() {
                        self.open.push(place);
                        descend = true;
                    } else {
                        self.nodes[place as usize].next = place + 1;
                    }
                }
            }
            if descend {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    debug_assert!(self.open.is_empty());
                    return;
                }
                let next = self.nodes.len() as u32;
                if let Some(parent) = self.open.pop() {
                    self.nodes[parent as usize].next = next;
                }
            }
        }
    }

    #[inline]
    pub fn get(&self, n: C) -> &CstNode {
        &self.nodes[n.0 as usize]
    }

    /// The children of a node, named and anonymous, without comments and punctuation.
    #[inline]
    pub fn children(&self, n: C) -> CstChildren<'_> {
        CstChildren { cst: self, next: n.0 + 1, end: self.get(n).next }
    }

    /// The siblings from one place to another.
    pub fn siblings(&self, (start, end): (u32, u32)) -> CstChildren<'_> {
        CstChildren { cst: self, next: start, end }
    }

    /// The named children of a node.
    #[inline]
    pub fn named(&self, n: C) -> impl Iterator<Item = C> + Clone + '_ {
        self.children(n).filter(|c| self.get(*c).named)
    }

    /// The first child in a field.
    #[inline]
    pub fn child(&self, n: C, field: F) -> Option<C> {
        self.children(n).find(|c| self.get(*c).field == field)
    }

    /// All children in a field (named ones only; separators often share the field).
    pub fn children_in(&self, n: C, field: F) -> impl Iterator<Item = C> + Clone + '_ {
        self.named(n).filter(move |c| self.get(*c).field == field)
    }
}

/// The children of a node, in order.
#[derive(Clone)]
pub struct CstChildren<'a> {
    cst: &'a Cst,
    next: u32,
    end: u32,
}

impl Iterator for CstChildren<'_> {
    type Item = C;

    #[inline]
    fn next(&mut self) -> Option<C> {
        (self.next < self.end).then(|| {
            let child = C(self.next);
            self.next = self.cst.get(child).next;
            child
        })
    }
}
