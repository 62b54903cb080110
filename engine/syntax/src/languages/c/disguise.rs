//! What the pre-pass made parse as something else of the same shape, read back from the file's own text.

use stoa_model::{Control, NodeKind, Operator, Symbol};

use super::prepass::is_loop;
use super::*;
use crate::rules::Role;

/// Whether a node is what it was parsed as: the file has `word` where it begins.
fn is_written(l: &Lower<'_>, n: Syntax, word: &[u8]) -> bool {
    let text = l.text(n);
    text.starts_with(word) && !text.get(word.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// `while (…) …`, or a macro in front of a block.
///
/// It is a loop when a part of its name says so (`for`, `each`, `while` …): the condition is the macro's call, and
/// the body may run never, once or more often. Any other is the call, and the block behind it, which runs once.
/// Outside of functions it is a function, named by the macro; what the macro is given tells it from others.
pub fn block_macro(l: &mut Lower<'_>, n: Syntax) {
    if is_written(l, n, b"while") {
        let clause = l.child(n, F::Condition);
        if !cpp::expressions::declares(l, clause) {
            return l.apply(Role::While, n);
        }
        l.synthetic_block(n, |l| {
            cpp::expressions::before_condition(l, clause);
            l.apply(Role::While, n);
        });
        return;
    }
    let (condition, body) =
        (l.child(n, F::Condition), l.child(n, F::Body).or_else(|| l.child(n, F::Consequence)));
    let text = l.text(n);
    let name = text.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_')).unwrap_or(text.len());
    let name = &text[..name];
    let symbol = l.names.intern_bytes(name);
    if !l.in_method() {
        return macro_function(l, n, symbol, condition, body);
    }
    if is_loop(name) {
        l.control(Control::While, n, |l| {
            l.next_slot(Slot::Condition);
            macro_call(l, n, symbol, condition);
            if let Some(body) = body {
                l.slot_block(Slot::Body, body);
            }
        });
    } else {
        macro_call(l, n, symbol, condition);
        l.lower_opt(body);
    }
}

/// What stands between a macro's parentheses.
fn arguments(l: &Lower<'_>, condition: Option<Syntax>) -> Vec<Syntax> {
    let cst = l.cst;
    let mut arguments = Vec::new();
    let Some(condition) = condition else { return arguments };
    if let [b'(', inside @ .., b')'] = l.text(condition).trim_ascii()
        && inside.iter().all(u8::is_ascii_whitespace)
    {
        return arguments;
    }
    let start = cst.get(condition).start as usize;
    if l.source.get(start) != Some(&b'(') {
        // `name()`, which has nothing between them.
        return arguments;
    }
    let inside = l.child(condition, F::Value).filter(|_| l.is(condition, cpp::CONDITION));
    for part in cst.named(condition) {
        let mut list = inside.unwrap_or(part);
        while l.is(list, COMMA) {
            arguments.extend(l.child(list, F::Left));
            match l.child(list, F::Right) {
                Some(right) => list = right,
                None => return arguments,
            }
        }
        arguments.push(list);
    }
    arguments
}

/// The call of a macro that `n` begins with.
fn macro_call(l: &mut Lower<'_>, n: Syntax, name: Symbol, condition: Option<Syntax>) {
    let list = arguments(l, condition);
    let at = l.call(n, name, |l| list.into_iter().for_each(|argument| recovery::argument(l, argument)));
    let end = condition.map(|condition| *l.cst.get(condition));
    let node = l.at(at);
    node.dispatch = Some(Dispatch::Static);
    if let Some(end) = end {
        (node.end, node.end_line) = (end.end, end.end_line);
    }
}

/// `TEST(suite, name) { … }` at the level of the file, and functions that leave out their type.
fn macro_function(
    l: &mut Lower<'_>,
    n: Syntax,
    name: Symbol,
    condition: Option<Syntax>,
    body: Option<Syntax>,
) {
    let list = arguments(l, condition);
    let texts: Vec<_> = list.iter().map(|a| l.string(*a).into_owned()).collect();
    let signature = format!("({})", texts.join(","));
    let name = l.names.get(name).to_owned();
    l.method_qualified(n, &name, name.clone(), &signature, |l| {
        let mut index = 0;
        for argument in list {
            if l.is(argument, IDENTIFIER) {
                index += 1;
                let symbol = l.symbol(argument);
                l.parameter(argument, symbol, index, Symbol::NONE, |_| {});
            }
        }
        if let Some(body) = body {
            l.body(body);
        }
        Symbol::NONE
    });
}

/// `a || b`, or the range of a case.
pub fn binary(l: &mut Lower<'_>, n: Syntax) {
    let range = l.child(n, F::Operator).is_some_and(|operator| l.text(operator).starts_with(b".."));
    if range { l.apply(Role::Operator(Operator::Range), n) } else { l.apply(Role::Binary, n) }
}

/// `-a`, or a jump to a label that is computed.
pub fn unary(l: &mut Lower<'_>, n: Syntax) {
    let jump = l.child(n, F::Operator).is_some_and(|operator| l.text(operator) == b"t");
    if !jump {
        return l.apply(Role::Unary, n);
    }
    l.control(Control::Goto, n, |l| l.lower_children(n));
}

/// A directive that says nothing about names, or a macro in a line of its own: a call whose arguments are the
/// names and literals in it.
pub fn line_macro(l: &mut Lower<'_>, n: Syntax) {
    let text = l.text(n);
    let end = text.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_')).unwrap_or(0);
    if end == 0 {
        return;
    }
    let name = l.names.intern_bytes(&text[..end]);
    let argument = l.child(n, F::Argument);
    let at = l.call(n, name, |l| {
        if let Some(argument) = argument {
            let texts = words_of(l.text(argument));
            for text in texts {
                let symbol = l.names.intern_bytes(&text[..text.len().min(100)]);
                match text[0] {
                    b'"' => l.literal_named(argument, symbol, "string"),
                    b'\'' => l.literal_named(argument, symbol, "char"),
                    b'0'..=b'9' => l.literal_named(argument, symbol, number_type(text)),
                    _ => l.leaf(NodeKind::Identifier, argument, symbol),
                };
            }
        }
    });
    l.at(at).dispatch = Some(Dispatch::Static);
}

/// The names, numbers and strings of a text, one after the other.
fn words_of(text: &[u8]) -> Vec<&[u8]> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let start = at;
        at += 1;
        match b {
            b'"' | b'\'' => {
                while text.get(at).is_some_and(|c| *c != b) {
                    at += 1 + usize::from(text[at] == b'\\');
                }
                at = (at + 1).min(text.len());
                words.push(&text[start..at]);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' => {
                while text.get(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.')) {
                    at += 1;
                }
                words.push(&text[start..at]);
            }
            _ => {}
        }
    }
    words
}
