//! Where functions go as values, in languages that declare types: facts for [`crate::link::functions`].
//!
//! A variable is a node, as in [`crate::values`]: a declaration stands for what it holds, an expression for what it gives. Only
//! what may hold a function is looked at, and fields go by the type they belong to, so that the facts stay few.

use rustc_hash::FxHashSet;
use stoa_model::rows::{NO_LOCAL, ReferenceRow};
use stoa_model::{NodeKind, Operator, ReferenceForm, Symbol};
use stoa_syntax::Position;

use super::Pass;
use super::terms::Term;
use crate::link::types::java;

/// What a fact says. `dst` and `src` are nodes of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionOp {
    /// Call `dst` is given what `src` holds as its argument of this number.
    Argument(i32),
    /// `dst` takes what `src` holds.
    Copy,
    /// `dst` holds the method `src`.
    Holds,
    /// Call `dst` runs what `src` holds.
    Invoke,
    /// Call `dst` runs what the member `name` of what `form` and `qualifier` mean holds.
    InvokeMember,
    /// `dst` takes the method or member `name` of what `form` and `qualifier` mean; without a name what they mean themselves.
    Load,
    /// Parameter `src` is the method `dst`'s of this number.
    Parameter(i32),
    /// Call `dst` is made on what `src` holds.
    Receiver,
    /// The method `dst` gives what `src` holds.
    Return,
    /// The member `name` of what `form` and `qualifier` mean takes what `src` holds; a name `#n` is the n-th member.
    Store,
    /// Call `dst` runs the method `src`.
    Target,
}

/// A fact.
#[derive(Clone, Copy, Debug)]
pub struct FunctionRow {
    pub op: FunctionOp,
    pub dst: u32,
    pub src: u32,
    pub name: Symbol,
    pub form: ReferenceForm,
    pub qualifier: Symbol,
    /// The full name of the type around.
    pub owner: Symbol,
}

/// The facts of a file.
#[derive(Default)]
pub struct FunctionFacts {
    pub rows: Vec<FunctionRow>,
    /// References of calls that are given functions.
    pub asked: Vec<ReferenceRow>,
    /// Calls whose results go somewhere.
    wanted: FxHashSet<Position>,
}

impl FunctionFacts {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.asked.clear();
        self.wanted.clear();
    }
}

/// Initialisers inside of each other are followed this deep.
const MAX_NESTING: u32 = 6;

impl Pass<'_> {
    pub(super) fn function_facts(&mut self, at: Position) {
        let tree = self.tree;
        let node = tree.get(at);
        match node.kind {
            NodeKind::Call => match Operator::of(node.name) {
                Some(Operator::Assignment | Operator::AssignmentPlus) => self.function_assignment(at),
                Some(_) => {}
                None => self.function_call(at),
            },
            NodeKind::Return => {
                let Some(value) = tree.children(at).next() else { return };
                if let Some(source) = self.function(value, MAX_NESTING)
                    && let Some(method) = tree.nodes.get(node.method as usize).map(|_| node.method)
                {
                    self.fact(FunctionOp::Return, self.locals.get(method), source);
                }
            }
            NodeKind::MethodParameterIn if node.argument_index > 0 && self.may_hold_function(at) => {
                let method = self.locals.get(node.parent);
                self.fact(FunctionOp::Parameter(node.argument_index), method, self.locals.get(at));
            }
            _ => {}
        }
    }

    fn fact(&mut self, op: FunctionOp, dst: u32, src: u32) {
        if dst != NO_LOCAL && src != NO_LOCAL && dst != src {
            let (name, form, none) = (Symbol::NONE, ReferenceForm::Value, Symbol::NONE);
            let row = FunctionRow { op, dst, src, name, form, qualifier: none, owner: none };
            self.out.functions.rows.push(row);
        }
    }

    fn named_fact(&mut self, op: FunctionOp, at: Position, node: u32, term: Term, name: Symbol) {
        let (form, qualifier) = match term {
            Term::Unknown => return,
            Term::Head(form, qualifier) => (form, qualifier),
            Term::Text(text) => (ReferenceForm::Expression, text),
        };
        let owner = self.owner(at);
        let (dst, src) = if op == FunctionOp::Store { (NO_LOCAL, node) } else { (node, NO_LOCAL) };
        self.out.functions.rows.push(FunctionRow { op, dst, src, name, form, qualifier, owner });
    }

    /// The node that holds the function an expression gives, if it may give one.
    fn function(&mut self, at: Position, left: u32) -> Option<u32> {
        let tree = self.tree;
        let node = tree.get(at);
        let me = self.locals.get(at);
        if left == 0 {
            return None;
        }
        match node.kind {
            NodeKind::MethodRef => {
                match tree.children(at).find(|c| tree.get(*c).kind == NodeKind::Method) {
                    Some(closure) => self.fact(FunctionOp::Holds, me, self.locals.get(closure)),
                    // `&Module.function/1`, `&function/1`.
                    None if self.language.family == "elixir" => {
                        if let Some(path) = node.full_name.some() {
                            let (_, path) = self.type_in_context(path, at);
                            let head = Term::Head(ReferenceForm::Import, path);
                            self.named_fact(FunctionOp::Load, at, me, head, Symbol::NONE);
                        } else if let Some(found) = self.lookup(node.name, at) {
                            self.fact(FunctionOp::Holds, me, self.locals.get(found.at));
                        }
                    }
                    None => {
                        let object = tree.children(at).next()?;
                        let term = self.term(object);
                        self.named_fact(FunctionOp::Load, at, me, term, node.name);
                    }
                }
                Some(me)
            }
            NodeKind::Identifier => {
                let text = self.names.get(node.name);
                if text.starts_with('<') || self.language.self_names.contains(&text) {
                    return self.lookup(node.name, at).map(|found| self.locals.get(found.at));
                }
                let path = node.full_name;
                let Some(found) = self.lookup(node.name, at) else {
                    if path.is_some() && path != node.name || text.contains("::") {
                        let path = path.some().unwrap_or(node.name);
                        self.named_fact(
                            FunctionOp::Load,
                            at,
                            me,
                            Term::Head(ReferenceForm::Path, path),
                            Symbol::NONE,
                        );
                    } else if self.language.module_is_shared && text.bytes().any(|b| b.is_ascii_lowercase()) {
                        let owner = self.owner(at);
                        let head = Term::Head(ReferenceForm::Bare, owner);
                        self.named_fact(FunctionOp::Load, at, me, head, node.name);
                    } else {
                        return None;
                    }
                    return Some(me);
                };
                match tree.get(found.at).kind {
                    NodeKind::Method if self.has_body(found.at) => {
                        self.fact(FunctionOp::Holds, me, self.locals.get(found.at));
                        Some(me)
                    }
                    NodeKind::Method => {
                        let head = Term::Head(ReferenceForm::Bare, Symbol::NONE);
                        self.named_fact(FunctionOp::Load, at, me, head, node.name);
                        Some(me)
                    }
                    NodeKind::Import => {
                        let head = Term::Head(ReferenceForm::Import, self.imported(found.at));
                        self.named_fact(FunctionOp::Load, at, me, head, Symbol::NONE);
                        Some(me)
                    }
                    NodeKind::TypeDecl => None,
                    _ => self.may_hold_function(found.at).then(|| self.locals.get(found.at)),
                }
            }
            NodeKind::Call => match Operator::of(node.name) {
                Some(Operator::FieldAccess | Operator::IndirectFieldAccess) => {
                    let mut parts = tree.children(at);
                    let (object, field) = (parts.next()?, parts.next()?);
                    let term = self.term(object);
                    if term == Term::Unknown {
                        return None;
                    }
                    self.named_fact(FunctionOp::Load, at, me, term, tree.get(field).name);
                    Some(me)
                }
                Some(
                    Operator::AddressOf
                    | Operator::Indirection
                    | Operator::IndexAccess
                    | Operator::Iterator
                    | Operator::Next
                    | Operator::Try,
                ) => self.function(tree.children(at).next()?, left - 1),
                Some(Operator::Cast | Operator::Assignment) => {
                    self.function(tree.children(at).last()?, left - 1)
                }
                Some(Operator::ArrayInitializer | Operator::ListLiteral) => {
                    let mut any = false;
                    for child in tree.children(at) {
                        if let Some(source) = self.function(child, left - 1) {
                            self.fact(FunctionOp::Copy, me, source);
                            any = true;
                        }
                    }
                    any.then_some(me)
                }
                Some(Operator::Conditional) => {
                    let mut any = false;
                    for branch in tree.children(at).skip(1) {
                        if let Some(source) = self.function(branch, left - 1) {
                            self.fact(FunctionOp::Copy, me, source);
                            any = true;
                        }
                    }
                    any.then_some(me)
                }
                Some(_) => None,
                // `new EventHandler(f)`, `Box::new(f)`: what is wrapped.
                None if self.wraps(at) => self.function(tree.children(at).last()?, left - 1),
                None if self.gives_function(at) => {
                    self.out.functions.wanted.insert(at);
                    Some(me)
                }
                None => None,
            },
            _ => None,
        }
    }

    /// Whether a call may give a function, as far as this file tells.
    fn gives_function(&self, call: Position) -> bool {
        let tree = self.tree;
        let node = tree.get(call);
        let Some(found) = self.lookup(node.name, call).filter(|_| !node.full_name.is_some()) else {
            return false;
        };
        let last = tree.get(found.at).last;
        tree.get(found.at).kind == NodeKind::Method
            && tree.get(last).kind == NodeKind::MethodReturn
            && tree.get(last).type_full_name.is_some()
            && self.may_hold_function(last)
    }

    /// Whether a call only wraps its one argument.
    fn wraps(&self, call: Position) -> bool {
        let node = self.tree.get(call);
        let one = self.arguments(call) == 1;
        match self.language.family {
            "csharp" => one && self.names.get(node.name) == "<init>",
            "rust" => {
                let path = node.full_name.some().map_or("", |path| self.names.get(path));
                one && matches!(path, "Arc::new" | "Box::new" | "Rc::new" | "Some")
            }
            _ => false,
        }
    }

    /// Whether a variable's declared type leaves it open that it holds a function.
    fn may_hold_function(&self, at: Position) -> bool {
        let text = self.names.get(self.tree.get(at).type_full_name).trim_end_matches("[]");
        let name = text.rsplit(['.', ':']).next().unwrap_or(text);
        if text.is_empty() || text.contains("(*") {
            return true;
        }
        match self.language.family {
            "java" => {
                name.starts_with(char::is_uppercase) && !name.ends_with("[]") && java::may_be_function(name)
            }
            "csharp" => name.starts_with(char::is_uppercase) && !name.ends_with(']'),
            "go" => name.starts_with("func") || name.starts_with(char::is_alphabetic) && !is_go_builtin(name),
            "c" => {
                !text.ends_with('*')
                    && (name.ends_with("_t")
                        || name.starts_with(char::is_uppercase)
                        || name.contains("func")
                        || name.contains("fn"))
            }
            _ => {
                !name.starts_with(|c: char| c.is_ascii_digit())
                    && !matches!(
                        name,
                        "String"
                            | "bool"
                            | "char"
                            | "f32"
                            | "f64"
                            | "i32"
                            | "i64"
                            | "str"
                            | "u16"
                            | "u32"
                            | "u64"
                            | "u8"
                            | "usize"
                    )
            }
        }
    }

    fn function_assignment(&mut self, at: Position) {
        let tree = self.tree;
        let mut children = tree.children(at);
        let (Some(target), Some(value)) = (children.next(), children.next()) else { return };
        let literal = tree.get(value).kind == NodeKind::Call
            && matches!(
                Operator::of(tree.get(value).name),
                Some(Operator::StructLiteral | Operator::ArrayInitializer | Operator::AddressOf)
            );
        if literal {
            let term = self.term(target);
            self.initialise(term, value, MAX_NESTING);
        }
        match tree.get(target).kind {
            NodeKind::Identifier => {
                let Some(found) = self.lookup(tree.get(target).name, target) else {
                    // A variable of another file or an inherited one.
                    if self.language.members_in_scope
                        && let Some(source) = self.function(value, MAX_NESTING)
                    {
                        let head = Term::Head(ReferenceForm::Self_, self.owner(at));
                        self.named_fact(FunctionOp::Store, at, source, head, tree.get(target).name);
                    }
                    return;
                };
                if !self.may_hold_function(found.at) {
                    return;
                }
                // What a method of another file gives counts where the variable declares that it is a function.
                let typed = self.tree.get(found.at).type_full_name.is_some();
                let called = tree.get(value).kind == NodeKind::Call
                    && Operator::of(tree.get(value).name).is_none()
                    && self.names.get(tree.get(value).name) != "<init>";
                let source = match self.function(value, MAX_NESTING) {
                    None if typed && called => {
                        self.out.functions.wanted.insert(value);
                        Some(self.locals.get(value))
                    }
                    source => source,
                };
                if let Some(source) = source {
                    self.fact(FunctionOp::Copy, self.locals.get(found.at), source);
                }
            }
            NodeKind::Call
                if matches!(
                    Operator::of(tree.get(target).name),
                    Some(Operator::FieldAccess | Operator::IndirectFieldAccess)
                ) =>
            {
                let mut parts = tree.children(target);
                let (Some(object), Some(field)) = (parts.next(), parts.next()) else { return };
                let Some(source) = self.function(value, MAX_NESTING) else { return };
                let term = self.term(object);
                self.named_fact(FunctionOp::Store, at, source, term, tree.get(field).name);
            }
            NodeKind::Call if Operator::of(tree.get(target).name) == Some(Operator::IndexAccess) => {
                let Some(object) = tree.children(target).next() else { return };
                if let Some(source) = self.function(value, MAX_NESTING)
                    && let Some(holder) = self.function(object, MAX_NESTING)
                {
                    self.fact(FunctionOp::Copy, holder, source);
                }
            }
            _ => {}
        }
    }

    /// `{ .open = f, g, { … } }`: the members of what a term says.
    fn initialise(&mut self, term: Term, value: Position, left: u32) {
        let tree = self.tree;
        let node = tree.get(value);
        if left == 0 || node.kind != NodeKind::Call {
            return;
        }
        let operator = Operator::of(node.name);
        if operator == Some(Operator::AddressOf) {
            if let Some(inner) = tree.children(value).next() {
                self.initialise(term, inner, left - 1);
            }
            return;
        }
        if !matches!(operator, Some(Operator::StructLiteral | Operator::ArrayInitializer)) {
            return;
        }
        // A literal that names its type is of that type.
        let own = self.term(value);
        let term = if own == Term::Unknown { term } else { own };
        if term == Term::Unknown {
            return;
        }
        let mut number = 0;
        let mut field = Symbol::NONE;
        for child in tree.children(value) {
            let part = tree.get(child);
            let (name, inner) = match part.kind {
                NodeKind::TypeRef => continue,
                // Go writes the name in front of the value.
                NodeKind::FieldIdentifier => {
                    field = part.name;
                    continue;
                }
                NodeKind::Call if part.name == Operator::Assignment.symbol() => {
                    let mut sides = tree.children(child);
                    let (Some(target), Some(inner)) = (sides.next(), sides.next()) else { continue };
                    match tree.get(target).kind {
                        NodeKind::FieldIdentifier => (tree.get(target).name, inner),
                        _ => (Symbol::NONE, inner),
                    }
                }
                _ => (std::mem::replace(&mut field, Symbol::NONE), child),
            };
            let name = match name.some() {
                Some(name) => name,
                None => self.names.intern(&format!("#{number}")),
            };
            number += 1;
            let nested = tree.get(inner).kind == NodeKind::Call
                && matches!(
                    Operator::of(tree.get(inner).name),
                    Some(Operator::StructLiteral | Operator::ArrayInitializer)
                );
            if nested {
                // A part without a name may be an element or a member; an element has the type's own.
                let of_part = if self.names.get(name).starts_with('#') {
                    self.element_term(term)
                } else {
                    self.member_term(term, name)
                };
                self.initialise(of_part, inner, left - 1);
            } else if let Some(source) = self.function(inner, left - 1) {
                self.named_fact(FunctionOp::Store, inner, source, term, name);
            }
        }
    }

    fn function_call(&mut self, at: Position) {
        let tree = self.tree;
        let node = tree.get(at);
        let me = self.locals.get(at);
        let mut given = self.out.functions.wanted.contains(&at);
        let mut receiver = None;
        for child in tree.children(at) {
            match tree.get(child).argument_index {
                0 => receiver = Some(child),
                number @ 1.. => {
                    if let Some(source) = self.function(child, MAX_NESTING) {
                        self.fact(FunctionOp::Argument(number), me, source);
                        given = true;
                    }
                }
                -1 => {
                    // What is called is an expression.
                    if let Some(source) = self.function(child, MAX_NESTING) {
                        self.fact(FunctionOp::Invoke, me, source);
                    }
                }
                _ => {}
            }
        }
        match receiver {
            Some(receiver) => {
                if matches!(self.language.family, "c" | "csharp" | "go") && node.name.is_some() {
                    let term = self.term(receiver);
                    self.named_fact(FunctionOp::InvokeMember, at, me, term, node.name);
                }
                let holds = self.names.get(node.name) != "<init>";
                if holds && let Some(source) = self.function(receiver, MAX_NESTING) {
                    self.fact(FunctionOp::Receiver, me, source);
                    given = true;
                }
            }
            None if !node.full_name.is_some() => {
                // A variable that is called by its name.
                if let Some(found) = self.lookup(node.name, at)
                    && matches!(
                        tree.get(found.at).kind,
                        NodeKind::Local | NodeKind::MethodParameterIn | NodeKind::Member
                    )
                {
                    self.fact(FunctionOp::Invoke, me, self.locals.get(found.at));
                    given = true;
                }
            }
            None => {}
        }
        if !given {
            return;
        }
        match self.out.references.last() {
            Some(reference) if reference.src == me => self.out.functions.asked.push(*reference),
            _ => {
                let from = self.out.calls.iter().rposition(|c| c.0 != at).map_or(0, |p| p + 1);
                for place in from..self.out.calls.len() {
                    let method = self.out.calls[place].1;
                    self.fact(FunctionOp::Target, me, self.locals.get(method));
                }
            }
        }
    }
}

fn is_go_builtin(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "byte"
            | "error"
            | "float32"
            | "float64"
            | "int"
            | "int32"
            | "int64"
            | "map"
            | "rune"
            | "string"
            | "uint"
            | "uint16"
            | "uint32"
            | "uint64"
            | "uint8"
            | "chan"
    )
}
