//! Which cell each expression of a file reads or writes, and which objects copies make the same.
//!
//! One sweep over the tree from its end to its beginning: what is below a node is known when the node is reached.

use rustc_hash::FxHashMap;
use stoa_model::{Control, Interner, NodeKind, Operator, Symbol};
use stoa_syntax::{Language, Position, Slot, Tree};

use super::objects::{Key, NONE, Objects};
use crate::scopes::Scopes;

/// So many elements of a literal have cells of their own; the others share one.
const ELEMENTS: usize = 32;

/// Where a variable comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A LOCAL or parameter of this METHOD.
    Method(Position),
    /// Everybody: a variable of a module, a name that is not declared in the file.
    All,
}

#[derive(Clone, Copy, Debug)]
pub struct Variable {
    pub cell: u32,
    pub owner: Owner,
    pub parameter: bool,
    /// More than one method names it, and one of them owns it.
    pub captured: bool,
}

/// The cells of a file's expressions. The buffers are kept from file to file.
#[derive(Default, Debug)]
pub struct Paths {
    pub objects: Objects,
    /// The cell of each IDENTIFIER, field access and element access.
    pub cell_of: Vec<u32>,
    /// The object that other expressions give: literals, pointers, choices.
    object_of: Vec<u32>,
    /// The variable of each IDENTIFIER, in [`Paths::variables`].
    pub variable_of: Vec<u32>,
    pub variables: Vec<Variable>,
    /// The variable of each declaration.
    pub declared: Vec<u32>,
    undeclared: FxHashMap<Symbol, u32>,
    /// (literal, element, cell), in the order of the literals from the file's end.
    pub elements: Vec<(Position, Position, u32)>,
}

/// The type of a value that nobody can change, as the languages spell it.
fn is_plain(text: &str) -> bool {
    matches!(
        text,
        "int"
            | "char"
            | "float"
            | "double"
            | "long"
            | "short"
            | "bool"
            | "boolean"
            | "byte"
            | "unsigned"
            | "size_t"
            | "number"
            | "string"
            | "String"
            | "str"
            | "usize"
            | "isize"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "f32"
            | "f64"
            | "uint"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "int8"
            | "int16"
            | "int32"
            | "int64"
            | "float32"
            | "float64"
            | "rune"
            | "Integer"
            | "Long"
            | "Boolean"
            | "Double"
    )
}

impl Paths {
    pub fn run(&mut self, tree: &Tree, language: &Language, names: &mut Interner, scopes: &Scopes) {
        let count = tree.nodes.len();
        self.objects.clear();
        self.objects.fields_are_elements = language.family == "javascript";
        for list in [&mut self.cell_of, &mut self.object_of, &mut self.variable_of, &mut self.declared] {
            list.clear();
            list.resize(count, NONE);
        }
        self.variables.clear();
        self.undeclared.clear();
        self.elements.clear();
        let this = language.self_names.first().filter(|_| language.members_in_scope);
        let this = this.map(|name| names.intern(name));
        for &(used, declaration) in &scopes.refs {
            if matches!(tree.get(used).kind, NodeKind::Identifier | NodeKind::Call) {
                self.meet(tree, names, this, used, declaration);
            }
        }
        for at in (0..count as Position).rev() {
            let node = tree.get(at);
            match node.kind {
                NodeKind::Identifier => self.identifier(tree, at),
                NodeKind::Call => self.call(tree, language, names, at),
                NodeKind::Block | NodeKind::ControlStructure if node.is_argument() => self.choice(tree, at),
                NodeKind::Block => {
                    if let Some(last) = tree.children(at).last() {
                        self.pass_on(at, last);
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes that a name means a declaration.
    fn meet(
        &mut self,
        tree: &Tree,
        names: &Interner,
        this: Option<Symbol>,
        used: Position,
        declaration: Position,
    ) {
        let mut variable = self.declared[declaration as usize];
        if variable == NONE {
            let node = tree.get(declaration);
            let owner = match node.kind {
                NodeKind::Local | NodeKind::MethodParameterIn if node.method != NONE => {
                    Owner::Method(node.method)
                }
                _ => Owner::All,
            };
            let parameter = node.kind == NodeKind::MethodParameterIn;
            variable = self.new_variable(owner, parameter);
            if let Some(this) = this
                && node.kind == NodeKind::Member
                && tree.get(node.parent).kind == NodeKind::TypeDecl
            {
                // What people write without `this.` is a field nevertheless.
                let this = self.undeclared(this);
                let object = self.objects.held(self.variables[this as usize].cell);
                let field = self.objects.member(object, Key::Field(node.name));
                self.variables[variable as usize].cell = field;
            }
            self.declared[declaration as usize] = variable;
            let cell = self.variables[variable as usize].cell;
            if is_plain(names.get(node.type_full_name)) {
                self.objects.make_plain(cell);
            } else if owner == Owner::All || parameter {
                self.objects.make_opaque(cell);
            }
            if let Some(this) = this
                && parameter
                && node.name == this
            {
                // The same object as the one whose fields are meant without `this.`.
                let all = self.undeclared(this);
                let all = self.objects.held(self.variables[all as usize].cell);
                let held = self.objects.held(cell);
                self.objects.same_object(all, held);
            }
        }
        self.variable_of[used as usize] = variable;
        let Variable { cell, owner, .. } = self.variables[variable as usize];
        if let Owner::Method(method) = owner
            && tree.get(used).method != method
        {
            let object = self.objects.held(cell);
            self.objects.share(object);
            self.variables[variable as usize].captured = true;
        }
        self.cell_of[used as usize] = cell;
    }

    fn new_variable(&mut self, owner: Owner, parameter: bool) -> u32 {
        let cell = self.objects.cell();
        self.variables.push(Variable { cell, owner, parameter, captured: false });
        self.variables.len() as u32 - 1
    }

    fn identifier(&mut self, tree: &Tree, at: Position) {
        if self.variable_of[at as usize] == NONE {
            let variable = self.undeclared(tree.get(at).name);
            self.variable_of[at as usize] = variable;
            self.cell_of[at as usize] = self.variables[variable as usize].cell;
        }
    }

    /// The variable of a name without a declaration in the file.
    fn undeclared(&mut self, name: Symbol) -> u32 {
        if let Some(&known) = self.undeclared.get(&name) {
            return known;
        }
        let new = self.new_variable(Owner::All, false);
        self.undeclared.insert(name, new);
        self.objects.make_opaque(self.variables[new as usize].cell);
        new
    }

    /// The cell of a declaration that some name means.
    pub fn declared_cell(&mut self, declaration: Position) -> Option<u32> {
        let variable = self.declared[declaration as usize];
        (variable != NONE).then(|| self.objects.find(self.variables[variable as usize].cell))
    }

    /// The object that an expression gives, if it is known where it comes from.
    pub fn object(&mut self, at: Position) -> Option<u32> {
        match (self.cell_of[at as usize], self.object_of[at as usize]) {
            (NONE, NONE) => None,
            (NONE, object) => Some(self.objects.find_object(object)),
            (cell, _) => Some(self.objects.held(cell)),
        }
    }

    /// Lets an expression give what another one gives.
    fn pass_on(&mut self, at: Position, from: Position) {
        let node = (self.cell_of[from as usize], self.object_of[from as usize]);
        if node != (NONE, NONE)
            && let Some(object) = self.object(from)
        {
            match self.object_of[at as usize] {
                NONE => self.object_of[at as usize] = object,
                ours => {
                    self.objects.same_object(ours, object);
                    self.objects.share(object);
                }
            }
        }
    }

    /// A statement as a value (`x = if c { a } else { b }`) gives what the ends of its branches give.
    fn choice(&mut self, tree: &Tree, at: Position) {
        let mut ends = vec![at];
        while let Some(end) = ends.pop() {
            let node = tree.get(end);
            match (node.kind, node.control) {
                // Known already.
                _ if end != at && node.is_argument() => self.pass_on(at, end),
                (NodeKind::Block, _) | (_, Some(Control::Yield)) => ends.extend(tree.children(end).last()),
                (NodeKind::ControlStructure, _) => {
                    let branches = [Slot::Body, Slot::Else, Slot::Arm, Slot::Catch];
                    ends.extend(tree.children(end).filter(|c| branches.contains(&tree.get(*c).slot)));
                }
                _ => self.pass_on(at, end),
            }
        }
    }

    fn call(&mut self, tree: &Tree, language: &Language, names: &mut Interner, at: Position) {
        let Some(operator) = Operator::of(tree.get(at).name) else { return };
        let mut operands = tree.children(at).filter(|c| tree.get(*c).is_argument());
        let (first, second) = (operands.next(), operands.next());
        match operator {
            Operator::FieldAccess | Operator::IndirectFieldAccess => {
                if let (Some(base), Some(field)) = (first, second)
                    && let Some(object) = self.object(base)
                {
                    self.cell_of[at as usize] = self.objects.member(object, Key::Field(tree.get(field).name));
                }
            }
            Operator::IndexAccess => {
                if let (Some(base), Some(index)) = (first, second)
                    && let Some(object) = self.object(base)
                {
                    let key = key(tree, language, names, index);
                    self.cell_of[at as usize] = self.objects.member(object, key);
                }
            }
            Operator::Indirection | Operator::Next | Operator::Slice => {
                if let Some(base) = first
                    && let Some(object) = self.object(base)
                {
                    self.cell_of[at as usize] = self.objects.member(object, Key::Any);
                }
            }
            Operator::Iterator | Operator::Cast | Operator::Await => {
                if let Some(from) = operands.last().or(second).or(first) {
                    self.pass_on(at, from);
                }
            }
            Operator::Conditional => {
                for from in second.into_iter().chain(operands) {
                    self.pass_on(at, from);
                }
            }
            Operator::LogicalAnd | Operator::LogicalOr | Operator::NullCoalesce | Operator::Elvis => {
                for from in first.into_iter().chain(second) {
                    self.pass_on(at, from);
                }
            }
            Operator::AddressOf => {
                if let Some(to) = first
                    && self.cell_of[to as usize] != NONE
                {
                    let cell = self.cell_of[to as usize];
                    let object = self.objects.held(cell);
                    self.objects.point_at(object, cell);
                    self.objects.share(object);
                    self.object_of[at as usize] = object;
                }
            }
            Operator::ListLiteral
            | Operator::TupleLiteral
            | Operator::SetLiteral
            | Operator::ArrayInitializer
            | Operator::DictLiteral
            | Operator::StructLiteral => self.literal(tree, language, names, at),
            _ if operator.assigns() => {
                if let Some(target) = first {
                    self.assignment(tree, at, target, second, operator);
                }
            }
            _ => {}
        }
    }

    fn assignment(
        &mut self,
        tree: &Tree,
        at: Position,
        target: Position,
        value: Option<Position>,
        operator: Operator,
    ) {
        let cell = self.cell_of[target as usize];
        if cell == NONE {
            return;
        }
        // `a += b` computes something new; what is in `b` stays there.
        let copies = matches!(
            operator,
            Operator::Assignment
                | Operator::AssignmentLogicalAnd
                | Operator::AssignmentLogicalOr
                | Operator::AssignmentNullCoalesce
        );
        if let Some(value) = value {
            if !gives_plain(tree, value) {
                self.objects.make_opaque(cell);
            }
            if copies && let Some(object) = self.object(value) {
                let held = self.objects.held(cell);
                self.objects.same_object(held, object);
                if !is_literal(tree, value) {
                    self.objects.share(object);
                }
            }
        }
        if operator == Operator::Assignment || value.is_none() {
            self.pass_on(at, target);
        }
    }

    fn literal(&mut self, tree: &Tree, language: &Language, names: &mut Interner, at: Position) {
        let object = self.objects.object();
        self.object_of[at as usize] = object;
        for (place, child) in tree.children(at).enumerate() {
            let node = tree.get(child);
            let assigned = (node.kind == NodeKind::Call && node.name == Operator::Assignment.symbol())
                .then(|| tree.children(child).next())
                .flatten()
                .filter(|t| tree.get(*t).kind != NodeKind::Identifier || node.argument_index > 0);
            let (element, value, key) = match assigned {
                Some(name) => {
                    let key = match tree.get(name).kind {
                        NodeKind::FieldIdentifier => Key::Field(tree.get(name).name),
                        _ => key(tree, language, names, name),
                    };
                    (name, tree.children(child).nth(1).unwrap_or(name), key)
                }
                None if node.name == Operator::Spread.symbol() || !node.is_argument() => continue,
                None => (child, child, if place < ELEMENTS { Key::Index(place as u32) } else { Key::Any }),
            };
            if key == Key::Any && tree.get(value).kind == NodeKind::Literal {
                continue;
            }
            let cell = self.objects.member(object, key);
            if let Some(given) = self.object(value) {
                let held = self.objects.held(cell);
                self.objects.same_object(held, given);
                self.objects.share(given);
            }
            self.elements.push((at, element, cell));
        }
    }
}

/// Whether an expression makes an object that nobody else has yet.
pub fn is_literal(tree: &Tree, at: Position) -> bool {
    matches!(
        Operator::of(tree.get(at).name),
        Some(
            Operator::ListLiteral
                | Operator::TupleLiteral
                | Operator::SetLiteral
                | Operator::ArrayInitializer
                | Operator::DictLiteral
                | Operator::StructLiteral
        )
    ) && tree.get(at).kind == NodeKind::Call
}

/// Whether an expression gives a number or a text, which nobody can change.
fn gives_plain(tree: &Tree, at: Position) -> bool {
    use Operator::*;
    let node = tree.get(at);
    match node.kind {
        NodeKind::Literal => true,
        NodeKind::Call => matches!(
            Operator::of(node.name),
            Some(
                Subtraction
                    | Multiplication
                    | Division
                    | Modulo
                    | Exponentiation
                    | FloorDivision
                    | Equals
                    | NotEquals
                    | LessThan
                    | LessEqualsThan
                    | GreaterThan
                    | GreaterEqualsThan
                    | FormatString
                    | StringConcat
                    | LogicalNot
                    | Minus
                    | BitwiseNot
                    | In
                    | NotIn
                    | Is
                    | IsNot
                    | SizeOf
                    | LengthOf
                    | StrictEquals
                    | StrictNotEquals
                    | InstanceOf
                    | TypeOf
                    | HasNext
            )
        ),
        _ => false,
    }
}

/// The key that an index is, when it is constant.
fn key(tree: &Tree, language: &Language, names: &mut Interner, index: Position) -> Key {
    let node = tree.get(index);
    if node.kind != NodeKind::Literal {
        return Key::Any;
    }
    let text = names.get(node.name);
    match names.get(node.type_full_name) {
        "int" => number(text).map_or(Key::Any, Key::Index),
        "string" => {
            let quoted = text.len() >= 2
                && matches!(text.as_bytes()[0], b'"' | b'\'')
                && text.as_bytes()[0] == text.as_bytes()[text.len() - 1];
            if !quoted || text.contains('\\') || text.starts_with("\"\"\"") || text.starts_with("'''") {
                return Key::Any;
            }
            let content = text[1..text.len() - 1].to_owned();
            let in_objects = language.family == "javascript";
            match number(&content) {
                Some(number) if in_objects => Key::Index(number),
                _ if in_objects => Key::Field(names.intern(&content)),
                _ => Key::Text(names.intern(&content)),
            }
        }
        _ => Key::Any,
    }
}

/// A number in its plain decimal form.
fn number(text: &str) -> Option<u32> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}
