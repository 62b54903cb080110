//! Methods of objects: the type around them, the receiver that nobody writes, methods that the language adds.

use stoa_model::{NodeKind, Symbol};

use crate::cst::C;
use crate::lower::Lower;
use crate::rules::Role;
use crate::tree::{NOWHERE, Node, Position, flags};

impl Lower<'_> {
    /// A METHOD that the language adds.
    pub fn synthetic_method(
        &mut self,
        n: C,
        name: &str,
        signature: &str,
        inside: impl FnOnce(&mut Self) -> Symbol,
    ) -> Position {
        let at = self.method_decl(n, name, signature, inside);
        self.at(at).flags |= flags::SYNTHETIC;
        at
    }

    /// The node of the type around the method being written.
    pub fn enclosing_type(&self) -> Option<(Position, Node)> {
        let mut at = self.method().or_else(|| self.parent_position())?;
        loop {
            let node = *self.tree.get(at);
            if node.kind == NodeKind::TypeDecl {
                return Some((at, node));
            }
            if node.parent == NOWHERE {
                return None;
            }
            at = node.parent;
        }
    }

    /// The receiver that nobody writes: `this`, parameter 0.
    pub fn this_parameter(&mut self, n: C) {
        let this = self.intern("this");
        let this_type = self.enclosing_type().map_or(Symbol::NONE, |(_, node)| node.full_name);
        let at = self.parameter(n, this, 0, this_type, |_| {});
        self.at(at).flags |= flags::SYNTHETIC;
    }

    /// The last part of a path, and the whole path if it has more than one part.
    pub fn split_path(&mut self, path: Symbol) -> (Symbol, Symbol) {
        match self.names.get(path).rsplit_once(self.language.separator) {
            Some((_, last)) => {
                let last = last.to_owned();
                (self.intern(&last), path)
            }
            None => (path, Symbol::NONE),
        }
    }

    /// Lowers a statement inside of a BLOCK that is there already.
    pub fn inline(&mut self, statement: C) {
        if matches!(self.role(statement), Role::Block) {
            self.lower_children(statement);
        } else {
            self.lower(statement);
        }
    }

    /// `this.field`.
    pub fn this_field(&mut self, n: C, name: Symbol) {
        self.operator(stoa_model::Operator::FieldAccess, n, |l| {
            let this = l.intern("this");
            l.identifier_named(n, this);
            l.leaf(NodeKind::FieldIdentifier, n, name);
        });
    }
}
