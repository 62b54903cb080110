//! Containers: lists, dictionaries and objects, and what their elements hold.

use stoa_model::{NodeKind, Operator, Symbol};
use stoa_syntax::{NOWHERE, Position};

use super::ValueOp;
use super::extract::Walk;

impl Walk<'_> {
    /// `{k: v, …}` of Python: keys and values take turns.
    pub(super) fn dictionary(&mut self, at: Position) {
        let tree = self.tree;
        let me = self.locals.get(at);
        let sort = self.names.intern("dict");
        self.seed(ValueOp::Object, me, sort);
        let overwritten = self.overwritten(at);
        let mut children = tree.children(at);
        while let Some(key) = children.next() {
            if tree.get(key).name == Operator::Spread.symbol() {
                self.spread(me, key);
                continue;
            }
            let Some(value) = children.next().and_then(|v| self.value(v)) else { continue };
            if self.key(key).is_none_or(|key| !overwritten.contains(&key)) {
                self.element(ValueOp::Store, me, value, key);
            }
        }
    }

    /// The keys of a new dictionary that the statements right behind its assignment write again, before anything can read
    /// them: `d = {"a": f}; d["a"] = g; d.update({"a": g})`.
    fn overwritten(&mut self, literal: Position) -> Vec<Symbol> {
        let tree = self.tree;
        let mut keys = Vec::new();
        let assignment = tree.get(literal).parent;
        if assignment == NOWHERE || tree.get(assignment).name != Operator::Assignment.symbol() {
            return keys;
        }
        let holder = assignment + 1;
        let declaration = self.declaration_of.get(holder as usize).copied().unwrap_or(NOWHERE);
        let block = tree.get(assignment).parent;
        if tree.get(holder).kind != NodeKind::Identifier || declaration == NOWHERE || block == NOWHERE {
            return keys;
        }
        let mut next = tree.get(assignment).last + 1;
        while next <= tree.get(block).last {
            let node = tree.get(next);
            let mut parts = tree.children(next);
            let (first, second) = (parts.next(), parts.next());
            let (Some(first), Some(second)) = (first, second) else { break };
            if node.name == Operator::Assignment.symbol()
                && tree.get(first).name == Operator::IndexAccess.symbol()
            {
                let mut access = tree.children(first);
                let (Some(object), Some(key)) = (access.next(), access.next()) else { break };
                let reads = self.refers(second, declaration);
                let Some(key) = self.key(key) else { break };
                if self.declaration_of[object as usize] != declaration || reads {
                    break;
                }
                keys.push(key);
            } else if self.names.get(node.name) == "update"
                && self.declaration_of[first as usize] == declaration
                && tree.get(second).name == Operator::DictLiteral.symbol()
                && !self.refers(second, declaration)
            {
                let written: Vec<Position> = tree.children(second).step_by(2).collect();
                for key in written {
                    keys.extend(self.key(key));
                }
            } else {
                break;
            }
            next = node.last + 1;
        }
        keys
    }

    /// Whether something below a node refers to a declaration, or runs code that may.
    fn refers(&self, below: Position, declaration: Position) -> bool {
        (below..=self.tree.get(below).last).any(|at| {
            let node = self.tree.get(at);
            self.declaration_of[at as usize] == declaration
                || (node.kind == NodeKind::Call && Operator::of(node.name).is_none())
        })
    }

    pub(super) fn spread(&mut self, into: u32, spread: Position) {
        if let Some(value) = self.tree.children(spread).next().and_then(|c| self.value(c)) {
            self.push(ValueOp::Spread, into, value, Symbol::NONE);
        }
    }

    /// A list, a tuple, an array, or an object's members by name.
    pub(super) fn container(&mut self, at: Position) {
        let tree = self.tree;
        let me = self.locals.get(at);
        let sort = match Operator::of(tree.get(at).name) {
            Some(Operator::TupleLiteral) => "tuple",
            Some(Operator::SetLiteral) => "set",
            Some(Operator::ListLiteral) => "list",
            _ => "",
        };
        let count = tree.children(at).count();
        let sort = self.names.intern(&format!("{sort}:{count}"));
        self.seed(ValueOp::Object, me, sort);
        let mut place = Some(0u32);
        for child in tree.children(at) {
            let node = tree.get(child);
            if node.kind == NodeKind::Call && node.name == Operator::Spread.symbol() {
                self.spread(me, child);
                place = None;
                continue;
            }
            if node.kind == NodeKind::Call && node.name == Operator::Assignment.symbol() {
                let mut parts = tree.children(child);
                let (Some(target), Some(value)) = (parts.next(), parts.next()) else { continue };
                let Some(value) = self.value(value) else { continue };
                let target_node = tree.get(target);
                if target_node.kind == NodeKind::FieldIdentifier {
                    self.push(ValueOp::Store, me, value, target_node.name);
                } else if let Some(key) = tree.children(target).last() {
                    self.element(ValueOp::Store, me, value, key);
                }
                continue;
            }
            let key = match place {
                Some(number) => self.names.intern(&format!("#{number}")),
                None => self.any,
            };
            place = place.map(|p| p + 1);
            if let Some(value) = self.value(child) {
                self.push(ValueOp::Store, me, value, key);
            }
        }
    }
}
