//! `do … end`, its `else`, `rescue`, `catch` and `after`, the same as keywords (`do: a, else: b`), and sequences of
//! expressions.

use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::tree::{Slot, flags};

/// What becomes of the value of the last expression of a sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// It is the value of what is around the sequence.
    Value,
    Return,
    /// It is assigned to a variable.
    Into(Symbol),
}

/// The expressions of one part of a `do` block.
#[derive(Clone, Copy)]
pub enum Part {
    /// The children of `do_block`, `else_block` …
    Children(C),
    /// The value of `do:`, `else:` …
    Value(C),
}

/// The parts of a call's `do` block.
#[derive(Clone, Copy, Default)]
pub struct Blocks {
    pub body: Option<Part>,
    pub otherwise: Option<Part>,
    pub rescue: Option<Part>,
    pub caught: Option<Part>,
    pub after: Option<Part>,
}

impl Blocks {
    /// Reads the `do` block of a call, or the keywords that stand for one.
    pub fn of(l: &Lower<'_>, call: C) -> Blocks {
        let mut blocks = Blocks::default();
        let cst = l.cst;
        if let Some(list) = l.child_of(call, ARGUMENTS)
            && let Some(keywords) = l.child_of(list, KEYWORDS)
        {
            for pair in cst.named(keywords) {
                let (Some(key), Some(value)) = (l.child(pair, F::Key), l.child(pair, F::Value)) else {
                    continue;
                };
                if let Some(part) = blocks.part(l.text(key).trim_ascii_end()) {
                    part.get_or_insert(Part::Value(value));
                }
            }
        }
        if let Some(block) = l.child_of(call, DO_BLOCK) {
            blocks.body = Some(Part::Children(block));
            for child in cst.named(block) {
                let part = match l.grammar.row(cst.get(child).kind) {
                    ELSE_BLOCK => &mut blocks.otherwise,
                    RESCUE_BLOCK => &mut blocks.rescue,
                    CATCH_BLOCK => &mut blocks.caught,
                    AFTER_BLOCK => &mut blocks.after,
                    _ => continue,
                };
                *part = Some(Part::Children(child));
            }
        }
        blocks
    }

    fn part(&mut self, key: &[u8]) -> Option<&mut Option<Part>> {
        match key {
            b"do:" => Some(&mut self.body),
            b"else:" => Some(&mut self.otherwise),
            b"rescue:" => Some(&mut self.rescue),
            b"catch:" => Some(&mut self.caught),
            b"after:" => Some(&mut self.after),
            _ => None,
        }
    }

    /// Whether the body is guarded as that of `try` is.
    pub fn guards(&self) -> bool {
        self.rescue.is_some() || self.caught.is_some() || self.after.is_some() || self.otherwise.is_some()
    }
}

impl Part {
    pub fn node(self) -> C {
        match self {
            Part::Children(n) | Part::Value(n) => n,
        }
    }

    /// The expressions or clauses.
    pub fn items(self, l: &Lower<'_>) -> Vec<C> {
        match self {
            Part::Children(n) => l.cst.named(n).filter(|c| !is_part(l, *c)).collect(),
            Part::Value(n) if l.is(n, BLOCK) || l.is(n, BODY) => l.cst.named(n).collect(),
            Part::Value(n) => vec![n],
        }
    }
}

fn is_part(l: &Lower<'_>, n: C) -> bool {
    matches!(l.grammar.row(l.cst.get(n).kind), ELSE_BLOCK | RESCUE_BLOCK | CATCH_BLOCK | AFTER_BLOCK)
}

/// Writes what `inside` writes in a scope of its own: what it binds is unknown behind it.
pub fn scoped<R>(l: &mut Lower<'_>, inside: impl FnOnce(&mut Lower<'_>) -> R) -> R {
    l.declared.push(Default::default());
    let result = inside(l);
    l.declared.pop();
    result
}

/// Writes declarations, which never stand right below a call (`quote do: def f, do: 1`).
pub fn apart(l: &mut Lower<'_>, n: C, inside: impl FnOnce(&mut Lower<'_>)) {
    if matches!(l.parent_kind(), Some(NodeKind::Call | NodeKind::Return)) {
        l.synthetic_block(n, inside);
    } else {
        inside(l);
    }
}

/// Expressions one after the other, and the definitions among them.
pub fn sequence(l: &mut Lower<'_>, items: &[C], tail: Tail) {
    if items.iter().any(|item| functions::is_definition(l, *item)) {
        return functions::with_definitions(l, items);
    }
    let Some((last, before)) = items.split_last() else { return };
    for item in before {
        l.lower(*item);
    }
    value(l, *last, tail);
}

/// The last expression of a sequence.
fn value(l: &mut Lower<'_>, n: C, tail: Tail) {
    let leaves = matches!(target(l, n), Some(b"raise" | b"throw" | b"reraise" | b"exit"));
    match tail {
        Tail::Return if !leaves && !l.is_error(n) => {
            let at = l.node(NodeKind::Return, n, Symbol::NONE, |l| l.lower(n));
            l.at(at).flags |= flags::SYNTHETIC;
        }
        Tail::Into(name) if !leaves => {
            l.assign_name(n, name, |l| l.lower(n));
        }
        _ => l.lower(n),
    }
}

/// A part as a BLOCK in a slot.
pub fn slot(l: &mut Lower<'_>, slot: Slot, part: Option<Part>, tail: Tail) {
    if let Some(part) = part {
        let items = part.items(l);
        l.next_slot(slot);
        let at = l.block(part.node(), |l| scoped(l, |l| sequence(l, &items, tail)));
        if let Part::Value(_) = part {
            l.at(at).flags |= flags::SYNTHETIC;
        }
    }
}

/// `(a; b)`, or the right side of `->`: a BLOCK if there are several expressions. What it binds is known behind it.
pub fn block(l: &mut Lower<'_>, n: C) {
    let items: Vec<C> = l.cst.named(n).collect();
    match items[..] {
        [one] if !l.is(one, STAB) => l.lower(one),
        [first, ..] if l.is(first, STAB) => functions::closure_of(l, n, &items),
        _ => {
            l.block(n, |l| scoped(l, |l| sequence(l, &items, Tail::Value)));
        }
    }
}

/// A `do` block of a macro that has no meaning here: an argument. Its clauses are those of a closure.
pub fn argument(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let items = Part::Children(n).items(l);
    if items.iter().any(|item| l.is(*item, STAB)) {
        functions::closure_of(l, n, &items);
    } else {
        l.block(n, |l| {
            scoped(l, |l| {
                sequence(l, &items, Tail::Value);
                for part in cst.named(n).filter(|c| is_part(l, *c)).collect::<Vec<_>>() {
                    l.lower(part);
                }
            });
        });
    }
}
