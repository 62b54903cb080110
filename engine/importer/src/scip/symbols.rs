//! SCIP's symbols: `<scheme> <manager> <package> <version> <descriptor>…`, or `local <id>`.
//!
//! The grammar is in `scip.proto`, at `message Symbol`. A symbol that does not follow it is one descriptor without a kind.

use stoa_model::NodeKind;

/// What a descriptor names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suffix {
    Namespace,
    Type,
    Term,
    Method,
    TypeParameter,
    Parameter,
    Meta,
    Macro,
    Local,
    /// The symbol does not follow the grammar.
    None,
}

impl Suffix {
    /// The kind of node that a definition of such a symbol is.
    pub fn kind(self) -> NodeKind {
        match self {
            Suffix::Namespace => NodeKind::NamespaceBlock,
            Suffix::Type => NodeKind::TypeDecl,
            Suffix::Method | Suffix::Macro => NodeKind::Method,
            Suffix::TypeParameter => NodeKind::TypeParameter,
            Suffix::Parameter => NodeKind::MethodParameterIn,
            // scip-python marks a module by a meta descriptor, `__init__:`.
            Suffix::Meta => NodeKind::NamespaceBlock,
            Suffix::Term => NodeKind::Member,
            Suffix::Local => NodeKind::Local,
            Suffix::None => NodeKind::Unknown,
        }
    }
}

/// A descriptor of a symbol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Descriptor {
    pub name: String,
    pub suffix: Suffix,
    /// The bytes of the symbol up to and with this descriptor.
    pub end: usize,
}

pub fn is_local(symbol: &str) -> bool {
    symbol.starts_with("local ")
}

/// The descriptors of a symbol, outermost first. Never empty.
pub fn descriptors(symbol: &str) -> Vec<Descriptor> {
    let whole = |name: &str, suffix| vec![Descriptor { name: name.to_owned(), suffix, end: symbol.len() }];
    if let Some(id) = symbol.strip_prefix("local ") {
        return whole(id, Suffix::Local);
    }
    let mut parts = Vec::new();
    let mut at = package_end(symbol);
    while at < symbol.len() {
        let Some((descriptor, next)) = descriptor(symbol, at) else { return whole(symbol, Suffix::None) };
        parts.push(descriptor);
        at = next;
    }
    if parts.is_empty() { whole(symbol, Suffix::None) } else { parts }
}

/// The byte behind scheme, manager, package and version. A blank in one of them is written twice.
fn package_end(symbol: &str) -> usize {
    let bytes = symbol.as_bytes();
    let (mut at, mut blanks) = (0, 0);
    while at < bytes.len() && blanks < 4 {
        if bytes[at] == b' ' {
            if bytes.get(at + 1) == Some(&b' ') {
                at += 1;
            } else {
                blanks += 1;
            }
        }
        at += 1;
    }
    at
}

/// The descriptor that starts at a byte, and the byte behind it.
fn descriptor(symbol: &str, start: usize) -> Option<(Descriptor, usize)> {
    let bytes = symbol.as_bytes();
    let made = |name, suffix, end| Some((Descriptor { name, suffix, end }, end));
    let bracketed = |close: u8, suffix| {
        let (name, at) = name(symbol, start + 1)?;
        (bytes.get(at) == Some(&close)).then(|| made(name, suffix, at + 1))?
    };
    match bytes[start] {
        b'(' => return bracketed(b')', Suffix::Parameter),
        b'[' => return bracketed(b']', Suffix::TypeParameter),
        _ => {}
    }
    let (name, at) = name(symbol, start)?;
    let suffix = match bytes.get(at)? {
        b'/' => Suffix::Namespace,
        b'#' => Suffix::Type,
        b'.' => Suffix::Term,
        b':' => Suffix::Meta,
        b'!' => Suffix::Macro,
        b'(' => {
            // `(+1).`: which of several methods of the name.
            let close = at + symbol[at..].find(')')?;
            return (bytes.get(close + 1) == Some(&b'.')).then(|| made(name, Suffix::Method, close + 2))?;
        }
        _ => return None,
    };
    made(name, suffix, at + 1)
}

/// The name that starts at a byte, and the byte behind it.
fn name(symbol: &str, start: usize) -> Option<(String, usize)> {
    let rest = symbol.get(start..)?;
    if let Some(quoted) = rest.strip_prefix('`') {
        let mut at = 0;
        loop {
            at += quoted[at..].find('`')?;
            if !quoted[at + 1..].starts_with('`') {
                return Some((quoted[..at].replace("``", "`"), start + at + 2));
            }
            at += 2;
        }
    }
    let simple = |c: char| c.is_alphanumeric() || "_+-$".contains(c);
    let end = rest.find(|c| !simple(c)).unwrap_or(rest.len());
    (end > 0).then(|| (rest[..end].to_owned(), start + end))
}

/// The qualified name that descriptors spell.
pub fn full_name(descriptors: &[Descriptor], separator: &str) -> String {
    let named = |d: &&Descriptor| !(d.suffix == Suffix::Meta && d.name == "__init__");
    let names: Vec<&str> = descriptors.iter().filter(named).map(|d| d.name.as_str()).collect();
    names.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(symbol: &str) -> Vec<(String, Suffix)> {
        descriptors(symbol).into_iter().map(|d| (d.name, d.suffix)).collect()
    }

    #[test]
    fn symbols_are_taken_apart() {
        let symbol = "scip-typescript npm pkg 1.0.0 src/`a.ts`/Foo#bar(+1).(x)";
        let names: Vec<_> = parts(symbol);
        let expected = [
            ("src", Suffix::Namespace),
            ("a.ts", Suffix::Namespace),
            ("Foo", Suffix::Type),
            ("bar", Suffix::Method),
            ("x", Suffix::Parameter),
        ];
        assert_eq!(names, expected.map(|(n, s)| (n.to_owned(), s)));
        let all = descriptors(symbol);
        assert_eq!(&symbol[..all[2].end], "scip-typescript npm pkg 1.0.0 src/`a.ts`/Foo#");
        assert_eq!(full_name(&all[2..4], "::"), "Foo::bar");
        assert_eq!(parts("a  b . . . `x``y`!"), [("x`y".to_owned(), Suffix::Macro)]);
        assert_eq!(parts("s m p v Foo#[T]")[1], ("T".to_owned(), Suffix::TypeParameter));
        assert_eq!(parts("local 3"), [("3".to_owned(), Suffix::Local)]);
    }

    #[test]
    fn what_is_no_symbol_is_one_descriptor() {
        for symbol in
            ["", "x", "a b c d `open", "a b c d foo(", "a b c d foo(+1)", "a b c d é(", "a b c d x§"]
        {
            assert_eq!(parts(symbol), [(symbol.to_owned(), Suffix::None)]);
        }
    }
}
