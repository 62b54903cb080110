//! Includes, macros, conditional sections.

use stoa_model::{NodeKind, Symbol};

use super::*;

/// `#include`: everything of the file named, by the path as written.
pub fn include(l: &mut Lower<'_>, n: Syntax) {
    if let Some(path) = l.child(n, F::Path) {
        let text = l.string(path);
        let path = text.trim_matches(|c| matches!(c, '"' | '<' | '>'));
        l.import_all(n, path);
    }
}

/// A conditional section: what is in all of its branches, one after the other. Its condition is no code.
pub fn branch(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let condition = l.child(n, F::Condition).or_else(|| l.child(n, F::Name));
    for part in cst.named(n) {
        if Some(part) != condition {
            l.lower(part);
        }
    }
}

/// `#define NAME value`: a MEMBER; its value is known when it is one literal or one name.
pub fn define(l: &mut Lower<'_>, n: Syntax) {
    let Some(name) = l.child(n, F::Name) else { return };
    let symbol = l.symbol(name);
    let value = l.child(n, F::Value);
    let (full_name, private) = declarations::global_name(l, symbol, true);
    let at = l.member(n, symbol, Symbol::NONE, |l| {
        l.modifier(n, "macro");
        if let Some(value) = value
            && let Some(kind) = token(l.text(value).trim_ascii())
        {
            l.assign_name(n, symbol, |l| {
                let text = l.text(value).trim_ascii();
                let text = l.names.intern_bytes(&text[..text.len().min(100)]);
                if kind.is_empty() {
                    l.leaf(NodeKind::Identifier, value, text);
                } else {
                    l.literal_named(value, text, kind);
                }
            });
        }
    });
    let node = l.at(at);
    node.full_name = full_name;
    node.flags |= private;
}

/// The literal type of a text that is one token; empty for a name.
fn token(text: &[u8]) -> Option<&'static str> {
    let first = *text.first()?;
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let one_string = |quote: u8| {
        text.len() > 1
            && text.last() == Some(&quote)
            && !text[1..text.len() - 1].iter().any(|b| matches!(b, b'"' | b'\'' | b'\\'))
    };
    match first {
        b'0'..=b'9' if text.iter().all(|b| word(b) || *b == b'.') => Some(number_type(text)),
        b'"' if one_string(b'"') => Some("string"),
        b'\'' if one_string(b'\'') => Some("char"),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' if text.iter().all(word) => Some(""),
        _ => None,
    }
}

/// `#define NAME(a, b) …`: a METHOD without a body.
pub fn define_function(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(name) = l.child(n, F::Name) else { return };
    let (symbol, name) = (l.symbol(name), l.string(name));
    let list = l.child(n, F::Parameters);
    // Names, and `...`, which is a token.
    let parameters: Vec<Syntax> = list
        .map(|list| {
            let all = cst.children(list);
            all.filter(|p| l.is(*p, IDENTIFIER) || l.text(*p) == b"...").collect()
        })
        .unwrap_or_default();
    let names: Vec<_> = parameters.iter().map(|p| l.string(*p)).collect();
    let signature = format!("({})", names.join(", "));
    let (full_name, private) = declarations::global_name(l, symbol, true);
    let qualified = l.names.get(full_name).to_owned();
    let at = l.method_qualified(n, &name, qualified, &signature, |l| {
        l.modifier(n, "macro");
        for (index, parameter) in parameters.into_iter().enumerate() {
            let name = l.symbol(parameter);
            let at = l.parameter(parameter, name, index as i32 + 1, Symbol::NONE, |_| {});
            if l.text(parameter) == b"..." {
                l.at(at).flags |= flags::VARIADIC;
            }
        }
        Symbol::NONE
    });
    l.at(at).flags |= private;
}
