//! `for`: loops one inside the other that collect, or reduce.

use stoa_model::{Control, Symbol};

use super::blocks::{Blocks, Part, Tail, scoped, sequence};
use super::functions::{Clause, arm};
use super::*;
use crate::tree::Slot;

/// What a comprehension does with each value.
struct Target {
    collected: Symbol,
    body: Option<Part>,
    /// `reduce:`, whose clauses take the value so far.
    reduces: Vec<Clause>,
    n: C,
}

/// `for pattern <- values, filter, into: x, reduce: y do body end`.
pub fn comprehension(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    let keyword = |l: &Lower<'_>, name: &[u8]| {
        let keywords = given.iter().find(|g| l.is(**g, KEYWORDS))?;
        let mut pairs = l.cst.named(*keywords);
        let pair = pairs.find(|p| l.child(*p, F::Key).is_some_and(|k| literals::key_name(l, k) == name))?;
        l.child(pair, F::Value)
    };
    let start = keyword(l, b"into").or_else(|| keyword(l, b"reduce"));
    let body = Blocks::of(l, n).body;
    let items = body.map(|part| part.items(l)).unwrap_or_default();
    let reduces = items.iter().filter(|c| l.is(**c, STAB)).map(|c| Clause::of_arrow(l, *c)).collect();
    let steps: Vec<C> = given.iter().copied().filter(|c| !l.is(*c, KEYWORDS)).collect();
    l.synthetic_block(n, |l| {
        scoped(l, |l| {
            let collected = l.temporary(n);
            l.assign_name(n, collected, |l| match start {
                Some(start) => l.lower(start),
                None => {
                    l.operator(Operator::ListLiteral, n, |_| {});
                }
            });
            step(l, &steps, &Target { collected, body, reduces, n });
            l.identifier_named(n, collected);
        });
    });
}

fn step(l: &mut Lower<'_>, steps: &[C], to: &Target) {
    let Some((&first, rest)) = steps.split_first() else { return value(l, to) };
    l.deeper(first, |l| {
        if l.is(first, BITSTRING) {
            // `<<c <- bytes>>`: the last segment says what is taken apart.
            let last = l.cst.named(first).last();
            if let Some(last) = last.filter(|last| is_binary(l, *last, b"<-")) {
                return generator(l, first, first, l.child(last, F::Right), rest, to);
            }
        }
        if is_binary(l, first, b"<-") {
            let (left, right) = (l.child(first, F::Left), l.child(first, F::Right));
            return generator(l, first, left.unwrap_or(first), right, rest, to);
        }
        if is_binary(l, first, b"=") {
            l.lower(first);
            return step(l, rest, to);
        }
        l.control(Control::If, first, |l| {
            l.slot(Slot::Condition, first);
            l.next_slot(Slot::Body);
            l.synthetic_block(first, |l| scoped(l, |l| step(l, rest, to)));
        });
    });
}

fn generator(l: &mut Lower<'_>, n: C, pattern: C, values: Option<C>, rest: &[C], to: &Target) {
    let simple = patterns::variable(l, pattern);
    let root = match simple {
        Some(variable) => l.symbol(variable),
        None => l.temporary_name(),
    };
    scoped(l, |l| {
        l.foreach(
            n,
            |l| l.lower_opt(values),
            |l, next| {
                patterns::declare(l, pattern, root);
                l.assign_name(pattern, root, next);
            },
            |l| match simple {
                Some(_) => step(l, rest, to),
                // What does not match is left out.
                None => with::chosen(l, n, pattern, root, |l| step(l, rest, to)),
            },
            None,
        );
    });
}

/// The value of one round: added to what is collected, or what reducing goes on with.
fn value(l: &mut Lower<'_>, to: &Target) {
    if !to.reduces.is_empty() {
        l.control(Control::Match, to.n, |l| {
            l.next_slot(Slot::Condition);
            l.identifier_named(to.n, to.collected);
            for clause in &to.reduces {
                arm(l, clause, &[to.collected], Tail::Into(to.collected));
            }
        });
        return;
    }
    let Some(body) = to.body else { return };
    let items = body.items(l);
    let Some((last, before)) = items.split_last() else { return };
    sequence(l, before, Tail::Value);
    let name = l.intern("append");
    l.method_call(
        *last,
        name,
        |l| {
            l.identifier_named(to.n, to.collected);
        },
        |l| l.lower(*last),
    );
}
