//! Sizes of types and variables of C and C++, in bytes, where a long and a pointer have eight.

use stoa_model::{NodeKind, Operator};

use super::Run;
use crate::program::{Idx, NONE, Program};

/// Types in each other that are looked into.
const NESTED: usize = 6;

/// The number that a name of the standard library stands for: the bounds of a type.
pub(super) fn limit(name: &str) -> Option<i64> {
    Some(match name {
        "CHAR_MAX" | "SCHAR_MAX" | "INT8_MAX" => i64::from(i8::MAX),
        "CHAR_MIN" | "SCHAR_MIN" | "INT8_MIN" => i64::from(i8::MIN),
        "UCHAR_MAX" | "UINT8_MAX" => i64::from(u8::MAX),
        "SHRT_MAX" | "INT16_MAX" => i64::from(i16::MAX),
        "SHRT_MIN" | "INT16_MIN" => i64::from(i16::MIN),
        "USHRT_MAX" | "UINT16_MAX" => i64::from(u16::MAX),
        "INT_MAX" | "INT32_MAX" => i64::from(i32::MAX),
        "INT_MIN" | "INT32_MIN" => i64::from(i32::MIN),
        "UINT_MAX" | "UINT32_MAX" => i64::from(u32::MAX),
        "LONG_MAX" | "LLONG_MAX" | "INT64_MAX" => i64::MAX,
        "LONG_MIN" | "LLONG_MIN" | "INT64_MIN" => i64::MIN,
        _ => return None,
    })
}

/// The bounds of a type of numbers by its name.
pub(super) fn bounds(name: &str) -> Option<(i64, i64)> {
    let unsigned = name.contains("unsigned") || name.starts_with("uint") || name == "size_t";
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|w| !matches!(*w, "const" | "unsigned" | "signed" | "static"))
        .collect();
    let bits = match words[..] {
        ["char" | "int8_t" | "uint8_t"] => 8,
        ["short" | "int16_t" | "uint16_t"] | ["short", "int"] => 16,
        [] | ["int" | "int32_t" | "uint32_t"] => 32,
        ["long" | "int64_t" | "uint64_t" | "size_t"] | ["long", "long"] | ["long", "int"] => 64,
        _ => return None,
    };
    Some(match (unsigned, bits) {
        (true, 64) => (0, i64::MAX),
        (true, bits) => (0, (1i64 << bits) - 1),
        (false, 64) => (i64::MIN, i64::MAX),
        (false, bits) => (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1),
    })
}

/// The size and the alignment of a type by its name, as a node means it.
fn of_type(program: &Program, at: Idx, name: &str, depth: usize) -> Option<(i64, i64)> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    if name.ends_with(['*', '&']) {
        return Some((8, 8));
    }
    let mut words: Vec<&str> = name
        .split_whitespace()
        .filter(|w| {
            !matches!(*w, "const" | "static" | "volatile" | "struct" | "register" | "extern" | "std::")
        })
        .collect();
    words.retain(|w| !matches!(*w, "unsigned" | "signed"));
    let same = |n: i64| Some((n, n));
    match words[..] {
        [] => same(4),
        ["char" | "int8_t" | "uint8_t" | "bool" | "_Bool"] => same(1),
        ["short" | "int16_t" | "uint16_t"] | ["short", "int"] => same(2),
        ["int" | "int32_t" | "uint32_t" | "float" | "wchar_t"] => same(4),
        ["long" | "int64_t" | "uint64_t" | "double" | "size_t" | "ssize_t" | "intptr_t" | "uintptr_t"]
        | ["long", "int" | "long"]
        | ["long", "long", "int"] => same(8),
        [named] if depth < NESTED => {
            let named: &str = named;
            let symbol = program.symbol(named)?;
            let declared = program.type_at(at, symbol)?;
            let own = program.node(declared);
            let members: Vec<Idx> = program
                .children(declared)
                .iter()
                .copied()
                .filter(|&m| program.kind(m) == NodeKind::Member && !program.node(m).is_static)
                .collect();
            if members.is_empty() {
                // Another name for a type.
                let aliased = program.str(own.type_name);
                return if aliased.is_empty() || aliased == named {
                    None
                } else {
                    of_type(program, declared, aliased, depth + 1)
                };
            }
            let (mut size, mut most) = (0i64, 1i64);
            for member in members {
                let (bytes, align) = of_declared(program, member, depth + 1)?;
                size = size.checked_add(align - 1)? / align * align;
                size = size.checked_add(bytes)?;
                most = most.max(align);
            }
            Some((size.checked_add(most - 1)? / most * most, most))
        }
        _ => None,
    }
}

/// The size of what a declaration declares: arrays by their constant lengths.
fn of_declared(program: &Program, declaration: Idx, depth: usize) -> Option<(i64, i64)> {
    let name = program.str(program.node(declaration).type_name);
    let Some(element) = name.strip_suffix("[]") else { return of_type(program, declaration, name, depth) };
    if element.ends_with(']') {
        return None;
    }
    let (bytes, align) = of_type(program, declaration, element, depth)?;
    let length = program
        .children(declaration)
        .iter()
        .copied()
        .find(|&c| {
            let own = program.node(c);
            own.kind == NodeKind::Literal
                || (own.operator.is_some() && own.operator != Some(Operator::Assignment))
        })
        .and_then(|c| folded(program, c, 0))
        .or_else(|| initialised(program, declaration))?;
    Some((bytes.checked_mul(length)?, align))
}

/// How many elements an array begins with that is declared without a length.
fn initialised(program: &Program, declaration: Idx) -> Option<i64> {
    let own = program.node(declaration);
    if own.kind != NodeKind::Local || own.parent == NONE {
        return None;
    }
    let siblings = program.children(own.parent);
    let after = siblings.iter().position(|&s| s == declaration)?;
    let begins = siblings[after..].iter().copied().find(|&s| {
        program.node(s).operator == Some(Operator::Assignment)
            && program.argument(s, 1).is_some_and(|t| program.node(t).target == declaration)
    })?;
    let value = program.argument(begins, 2)?;
    let operator = program.node(value).operator;
    if !matches!(operator, Some(Operator::ArrayInitializer | Operator::ListLiteral)) {
        return None;
    }
    // A length that is declared counts, whatever it is.
    let declares = |&c: &Idx| !matches!(program.kind(c), NodeKind::TypeRef | NodeKind::Modifier);
    if program.children(declaration).iter().any(declares) {
        return None;
    }
    let elements: Vec<Idx> = program.arguments(value).collect();
    // A macro may be several; [5] = x says where an element stands.
    let plain = |&e: &Idx| {
        let own = program.node(e);
        own.kind == NodeKind::Literal || own.operator.is_some_and(|o| o != Operator::Assignment)
    };
    if elements.is_empty() || !elements.iter().all(plain) { None } else { i64::try_from(elements.len()).ok() }
}

/// The number that a constant expression is.
fn folded(program: &Program, node: Idx, depth: usize) -> Option<i64> {
    let own = program.node(node);
    if own.kind == NodeKind::Literal {
        return super::literals::integer(program.str(own.name));
    }
    if depth > NESTED {
        return None;
    }
    let operand = |n: i16| program.argument(node, n).and_then(|a| folded(program, a, depth + 1));
    match own.operator? {
        Operator::Addition => operand(1)?.checked_add(operand(2)?),
        Operator::Subtraction => operand(1)?.checked_sub(operand(2)?),
        Operator::Multiplication => operand(1)?.checked_mul(operand(2)?),
        Operator::SizeOf => {
            let of = program.argument(node, 1).or_else(|| program.children(node).first().copied())?;
            if program.kind(of) != NodeKind::TypeRef {
                return None;
            }
            of_type(program, of, program.name(of), depth).map(|s| s.0)
        }
        _ => None,
    }
}

impl Run<'_> {
    /// The size of what a variable or field is declared to be.
    pub(super) fn declared_bytes(&self, declaration: Idx) -> Option<i64> {
        of_declared(self.program, declaration, 0).map(|s| s.0)
    }

    /// The size of a type by its name.
    pub(super) fn type_bytes(&self, name: &str) -> Option<i64> {
        of_type(self.program, self.method.node, name, 0).map(|s| s.0)
    }

    /// The declaration of the field that an access means.
    pub(super) fn field_declared(&self, access: Idx) -> Option<Idx> {
        let (base, field) = (self.program.argument(access, 1)?, self.program.argument(access, 2)?);
        let meant = self.program.node(field).target;
        if meant != NONE {
            return Some(meant);
        }
        let mut name = self.declared_name(base)?.trim_end_matches(['*', '&', ' ']).to_owned();
        for _ in 0..NESTED {
            let bare = name.trim_start_matches("const ").trim_start_matches("struct ").to_owned();
            let of = self.program.type_at(access, self.program.symbol(&bare)?)?;
            let wanted = self.program.node(field).name;
            let is_it =
                |&&m: &&Idx| self.program.kind(m) == NodeKind::Member && self.program.node(m).name == wanted;
            if let Some(&member) = self.program.children(of).iter().find(is_it) {
                return Some(member);
            }
            name = self.program.str(self.program.node(of).type_name).to_owned();
        }
        None
    }

    /// The name of the type that an expression is declared to have.
    pub(super) fn declared_name(&self, node: Idx) -> Option<&str> {
        let own = self.program.node(node);
        let named = match own.operator {
            Some(Operator::FieldAccess | Operator::IndirectFieldAccess) => self.field_declared(node)?,
            Some(Operator::Cast) | None => match self.meaning(node) {
                NONE => node,
                meant if own.kind == NodeKind::Identifier => meant,
                _ => node,
            },
            // A pointer that was moved is of its type.
            Some(Operator::Addition | Operator::Subtraction) => {
                return self.declared_name(self.program.argument(node, 1)?);
            }
            _ => node,
        };
        let name = self.program.str(self.program.node(named).type_name);
        (!name.is_empty()).then_some(name)
    }

    /// How many bytes lie between elements of what a pointer or array leads to.
    pub(super) fn element_bytes(&self, node: Idx) -> Option<i64> {
        let name = self.declared_name(node)?;
        let name = name.trim_end_matches('&');
        let pointed = name.strip_suffix("[]").or_else(|| name.strip_suffix('*'))?;
        if pointed.ends_with(']') { None } else { self.type_bytes(pointed) }
    }

    /// What `sizeof` gives.
    pub(super) fn size_of(&self, node: Idx) -> Option<i64> {
        let of = self.program.argument(node, 1).or_else(|| self.program.children(node).first().copied())?;
        let own = self.program.node(of);
        match (own.kind, own.operator) {
            (NodeKind::TypeRef, _) => self.type_bytes(self.program.name(of)),
            (NodeKind::Identifier, _) => match self.meaning(of) {
                NONE => self.type_bytes(self.program.name(of)),
                // The name of a type that is not told from a variable's before names are known.
                meant if self.program.kind(meant) == NodeKind::TypeDecl => {
                    self.type_bytes(self.program.str(self.program.node(meant).full_name))
                }
                meant => self.declared_bytes(meant),
            },
            (_, Some(Operator::Indirection)) => self.element_bytes(self.program.argument(of, 1)?),
            (_, Some(Operator::IndexAccess)) => self.element_bytes(self.program.argument(of, 1)?),
            (_, Some(Operator::FieldAccess | Operator::IndirectFieldAccess)) => {
                self.declared_bytes(self.field_declared(of)?)
            }
            _ => None,
        }
    }
}

/// Whether variables of a type are arrays or structs rather than numbers or pointers.
pub(super) fn is_aggregate(name: &str) -> bool {
    if name.ends_with(']') {
        return true;
    }
    let bare = name.trim_start_matches("const ").trim_start_matches("struct ");
    !bare.is_empty() && !bare.ends_with('*') && !bare.ends_with('&') && !is_number_type(bare)
}

/// Whether a type is a number, in any language.
pub(crate) fn is_number_type(name: &str) -> bool {
    let name = name.rsplit(['.', ':']).next().unwrap_or(name);
    name.split(' ').all(|word| {
        matches!(
            word,
            "int"
                | "long"
                | "short"
                | "byte"
                | "char"
                | "float"
                | "double"
                | "boolean"
                | "bool"
                | "_Bool"
                | "unsigned"
                | "signed"
                | "size_t"
                | "ssize_t"
                | "void"
                | "Integer"
                | "Long"
                | "Short"
                | "Byte"
                | "Double"
                | "Float"
                | "Boolean"
                | "uint"
                | "ulong"
                | "ushort"
                | "sbyte"
                | "decimal"
                | "usize"
                | "isize"
                | "number"
                | "wchar_t"
        ) || word
            .strip_suffix("_t")
            .is_some_and(|w| w.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("int"))
            || ["i", "u", "f", "int", "uint", "float"].iter().any(|p| {
                word.strip_prefix(p).is_some_and(|digits| matches!(digits, "8" | "16" | "32" | "64" | "128"))
            })
    })
}
