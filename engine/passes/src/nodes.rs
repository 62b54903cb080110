//! Ids and rows of nodes.
//!
//! Declarations are numbered by slot in the order they stand in the file, body nodes by position. A file with more
//! declarations than slots (2^20) keeps the first; the rest become body nodes, which is reported.

use std::hash::Hasher;

use rustc_hash::FxHasher;
use stoa_model::rows::{NO_LOCAL, NodeRow};
use stoa_model::{Control, FIRST_BODY, NodeKind, Symbol};
use stoa_syntax::{Position, Slot, Tree, flags};

/// The `local` part of the id of each node of a file.
#[derive(Default)]
pub struct Locals {
    of_position: Vec<u32>,
    /// How many declarations have slots.
    pub declarations: u32,
    /// Declarations that found no slot.
    pub overflow: u32,
}

impl Locals {
    /// Numbers the nodes of a tree.
    pub fn assign(&mut self, tree: &Tree) {
        self.of_position.clear();
        self.overflow = 0;
        let mut slot = 0;
        for (position, node) in tree.nodes.iter().enumerate() {
            let body = FIRST_BODY + position as u32;
            self.of_position.push(match node.kind.is_declaration() {
                true if slot < FIRST_BODY => {
                    slot += 1;
                    slot - 1
                }
                true => {
                    self.overflow += 1;
                    body
                }
                false => body,
            });
        }
        self.declarations = slot;
    }

    #[inline]
    pub fn get(&self, position: Position) -> u32 {
        self.of_position.get(position as usize).copied().unwrap_or(NO_LOCAL)
    }
}

/// A fingerprint of a declaration's source text. Not cryptographic: it tells whether a method changed.
pub fn fingerprint(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish().max(1)
}

/// ELSE or FINALLY of a BLOCK that is such a clause in the source. An `else if` is none: it is the IF below.
fn clause(tree: &Tree, position: Position) -> Option<Control> {
    let node = tree.get(position);
    if node.kind != NodeKind::Block {
        return None;
    }
    let synthetic = node.flags & flags::SYNTHETIC != 0;
    match node.slot {
        Slot::Else => {
            let first = tree.children(position).next().map(|child| tree.get(child));
            let chained =
                synthetic && first.is_some_and(|f| f.control == Some(Control::If) && f.start == node.start);
            (!chained).then_some(Control::Else)
        }
        // What `with` and the like do in the end is written nowhere.
        Slot::Finally if !synthetic => Some(Control::Finally),
        _ => None,
    }
}

/// The row of the node at `position`. `type_decl` is the position of its type's declaration, if it is in the file.
pub fn row(
    tree: &Tree,
    locals: &Locals,
    source: &[u8],
    position: Position,
    type_decl: Option<Position>,
) -> NodeRow {
    let node = tree.get(position);
    let fingerprinted = matches!(node.kind, NodeKind::Method | NodeKind::TypeDecl);
    NodeRow {
        kind: node.kind,
        control: node.control.or_else(|| clause(tree, position)),
        dispatch: node.dispatch,
        local: locals.get(position),
        name: node.name,
        full_name: node.full_name,
        signature: node.signature,
        type_full_name: node.type_full_name,
        modifiers: node.modifiers,
        line: node.line + 1,
        column: node.column + 1,
        length: node.end.saturating_sub(node.start),
        extra_lines: node.end_line.saturating_sub(node.line),
        parent: locals.get(node.parent),
        child_index: node.child_index,
        argument_index: node.argument_index,
        argument_name: node.argument_name,
        position,
        descendants: node.last - position,
        method: locals.get(node.method),
        type_decl: type_decl.map_or(NO_LOCAL, |t| locals.get(t)),
        hash: if fingerprinted {
            fingerprint(source.get(node.start as usize..node.end as usize).unwrap_or_default())
        } else {
            0
        },
    }
}

/// The row of a stub declaration: it has a name and no place.
pub fn stub_row(
    kind: NodeKind,
    local: u32,
    name: Symbol,
    full_name: Symbol,
    parent: u32,
    position: u32,
) -> NodeRow {
    NodeRow {
        kind,
        control: None,
        dispatch: None,
        local,
        name,
        full_name,
        signature: Symbol::NONE,
        type_full_name: Symbol::NONE,
        modifiers: Symbol::NONE,
        line: 0,
        column: 0,
        length: 0,
        extra_lines: 0,
        parent,
        child_index: 0,
        argument_index: stoa_model::rows::NO_ARGUMENT,
        argument_name: Symbol::NONE,
        position,
        descendants: 0,
        method: NO_LOCAL,
        type_decl: NO_LOCAL,
        hash: 0,
    }
}
