//! The facts of one file, in one walk over its nodes.

use stoa_model::rows::NO_LOCAL;
use stoa_model::{Control, Interner, NodeKind, Operator, Symbol};
use stoa_syntax::{Language, NOWHERE, Position, Slot, Tree, flags};

use super::{ANY, EXPORTS, ValueOp, ValueRow};
use crate::nodes::Locals;
use crate::scopes::Scopes;

/// Strings longer than this are no keys.
const LONGEST_KEY: usize = 40;

/// The facts of a file; used for file after file.
#[derive(Default)]
pub struct Values {
    pub rows: Vec<ValueRow>,
    /// For each node the declaration it refers to.
    declaration_of: Vec<Position>,
}

impl Values {
    /// Collects the facts of one file.
    pub fn run(
        &mut self,
        tree: &Tree,
        language: &Language,
        names: &mut Interner,
        locals: &Locals,
        scopes: &Scopes,
    ) {
        self.rows.clear();
        if !language.dynamic {
            return;
        }
        self.declaration_of.clear();
        self.declaration_of.resize(tree.nodes.len(), NOWHERE);
        for &(at, declaration) in scopes.refs.iter().chain(&scopes.callees) {
            self.declaration_of[at as usize] = declaration;
        }
        let any = names.intern(ANY);
        let mut walk = Walk {
            tree,
            language,
            names,
            locals,
            declaration_of: &self.declaration_of,
            rows: &mut self.rows,
            any,
            script: matches!(language.family, "javascript"),
        };
        for at in 0..tree.len() {
            walk.node(at);
        }
    }
}

struct Walk<'a> {
    tree: &'a Tree,
    language: &'a Language,
    names: &'a mut Interner,
    locals: &'a Locals,
    declaration_of: &'a [Position],
    rows: &'a mut Vec<ValueRow>,
    any: Symbol,
    /// Containers and objects are one (JavaScript).
    script: bool,
}

impl Walk<'_> {
    fn node(&mut self, at: Position) {
        let node = self.tree.get(at);
        let me = self.locals.get(at);
        match node.kind {
            NodeKind::Import if node.flags & flags::WILDCARD == 0 => {
                self.seed(ValueOp::Import, me, node.full_name)
            }
            NodeKind::Method => self.push(ValueOp::Function, me, me, Symbol::NONE),
            NodeKind::TypeDecl => self.push(ValueOp::Type, me, me, Symbol::NONE),
            NodeKind::MethodParameterIn => {
                self.declared(at);
                let default = self.tree.children(at).find_map(|c| self.value(c));
                self.copy(me, default);
            }
            NodeKind::Local | NodeKind::Member => self.declared(at),
            NodeKind::Identifier => self.identifier(at),
            NodeKind::Literal => self.literal(at),
            NodeKind::MethodRef => self.method_ref(at),
            NodeKind::Return if node.method != NOWHERE => {
                let value = self.tree.children(at).next().and_then(|c| self.value(c));
                if let Some(value) = value {
                    self.push(ValueOp::Return, self.locals.get(node.method), value, Symbol::NONE);
                }
            }
            NodeKind::ControlStructure if node.control == Some(Control::Throw) => {
                let value = self.tree.children(at).next().and_then(|c| self.value(c));
                if let Some(value) = value {
                    self.push(ValueOp::Throw, me, value, Symbol::NONE);
                }
            }
            NodeKind::Call => match Operator::of(node.name) {
                Some(operator) => self.operator(at, operator),
                None => self.call(at),
            },
            _ => {}
        }
    }

    // ── Writing facts ──────────────────────────────────────────────────────────────────────────────

    fn push(&mut self, op: ValueOp, dst: u32, src: u32, name: Symbol) {
        if dst != NO_LOCAL && src != NO_LOCAL {
            self.rows.push(ValueRow::new(op, dst, src, name));
        }
    }

    fn seed(&mut self, op: ValueOp, dst: u32, name: Symbol) {
        if dst != NO_LOCAL {
            self.rows.push(ValueRow::seed(op, dst, name));
        }
    }

    fn copy(&mut self, dst: u32, src: Option<u32>) {
        if let Some(src) = src.filter(|src| *src != dst) {
            self.push(ValueOp::Copy, dst, src, Symbol::NONE);
        }
    }

    // ── Expressions ────────────────────────────────────────────────────────────────────────────────

    /// The variable that holds an expression's value, if the value can matter.
    fn value(&self, at: Position) -> Option<u32> {
        let tree = self.tree;
        let mut at = at;
        loop {
            let node = tree.get(at);
            let me = Some(self.locals.get(at));
            return match node.kind {
                NodeKind::Identifier => match self.declaration_of[at as usize] {
                    NOWHERE => me,
                    declaration => Some(self.locals.get(declaration)),
                },
                NodeKind::MethodRef => match tree.children(at).next() {
                    Some(method) => Some(self.locals.get(method)),
                    None => me,
                },
                NodeKind::Literal => self.key_text(at).map(|_| self.locals.get(at)),
                NodeKind::TypeDecl => me,
                NodeKind::Block => {
                    let last = tree.children(at).last()?;
                    at = last;
                    continue;
                }
                NodeKind::Call => match Operator::of(node.name) {
                    None => me,
                    // The value of an assignment is what it assigns.
                    Some(Operator::Assignment) => {
                        at = tree.children(at).last()?;
                        continue;
                    }
                    Some(operator) if carries(operator) => me,
                    Some(_) => None,
                },
                _ => None,
            };
        }
    }

    fn identifier(&mut self, at: Position) {
        if self.declaration_of[at as usize] != NOWHERE {
            return;
        }
        let node = self.tree.get(at);
        let me = self.locals.get(at);
        let text = self.names.get(node.name);
        if text == "super" {
            return;
        }
        if self.language.self_names.contains(&text) && self.script {
            if let Some(method) = self.method_of_this(at) {
                self.push(ValueOp::This, me, self.locals.get(method), Symbol::NONE);
            }
        } else if self.script && (text == "exports" || text == "module") {
            self.seed(ValueOp::Module, me, Symbol::NONE);
        } else {
            self.seed(ValueOp::Name, me, node.name);
        }
    }

    /// The method whose object `this` is: not an arrow function's, which has none of its own.
    fn method_of_this(&self, at: Position) -> Option<Position> {
        let mut method = self.tree.get(at).method;
        while method != NOWHERE {
            let node = self.tree.get(method);
            let is_arrow = self.tree.get(node.parent).kind == NodeKind::MethodRef
                && self.tree.child_in(method, Slot::Body).is_some_and(|body| {
                    self.tree.get(body).flags & flags::SYNTHETIC != 0
                        || self.names.get(node.name).starts_with("<lambda>")
                });
            if !is_arrow {
                return Some(method);
            }
            method = node.method;
        }
        None
    }

    /// Strings and integers, as the name of the element they select.
    fn key_text(&self, at: Position) -> Option<&str> {
        let node = self.tree.get(at);
        let text = self.names.get(node.name);
        let kind = self.names.get(node.type_full_name);
        (matches!(kind, "int" | "string") && text.len() <= LONGEST_KEY && !text.is_empty()).then_some(text)
    }

    /// The name of an element by a constant key: `#1` for integers, the text itself for strings. In JavaScript a number's
    /// text is the same key as the number.
    fn key(&mut self, at: Position) -> Option<Symbol> {
        let text = self.key_text(at)?;
        let is_int = self.names.get(self.tree.get(at).type_full_name) == "int";
        let name = if is_int {
            format!("#{text}")
        } else {
            let plain = text.trim_matches(['"', '\'', '`']);
            match self.script && plain.bytes().all(|b| b.is_ascii_digit()) && !plain.is_empty() {
                true => format!("#{plain}"),
                false => plain.to_owned(),
            }
        };
        Some(self.names.intern(&name))
    }

    /// A literal matters where it may become a key: given to a variable, a parameter or an argument.
    fn literal(&mut self, at: Position) {
        let node = self.tree.get(at);
        if node.parent == NOWHERE {
            return;
        }
        let parent = self.tree.get(node.parent);
        let matters = match parent.kind {
            NodeKind::MethodParameterIn | NodeKind::Return => true,
            NodeKind::Call => match Operator::of(parent.name) {
                Some(operator) => matches!(operator, Operator::Assignment | Operator::Conditional),
                None => true,
            },
            _ => false,
        };
        if matters && let Some(key) = self.key(at) {
            self.seed(ValueOp::Literal, self.locals.get(at), key);
        }
    }

    fn method_ref(&mut self, at: Position) {
        let node = self.tree.get(at);
        if node.last > at {
            return;
        }
        let declaration = self.declaration_of[at as usize];
        if declaration != NOWHERE {
            self.push(ValueOp::Function, self.locals.get(at), self.locals.get(declaration), Symbol::NONE);
        }
    }

    fn declared(&mut self, at: Position) {
        let node = self.tree.get(at);
        if let Some(declared) = node.type_full_name.some() {
            self.seed(ValueOp::Instance, self.locals.get(at), declared);
        }
    }

    fn operator(&mut self, at: Position, operator: Operator) {
        let tree = self.tree;
        let me = self.locals.get(at);
        let mut children = tree.children(at);
        match operator {
            Operator::Assignment => {
                if let (Some(target), Some(value)) = (children.next(), children.next()) {
                    self.assignment(at, target, value);
                }
            }
            Operator::FieldAccess | Operator::IndirectFieldAccess => {
                let (Some(object), Some(field)) = (children.next(), children.next()) else { return };
                if self.is_module_exports(at) {
                    self.seed(ValueOp::Module, me, Symbol::NONE);
                } else if !self.is_target(at)
                    && let Some(base) = self.value(object)
                {
                    self.push(ValueOp::Load, me, base, tree.get(field).name);
                }
            }
            Operator::IndexAccess => {
                let (Some(object), Some(index)) = (children.next(), children.next()) else { return };
                if !self.is_target(at)
                    && let Some(base) = self.value(object)
                {
                    self.element(ValueOp::Load, me, base, index);
                }
            }
            Operator::Slice => {
                let (Some(object), start) = (children.next(), children.next()) else { return };
                if let Some(base) = self.value(object) {
                    let start = start.and_then(|s| self.key(s)).unwrap_or(self.any);
                    self.push(ValueOp::Slice, me, base, start);
                }
            }
            Operator::Conditional => {
                for branch in children.skip(1) {
                    let value = self.value(branch);
                    self.copy(me, value);
                }
            }
            Operator::Iterator | Operator::Next => {
                let Some(value) = children.next().and_then(|c| self.value(c)) else { return };
                let op = if operator == Operator::Next { ValueOp::Next } else { ValueOp::Iterate };
                self.push(op, me, value, Symbol::NONE);
            }
            Operator::Yield => {
                let Some(given) = children.next() else { return };
                let method = tree.get(at).method;
                if method == NOWHERE {
                    return;
                }
                let method = self.locals.get(method);
                // `yield from x` gives the elements of x.
                let spread = tree.get(given).name == Operator::Spread.symbol();
                let inner = if spread { tree.children(given).next() } else { Some(given) };
                match inner.and_then(|i| self.value(i)) {
                    Some(value) if spread => self.push(ValueOp::Yield, method, value, self.any),
                    Some(value) => self.push(ValueOp::Yield, method, value, Symbol::NONE),
                    None => {}
                }
            }
            Operator::DictLiteral if !self.script => self.dictionary(at),
            operator if is_container(operator) => self.container(at),
            operator if carries(operator) => {
                for child in children {
                    let value = self.value(child);
                    self.copy(me, value);
                }
            }
            _ => {}
        }
    }

    /// `module.exports`.
    fn is_module_exports(&self, at: Position) -> bool {
        let mut children = self.tree.children(at);
        let (Some(object), Some(field)) = (children.next(), children.next()) else { return false };
        self.script
            && self.declaration_of[object as usize] == NOWHERE
            && self.names.get(self.tree.get(object).name) == "module"
            && self.names.get(self.tree.get(field).name) == "exports"
    }

    /// Whether an access is written to, not read.
    fn is_target(&self, at: Position) -> bool {
        let node = self.tree.get(at);
        let parent = self.tree.get(node.parent);
        node.argument_index == 1
            && parent.kind == NodeKind::Call
            && parent.name == Operator::Assignment.symbol()
    }

    /// An element by its key: a constant, or what a variable holds.
    fn element(&mut self, op: ValueOp, one: u32, other: u32, index: Position) {
        match self.key(index) {
            Some(key) => self.push(op, one, other, key),
            None => {
                self.push(op, one, other, self.any);
                if let Some(key) = self.value(index) {
                    self.push(ValueOp::Key, one, key, Symbol::NONE);
                }
            }
        }
    }

    fn assignment(&mut self, at: Position, target: Position, value: Position) {
        let tree = self.tree;
        let node = tree.get(target);
        let Some(source) = self.value(value) else { return };
        match node.kind {
            NodeKind::Identifier => {
                let declaration = self.declaration_of[target as usize];
                if declaration == NOWHERE {
                    return;
                }
                let variable = self.locals.get(declaration);
                let decorated = tree.get(declaration).kind == NodeKind::Method
                    && tree.get(at).flags & flags::SYNTHETIC != 0;
                if decorated {
                    self.push(ValueOp::Decorated, variable, source, Symbol::NONE);
                } else {
                    self.copy(variable, Some(source));
                }
            }
            NodeKind::Call if is_field_access(node.name) => {
                let mut parts = tree.children(target);
                let (Some(object), Some(field)) = (parts.next(), parts.next()) else { return };
                if self.is_module_exports(target) {
                    let exports = self.names.intern(EXPORTS);
                    self.push(ValueOp::Store, self.locals.get(target), source, exports);
                } else if let Some(base) = self.value(object) {
                    self.push(ValueOp::Store, base, source, tree.get(field).name);
                }
            }
            NodeKind::Call if node.name == Operator::IndexAccess.symbol() => {
                let mut parts = tree.children(target);
                let (Some(object), Some(index)) = (parts.next(), parts.next()) else { return };
                if let Some(base) = self.value(object) {
                    self.element(ValueOp::Store, base, source, index);
                }
            }
            _ => {}
        }
    }

    /// `{k: v, …}` of Python: keys and values take turns.
    fn dictionary(&mut self, at: Position) {
        let tree = self.tree;
        let me = self.locals.get(at);
        self.seed(ValueOp::Object, me, Symbol::NONE);
        let mut children = tree.children(at);
        while let Some(key) = children.next() {
            if tree.get(key).name == Operator::Spread.symbol() {
                self.spread(me, key);
                continue;
            }
            let Some(value) = children.next().and_then(|v| self.value(v)) else { continue };
            self.element(ValueOp::Store, me, value, key);
        }
    }

    fn spread(&mut self, into: u32, spread: Position) {
        if let Some(value) = self.tree.children(spread).next().and_then(|c| self.value(c)) {
            self.push(ValueOp::Spread, into, value, Symbol::NONE);
        }
    }

    /// A list, a tuple, an array, or an object's members by name.
    fn container(&mut self, at: Position) {
        let tree = self.tree;
        let me = self.locals.get(at);
        let count = tree.children(at).count();
        let count = self.names.intern(&count.to_string());
        self.seed(ValueOp::Object, me, count);
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

    // ── Calls ──────────────────────────────────────────────────────────────────────────────────────

    fn call(&mut self, at: Position) {
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
            if let Some(value) = self.value(receiver) {
                self.push(ValueOp::MethodCall, me, value, node.name);
            }
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

    fn argument(&mut self, call: u32, at: Position, number: u32) {
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

fn is_field_access(name: Symbol) -> bool {
    name == Operator::FieldAccess.symbol() || name == Operator::IndirectFieldAccess.symbol()
}

/// Operators that make a container.
fn is_container(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::ListLiteral
            | Operator::TupleLiteral
            | Operator::SetLiteral
            | Operator::ArrayInitializer
            | Operator::StructLiteral
            | Operator::DictLiteral
    )
}

/// Operators whose value may be a function, an object or a container.
fn carries(operator: Operator) -> bool {
    is_container(operator)
        || matches!(
            operator,
            Operator::FieldAccess
                | Operator::IndirectFieldAccess
                | Operator::IndexAccess
                | Operator::Slice
                | Operator::Conditional
                | Operator::LogicalAnd
                | Operator::LogicalOr
                | Operator::Elvis
                | Operator::NullCoalesce
                | Operator::Cast
                | Operator::Await
                | Operator::AddressOf
                | Operator::Indirection
                | Operator::Iterator
                | Operator::Next
                | Operator::Try
        )
}
