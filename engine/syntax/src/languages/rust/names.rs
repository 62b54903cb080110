//! Modules, paths and `use`.

use std::borrow::Cow;
use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::languages::modules;
use crate::tree::{NOWHERE, Position};

/// The qualified name of a file as a module: its crate, then the directories and the file below `src`.
pub fn module(path: &str) -> String {
    let stem = modules::stem(path);
    let parts: Vec<&str> = stem.split('/').filter(|p| !p.is_empty() && *p != "." && *p != "..").collect();
    let source = parts.iter().rposition(|p| *p == "src").filter(|at| at + 1 < parts.len());
    let mut name = match source {
        Some(at) if at > 0 => crate_name(parts[at - 1]),
        _ => "crate".to_owned(),
    };
    let inside = &parts[source.map_or(0, |at| at + 1)..];
    for (i, part) in inside.iter().enumerate() {
        let root = i == 0 && (*part == "lib" || *part == "main") && source.is_some();
        if i + 1 == inside.len() && (root || *part == "mod") {
            continue;
        }
        name.push_str("::");
        name.push_str(part);
    }
    name
}

/// The crate in a directory: its name without a version, spelled as in paths.
fn crate_name(directory: &str) -> String {
    let is_version = |text: &str| {
        let mut numbers = text.split('.');
        let digits = |n: Option<&str>| n.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        digits(numbers.next()) && digits(numbers.next())
    };
    let version = directory.match_indices('-').find(|(at, _)| *at > 0 && is_version(&directory[at + 1..]));
    let name = version.map_or(directory, |(at, _)| &directory[..at]);
    name.replace('-', "_")
}

/// The words with which NAMESPACE_BLOCKs begin that are no modules.
pub const IMPL: &str = "impl ";
pub const EXTERN: &str = "extern ";

/// The NAMESPACE_BLOCK of the module being written.
pub fn module_position(l: &Lower<'_>) -> Position {
    let mut at = l.parent_position().unwrap_or(NOWHERE);
    while at != NOWHERE {
        let node = l.tree.get(at);
        if node.kind == NodeKind::NamespaceBlock {
            let name = l.names.get(node.name);
            if !name.starts_with(IMPL) && !name.starts_with(EXTERN) {
                return at;
            }
        }
        at = node.parent;
    }
    1
}

/// The full name of what `Self` means here.
pub fn self_type(l: &Lower<'_>) -> Symbol {
    let mut at = l.parent_position().unwrap_or(NOWHERE);
    while at != NOWHERE {
        let node = l.tree.get(at);
        let is_type = match node.kind {
            NodeKind::TypeDecl => true,
            NodeKind::NamespaceBlock => l.names.get(node.name).starts_with(IMPL),
            _ => false,
        };
        if is_type {
            return node.full_name;
        }
        at = node.parent;
    }
    Symbol::NONE
}

/// A path with its beginning made absolute where the language says what it means: `crate`, `self`,
/// `super`, `Self`, `$crate`.
pub fn resolve<'t>(l: &Lower<'_>, path: &'t str) -> Cow<'t, str> {
    let (first, rest) = path.split_once("::").unwrap_or((path, ""));
    let start: String = match first {
        "crate" | "$crate" => {
            let module = l.names.get(l.tree.module);
            module.split("::").next().unwrap_or(module).to_owned()
        }
        "Self" => match self_type(l).some() {
            Some(name) => l.names.get(name).to_owned(),
            None => return Cow::Borrowed(path),
        },
        "self" | "super" => {
            let mut module = l.names.get(l.tree.get(module_position(l)).full_name);
            let mut rest = path;
            loop {
                let (word, after) = rest.split_once("::").unwrap_or((rest, ""));
                match word {
                    "self" => {}
                    "super" => module = module.rsplit_once("::").map_or(module, |(parent, _)| parent),
                    _ => break,
                }
                rest = after;
            }
            return Cow::Owned(join(module, rest));
        }
        "" => return Cow::Borrowed(rest),
        _ => return Cow::Borrowed(path),
    };
    Cow::Owned(join(&start, rest))
}

fn join(path: &str, name: &str) -> String {
    if name.is_empty() {
        path.to_owned()
    } else if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}::{name}")
    }
}

/// The text of a path without generic arguments and white space; of `<T as Trait>::f` it is `Trait::f`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':' || b >= 0x80) {
        return Cow::Borrowed(text);
    }
    let mut text = text.trim_start();
    let mut rests = Vec::new();
    while let Some(inner) = text.strip_prefix('<') {
        let end = closing(inner);
        rests.push(inner.get(end + 1..).unwrap_or(""));
        let inner = &inner[..end];
        text = match top_level_as(inner) {
            Some(at) => inner[at + 4..].trim_start(),
            None => inner.trim_start().trim_start_matches(['&', '*']).trim_start(),
        };
    }
    let mut plain = String::with_capacity(text.len());
    rests.push(text);
    for part in rests.into_iter().rev() {
        let (mut depth, mut before) = (0u32, ' ');
        for c in part.chars() {
            match c {
                '<' => depth += 1,
                '>' if before != '-' => depth = depth.saturating_sub(1),
                // What stood between two `::` was generic arguments.
                ':' if plain.ends_with("::") => {}
                c if depth == 0 && !c.is_whitespace() => plain.push(c),
                _ => {}
            }
            before = c;
        }
    }
    while plain.ends_with(':') {
        plain.pop();
    }
    Cow::Owned(plain)
}

/// Where the `>` is that closes what stands before.
fn closing(text: &str) -> usize {
    let (mut depth, mut before) = (0u32, b' ');
    for (at, b) in text.bytes().enumerate() {
        match b {
            b'<' => depth += 1,
            b'>' if before != b'-' => {
                if depth == 0 {
                    return at;
                }
                depth -= 1;
            }
            _ => {}
        }
        before = b;
    }
    text.len()
}

fn top_level_as(text: &str) -> Option<usize> {
    let mut depth = 0i32;
    for (at, b) in text.bytes().enumerate() {
        match b {
            b'<' | b'(' | b'[' => depth += 1,
            b'>' | b')' | b']' => depth -= 1,
            b' ' if depth == 0 && text[at..].starts_with(" as ") => return Some(at),
            _ => {}
        }
    }
    None
}

/// The last part of a path and, when there is more or it means more, the whole.
pub fn path_symbols(l: &mut Lower<'_>, n: C) -> (Symbol, Symbol) {
    let text = l.string(n);
    let path = plain(&text);
    let whole = resolve(l, &path);
    let last = path.rsplit("::").next().unwrap_or(&path);
    let name = l.intern(last);
    let whole = if whole.as_ref() == last { Symbol::NONE } else { l.names.intern(&whole) };
    (name, whole)
}

pub fn use_declaration(l: &mut Lower<'_>, n: C) {
    items::annotations(l);
    let modifier = match l.child_of(n, VISIBILITY) {
        Some(visibility) => l.symbol(visibility),
        None => Symbol::NONE,
    };
    if let Some(tree) = l.child(n, F::Argument) {
        use_tree(l, tree, String::new(), modifier);
    }
}

/// Writes the imports of a part of a `use`, below the path `prefix`.
fn use_tree(l: &mut Lower<'_>, n: C, prefix: String, modifier: Symbol) {
    let cst = l.cst;
    if l.is(n, USE_LIST) {
        l.deeper(n, |l| {
            for part in cst.named(n) {
                use_tree(l, part, prefix.clone(), modifier);
            }
        });
        return;
    }
    if l.is(n, SCOPED_USE_LIST) {
        let path = use_path(l, l.child(n, F::Path), &prefix);
        if let Some(list) = l.child(n, F::List) {
            use_tree(l, list, path, modifier);
        }
        return;
    }
    if l.is(n, USE_WILDCARD) {
        let path = use_path(l, cst.named(n).next(), &prefix);
        let at = l.import_all(n, &path);
        l.at(at).modifiers = modifier;
        return;
    }
    let (path, alias) = if l.is(n, USE_AS) {
        let alias = l.child(n, F::Alias).map(|a| l.string(a).into_owned());
        (use_path(l, l.child(n, F::Path), &prefix), alias)
    } else {
        (use_path(l, Some(n), &prefix), None)
    };
    let alias = alias.unwrap_or_else(|| path.rsplit("::").next().unwrap_or(&path).to_owned());
    bind(l, n, &alias, &path, modifier);
}

fn bind(l: &mut Lower<'_>, n: C, alias: &str, path: &str, modifier: Symbol) {
    let at = l.import(n, alias, path);
    l.at(at).modifiers = modifier;
    let (alias, path) = (l.at(at).name, l.at(at).full_name);
    let module = module_position(l);
    l.imported.insert((module, alias), path);
}

fn use_path(l: &Lower<'_>, n: Option<C>, prefix: &str) -> String {
    let Some(n) = n else { return prefix.to_owned() };
    let text = l.string(n);
    let path = plain(&text);
    if prefix.is_empty() {
        resolve(l, &path).into_owned()
    } else if path == "self" {
        prefix.to_owned()
    } else {
        join(prefix, &path)
    }
}

pub fn extern_crate(l: &mut Lower<'_>, n: C) {
    items::annotations(l);
    let Some(name) = l.child(n, F::Name) else { return };
    let name = l.string(name);
    let alias = l.child(n, F::Alias).map(|a| l.string(a));
    let modifier = match l.child_of(n, VISIBILITY) {
        Some(visibility) => l.symbol(visibility),
        None => Symbol::NONE,
    };
    bind(l, n, alias.as_deref().unwrap_or(&name), &name, modifier);
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn modules() {
        assert_eq!(module("engine/my-crate-1.2.3/src/a/b.rs"), "my_crate::a::b");
        assert_eq!(module("my-crate/src/lib.rs"), "my_crate");
        assert_eq!(module("x/src/a/mod.rs"), "x::a");
        assert_eq!(module("x/src/bin/main.rs"), "x::bin::main");
        assert_eq!(module("src/main.rs"), "crate");
        assert_eq!(module("x/tests/it.rs"), "crate::x::tests::it");
        assert_eq!(module("a-2.0.0-rc.1/src/lib.rs"), "a");
        assert_eq!(module("md-5-0.10.6/src/lib.rs"), "md_5");
    }

    #[test]
    fn paths() {
        assert_eq!(plain("a::b"), "a::b");
        assert_eq!(plain("Vec::<u8>::new"), "Vec::new");
        assert_eq!(plain("<T as Into<A<B>>>::into"), "Into::into");
        assert_eq!(plain("<Vec<T>>::new"), "Vec::new");
        assert_eq!(plain("<&'a T as Fn() -> X>::f"), "Fn()->X::f");
        assert_eq!(plain("<[u8]>::len"), "[u8]::len");
        assert_eq!(plain("a ::\n b"), "a::b");
    }
}
