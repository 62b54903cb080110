//! Calls: what they run and what they are given.

use stoa_model::{NodeKind, Operator, Symbol};
use stoa_syntax::{NOWHERE, Position, flags};

use super::ValueOp;
use super::extract::Walk;

impl Walk<'_> {
    pub(super) fn call(&mut self, at: Position) {
        let tree = self.tree;
        let node = tree.get(at);
        let me = self.locals.get(at);
        let mut receiver = None;
        let mut callee = None;
        let mut number = 0;
        for child in tree.children(at) {
            let argument = tree.get(child);
            match argument.argument_index {
                0 => receiver = Some(child),
                -1 => callee = Some(child),
                index if index > 0 => {
                    number += 1;
                    self.argument(me, child, number);
                }
                _ => {}
            }
        }
        let text = self.names.get(node.name);
        if text == "<init>" && self.names.get(node.full_name) == "super"
            || receiver.is_some_and(|r| self.is_super(r))
        {
            if let Some(owner) = self.type_around(at) {
                self.push(ValueOp::Super, me, self.locals.get(owner), node.name);
                let this = self.this_of(at);
                if let Some(this) = this {
                    self.push(ValueOp::Key, me, this, Symbol::NONE);
                }
            }
            return;
        }
        if text == "<init>" {
            self.construct(at);
            return;
        }
        if let Some(receiver) = receiver {
            let Some(value) = self.value(receiver) else { return };
            if node.flags & flags::SYNTHETIC != 0 && matches!(self.names.get(node.name), "append" | "add") {
                // A comprehension adds to what it makes; nobody wrote a call.
                let element = tree.children(at).nth(1).and_then(|c| self.value(c));
                if let Some(element) = element {
                    self.push(ValueOp::Store, value, element, self.any);
                }
                return;
            }
            self.push(ValueOp::MethodCall, me, value, node.name);
        } else if let Some(callee) = callee {
            if let Some(value) = self.value(callee) {
                self.push(ValueOp::Call, me, value, Symbol::NONE);
            }
        } else if self.declaration_of[at as usize] != NOWHERE {
            let declaration = self.declaration_of[at as usize];
            self.push(ValueOp::Call, me, self.locals.get(declaration), Symbol::NONE);
        } else {
            // A name of another file, or of the language: the call's own identifier is left out of the tree.
            self.seed(ValueOp::Call, me, node.full_name.some().unwrap_or(node.name));
        }
    }

    /// `new a.B(…)`: the head of the path is a declaration of the file, or the whole path another file's.
    fn construct(&mut self, at: Position) {
        let node = self.tree.get(at);
        let me = self.locals.get(at);
        let head = self.declaration_of[at as usize];
        if head == NOWHERE {
            self.seed(ValueOp::New, me, node.full_name);
            return;
        }
        let head = self.locals.get(head);
        match self.names.get(node.full_name).split_once(self.language.separator) {
            Some((_, rest)) => {
                let rest = rest.to_owned();
                let rest = self.names.intern(&rest);
                self.push(ValueOp::New, me, head, rest);
            }
            None => self.push(ValueOp::Call, me, head, Symbol::NONE),
        }
    }

    pub(super) fn argument(&mut self, call: u32, at: Position, number: u32) {
        let tree = self.tree;
        let node = tree.get(at);
        let spread = node.kind == NodeKind::Call && node.name == Operator::Spread.symbol();
        let inner = if spread { tree.children(at).next() } else { Some(at) };
        let Some(value) = inner.and_then(|i| self.value(i)) else { return };
        let name = match (spread, node.argument_name.some()) {
            (true, _) => self.names.intern("*"),
            (false, Some(keyword)) => keyword,
            (false, None) => self.names.intern(&number.to_string()),
        };
        self.push(ValueOp::Argument, call, value, name);
    }

    fn is_super(&self, receiver: Position) -> bool {
        let node = self.tree.get(receiver);
        matches!(node.kind, NodeKind::Identifier | NodeKind::Call)
            && self.declaration_of[receiver as usize] == NOWHERE
            && self.names.get(node.name) == "super"
    }

    fn type_around(&self, at: Position) -> Option<Position> {
        let mut at = self.tree.get(at).parent;
        while at != NOWHERE {
            if self.tree.get(at).kind == NodeKind::TypeDecl {
                return Some(at);
            }
            at = self.tree.get(at).parent;
        }
        None
    }

    /// The parameter that is the object a method runs on, where it is written (Python's `self`).
    fn this_of(&self, at: Position) -> Option<u32> {
        let method = self.tree.get(at).method;
        if method == NOWHERE {
            return None;
        }
        let receiver = self.tree.children(method).find(|c| {
            let node = self.tree.get(*c);
            node.kind == NodeKind::MethodParameterIn && node.argument_index == 0
        });
        receiver.map(|r| self.locals.get(r))
    }
}
