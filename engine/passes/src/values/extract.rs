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

pub(super) struct Walk<'a> {
    pub(super) tree: &'a Tree,
    pub(super) language: &'a Language,
    pub(super) names: &'a mut Interner,
    pub(super) locals: &'a Locals,
    pub(super) declaration_of: &'a [Position],
    pub(super) rows: &'a mut Vec<ValueRow>,
    pub(super) any: Symbol,
    /// Containers and objects are one (JavaScript).
    pub(super) script: bool,
}

impl Walk<'_> {
    pub(super) fn node(&mut self, at: Position) {
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

    pub(super) fn push(&mut self, op: ValueOp, dst: u32, src: u32, name: Symbol) {
        if dst != NO_LOCAL && src != NO_LOCAL {
            self.rows.push(ValueRow::new(op, dst, src, name));
        }
    }

    pub(super) fn seed(&mut self, op: ValueOp, dst: u32, name: Symbol) {
        if dst != NO_LOCAL {
            self.rows.push(ValueRow::seed(op, dst, name));
        }
    }

    pub(super) fn copy(&mut self, dst: u32, src: Option<u32>) {
        if let Some(src) = src.filter(|src| *src != dst) {
            self.push(ValueOp::Copy, dst, src, Symbol::NONE);
        }
    }

    // ── Expressions ────────────────────────────────────────────────────────────────────────────────

    /// The variable that holds an expression's value, if the value can matter.
    pub(super) fn value(&self, at: Position) -> Option<u32> {
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
    pub(super) fn key(&mut self, at: Position) -> Option<Symbol> {
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
    pub(super) fn element(&mut self, op: ValueOp, one: u32, other: u32, index: Position) {
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
