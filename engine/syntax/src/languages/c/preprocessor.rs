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
    // L"…", u8"…"
    let text = match text {
        [b'L' | b'u' | b'U', rest @ ..] if matches!(rest.first(), Some(b'"' | b'\'')) => rest,
        [b'u', b'8', rest @ ..] if rest.first() == Some(&b'"') => rest,
        other => other,
    };
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

/// Called names of one macro that are kept.
const CALLED: usize = 8;

/// Words that stand before a parenthesis and are no functions.
const WORDS: &[&[u8]] = &[
    b"sizeof",
    b"if",
    b"while",
    b"for",
    b"switch",
    b"return",
    b"defined",
    b"do",
    b"case",
    b"alignof",
    b"_Alignof",
    b"typeof",
    b"__typeof__",
];

/// The names before parentheses in the text of a macro, each once.
fn called(text: &[u8]) -> Vec<&[u8]> {
    let mut found: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    while at < text.len() && found.len() < CALLED {
        match text[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < text.len() && text[at] != quote {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b if b.is_ascii_alphanumeric() || b == b'_' => {
                let rest = &text[at..];
                let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'));
                let word = &rest[..end.unwrap_or(rest.len())];
                let next = rest[word.len()..].iter().find(|b| !matches!(b, b' ' | b'\t'));
                if next == Some(&b'(')
                    && !b.is_ascii_digit()
                    && !WORDS.contains(&word)
                    && !found.contains(&word)
                {
                    found.push(word);
                }
                at += word.len();
            }
            _ => at += 1,
        }
    }
    found
}

/// `#define NAME(a, b) …`: a METHOD without a body, but with the names that its text calls.
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
        if let Some(value) = l.child(n, F::Value) {
            for word in called(l.text(value)) {
                if word != name.as_bytes() && !names.iter().any(|p| p.as_bytes() == word) {
                    let word = l.names.intern_bytes(word);
                    l.leaf(NodeKind::Identifier, value, word);
                }
            }
        }
        Symbol::NONE
    });
    l.at(at).flags |= private;
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn names_before_parentheses_are_called() {
        let of = |text: &str| -> Vec<String> {
            called(text.as_bytes()).into_iter().map(|w| String::from_utf8_lossy(w).into_owned()).collect()
        };
        assert_eq!(of("((int)(rand() & 1 ? URAND31() : -URAND31 () - 1))"), ["rand", "URAND31"]);
        assert_eq!(of("do { log(\"f(x) \\\" g(\"); if (sizeof (a)) b; } while (0)"), ["log"]);
        assert_eq!(of("3(a) \"open"), [""; 0]);
    }
}
