//! Meanings that many languages share: methods, types, calls, loops over elements, destructuring.
//!
//! Sugar is written as what it means, so that passes and queries see one form: a loop over elements is
//! an iterator asked for its next value; a pattern is a temporary whose parts are assigned one by one.

use std::collections::HashSet;

use stoa_model::{Control, Dispatch, NodeKind, Operator, Symbol};

use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::Role;
use crate::tree::{Position, Slot, flags};

/// One step from a value to a part of it, for destructuring.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// `.name`
    Field(Symbol),
    /// `[n]`
    Index(u32),
    /// `[length - n]`
    FromEnd(u32),
    /// `[n:]`, the rest from there.
    Rest(u32),
    /// `[key]`, the key being an expression.
    Key(C),
}

/// Parts nested deeper than this are not looked at, and the file is `partial`.
pub const MAX_PARTS: usize = 100;

impl Lower<'_> {
    // ── Declarations ───────────────────────────────────────────────────────────────────────────────

    /// A METHOD called `name`, qualified by where it stands. `inside` writes annotations, modifiers,
    /// parameters and (with [`Lower::body`]) the body, and returns the declared return type; the
    /// METHOD_RETURN is added here.
    pub fn method_decl(
        &mut self,
        n: C,
        name: &str,
        signature: &str,
        inside: impl FnOnce(&mut Self) -> Symbol,
    ) -> Position {
        let qualified = self.qualify(name);
        self.method_qualified(n, name, qualified, signature, inside)
    }

    /// As [`Lower::method_decl`], with a qualified name that does not follow from where it stands.
    pub fn method_qualified(
        &mut self,
        n: C,
        name: &str,
        qualified: String,
        signature: &str,
        inside: impl FnOnce(&mut Self) -> Symbol,
    ) -> Position {
        let symbol = self.intern(name);
        let full_name = self.intern(&qualified);
        let signature = self.intern(signature);
        let at = self.open(NodeKind::Method, n, symbol);
        self.at(at).full_name = full_name;
        self.at(at).signature = signature;
        self.declared.push(Default::default());
        let returns = self.within_qualified(qualified, inside);
        self.declared.pop();
        let exit = self.leaf(NodeKind::MethodReturn, n, Symbol::NONE);
        self.at(exit).type_full_name = returns;
        self.close();
        at
    }

    /// The METHOD `<module>` of a language whose files run from top to bottom. What `inside` writes is
    /// qualified by the module, not by `<module>`.
    pub fn module_method(&mut self, n: C, inside: impl FnOnce(&mut Self)) -> Position {
        let module = self.qualified_name().to_owned();
        let qualified = self.qualify("<module>");
        self.method_qualified(n, "<module>", qualified, "", |l| {
            l.within_qualified(module, |l| {
                l.next_slot(Slot::Body);
                l.synthetic_block(n, inside);
            });
            Symbol::NONE
        })
    }

    /// A METHOD_REF whose child is a closure's METHOD, named `<lambda>N`.
    pub fn closure(&mut self, n: C, signature: &str, inside: impl FnOnce(&mut Self) -> Symbol) -> Position {
        let name = self.closure_name();
        let symbol = self.intern(&name);
        let full_name = self.qualify(&name);
        let reference = self.open(NodeKind::MethodRef, n, symbol);
        self.at(reference).full_name = self.names.intern(&full_name);
        self.method_decl(n, &name, signature, inside);
        self.close();
        reference
    }

    /// The body of the METHOD being written: a BLOCK in [`Slot::Body`].
    pub fn body(&mut self, n: C) {
        self.slot_block(Slot::Body, n);
    }

    /// The body of the METHOD being written when it is an expression whose value is returned.
    pub fn expression_body(&mut self, n: C) {
        self.next_slot(Slot::Body);
        self.synthetic_block(n, |l| {
            let at = l.node(NodeKind::Return, n, Symbol::NONE, |l| l.lower(n));
            l.at(at).flags |= flags::SYNTHETIC;
        });
    }

    /// A METHOD_PARAMETER_IN. `index` counts from 1; 0 is the receiver. `inside` writes type references,
    /// annotations and the default value.
    pub fn parameter(
        &mut self,
        n: C,
        name: Symbol,
        index: i32,
        type_name: Symbol,
        inside: impl FnOnce(&mut Self),
    ) -> Position {
        let at = self.node(NodeKind::MethodParameterIn, n, name, inside);
        let node = self.at(at);
        node.argument_index = index;
        node.type_full_name = type_name;
        at
    }

    /// A TYPE_DECL called `name`, qualified by where it stands.
    pub fn type_decl(&mut self, n: C, name: &str, inside: impl FnOnce(&mut Self)) -> Position {
        let symbol = self.intern(name);
        let qualified = self.qualify(name);
        let full_name = self.intern(&qualified);
        let at = self.open(NodeKind::TypeDecl, n, symbol);
        self.at(at).full_name = full_name;
        self.within_qualified(qualified, inside);
        self.close();
        at
    }

    /// A MEMBER called `name`: a field of the type, or a variable of the module, being written.
    pub fn member(
        &mut self,
        n: C,
        name: Symbol,
        type_name: Symbol,
        inside: impl FnOnce(&mut Self),
    ) -> Position {
        let qualified = self.qualify(self.names.get(name));
        let full_name = self.intern(&qualified);
        let at = self.node(NodeKind::Member, n, name, inside);
        let node = self.at(at);
        node.full_name = full_name;
        node.type_full_name = type_name;
        at
    }

    /// A TYPE_REF to a supertype of the TYPE_DECL being written.
    pub fn supertype(&mut self, n: C, name: Symbol, path: Symbol, inside: impl FnOnce(&mut Self)) {
        let at = self.type_ref(n, name, path, inside);
        self.at(at).flags |= flags::SUPERTYPE;
    }

    // ── Calls ──────────────────────────────────────────────────────────────────────────────────────

    /// A call of `callee` with what `arguments` writes: by name (`f(…)`), on a receiver (`o.f(…)`, when the
    /// callee's rule is [`Role::Member`]), or of a value (`(…)(…)`).
    pub fn call_of(&mut self, n: C, callee: C, arguments: impl FnOnce(&mut Self)) -> Position {
        match self.role(callee) {
            Role::Identifier => {
                let name = self.symbol(callee);
                let at = self.call(n, name, arguments);
                self.at(at).dispatch = Some(Dispatch::Static);
                at
            }
            Role::Member(object, member) => {
                let (object, member) = (self.child(callee, object), self.child(callee, member));
                let name = match member {
                    Some(member) => self.symbol(member),
                    None => Symbol::NONE,
                };
                self.method_call(n, name, |l| l.lower_opt(object), arguments)
            }
            _ => {
                let at = self.call(n, Symbol::NONE, |l| {
                    l.next_callee();
                    l.lower(callee);
                    l.next_slot(Slot::None);
                    arguments(l);
                });
                self.at(at).dispatch = Some(Dispatch::Dynamic);
                at
            }
        }
    }

    /// A call of a method on a receiver.
    pub fn method_call(
        &mut self,
        n: C,
        name: Symbol,
        receiver: impl FnOnce(&mut Self),
        arguments: impl FnOnce(&mut Self),
    ) -> Position {
        let at = self.call(n, name, |l| {
            l.next_receiver();
            receiver(l);
            arguments(l);
        });
        self.at(at).dispatch = Some(Dispatch::Dynamic);
        at
    }

    // ── Statements ─────────────────────────────────────────────────────────────────────────────────

    /// An assignment of what `value` writes to what `target` writes.
    pub fn assign(
        &mut self,
        n: C,
        target: impl FnOnce(&mut Self),
        value: impl FnOnce(&mut Self),
    ) -> Position {
        self.operator(Operator::Assignment, n, |l| {
            target(l);
            value(l);
        })
    }

    /// An assignment to a name.
    pub fn assign_name(&mut self, n: C, name: Symbol, value: impl FnOnce(&mut Self)) -> Position {
        self.assign(
            n,
            |l| {
                l.identifier_named(n, name);
            },
            value,
        )
    }

    /// The order in which several targets of one statement are written, where what is in front of a field or an index is
    /// evaluated before any of them (C#, Go): in `p, p.next = p.next, q` the old `p` gets the new field, and so its field
    /// is written before `p` is.
    pub fn target_order(&self, targets: &[C], is_name: impl Fn(C) -> bool) -> Vec<usize> {
        let mut order: Vec<usize> = (0..targets.len()).collect();
        let mut written: HashSet<&[u8]> = HashSet::new();
        let moved = targets.iter().any(|&target| {
            if is_name(target) {
                written.insert(self.text(target));
                return false;
            }
            let inside = (target.0..self.cst.get(target).next).map(C);
            !written.is_empty() && inside.into_iter().any(|n| is_name(n) && written.contains(self.text(n)))
        });
        if moved {
            order.sort_by_key(|at| is_name(targets[*at]));
        }
        order
    }

    /// A loop over the elements of what `iterable` writes:
    /// `tmp = iterator(iterable); while hasNext(tmp) { bind(next(tmp)); body }`.
    /// `bind` writes the declarations and the assignment; it is handed the writer of the next value.
    /// `body` writes the loop's body and may add an [`Slot::Else`] with [`Lower::foreach_else`].
    pub fn foreach(
        &mut self,
        n: C,
        iterable: impl FnOnce(&mut Self),
        bind: impl FnOnce(&mut Self, &dyn Fn(&mut Self)),
        body: impl FnOnce(&mut Self),
        otherwise: Option<C>,
    ) -> Position {
        self.control(Control::Foreach, n, |l| {
            let iterator = l.temporary(n);
            l.next_slot(Slot::Init);
            l.assign_name(n, iterator, |l| {
                l.operator(Operator::Iterator, n, iterable);
            });
            l.next_slot(Slot::Condition);
            l.operator(Operator::HasNext, n, |l| {
                l.identifier_named(n, iterator);
            });
            l.next_slot(Slot::Body);
            l.synthetic_block(n, |l| {
                bind(l, &|l: &mut Lower<'_>| {
                    l.operator(Operator::Next, n, |l| {
                        l.identifier_named(n, iterator);
                    });
                });
                body(l);
            });
            if let Some(otherwise) = otherwise {
                l.slot_block(Slot::Else, otherwise);
            }
        })
    }

    /// `condition ? yes : no` as an operator with three arguments.
    pub fn conditional(&mut self, n: C, condition: Option<C>, yes: Option<C>, no: Option<C>) -> Position {
        self.operator(Operator::Conditional, n, |l| {
            l.lower_opt(condition);
            l.lower_opt(yes);
            l.lower_opt(no);
        })
    }

    /// `try { body } finally { cleanup }`.
    pub fn try_finally(
        &mut self,
        n: C,
        body: impl FnOnce(&mut Self),
        cleanup: impl FnOnce(&mut Self),
    ) -> Position {
        self.control(Control::Try, n, |l| {
            l.next_slot(Slot::Body);
            l.synthetic_block(n, body);
            l.next_slot(Slot::Finally);
            l.synthetic_block(n, cleanup);
        })
    }

    // ── Parts of values ────────────────────────────────────────────────────────────────────────────

    /// Reads a part of a variable: `root.step.step…`.
    pub fn access(&mut self, n: C, root: Symbol, path: &[Step]) {
        // A pattern may nest as deep as any expression.
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.access_part(n, root, path));
    }

    fn access_part(&mut self, n: C, root: Symbol, path: &[Step]) {
        let Some((last, before)) = path.split_last() else {
            self.identifier_named(n, root);
            return;
        };
        match *last {
            Step::Field(name) => {
                self.operator(Operator::FieldAccess, n, |l| {
                    l.access(n, root, before);
                    l.leaf(NodeKind::FieldIdentifier, n, name);
                });
            }
            Step::Index(index) => {
                self.operator(Operator::IndexAccess, n, |l| {
                    l.access(n, root, before);
                    l.number(n, index);
                });
            }
            Step::FromEnd(index) => {
                self.operator(Operator::IndexAccess, n, |l| {
                    l.access(n, root, before);
                    l.operator(Operator::Subtraction, n, |l| {
                        l.operator(Operator::LengthOf, n, |l| l.access(n, root, before));
                        l.number(n, index);
                    });
                });
            }
            Step::Rest(index) => {
                self.operator(Operator::Slice, n, |l| {
                    l.access(n, root, before);
                    l.number(n, index);
                });
            }
            Step::Key(key) => {
                self.operator(Operator::IndexAccess, n, |l| {
                    l.access(n, root, before);
                    l.lower(key);
                });
            }
        }
    }

    fn number(&mut self, n: C, value: u32) {
        let name = self.intern(&value.to_string());
        self.literal_named(n, name, "int");
    }

    /// Lowers the child in a field.
    pub fn lower_field(&mut self, n: C, field: F) {
        let child = self.child(n, field);
        self.lower_opt(child);
    }
}
