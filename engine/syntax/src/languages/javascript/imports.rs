//! What modules take from each other. A path is `<module>#<exported name>`, `#*` for the whole module; a
//! relative module is resolved against the importing file.

use stoa_model::Symbol;

use super::super::modules;
use super::super::typescript::table::*;
use super::{bindings, property_name, table::*, unwrapped};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::sugar::Step;

/// Endings that a specifier may spell out; modules are named without.
const ENDINGS: &[&str] = &[".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"];

/// The module that a specifier names: relative ones as a path from the root, without the ending.
pub fn resolve(path: &str, specifier: &str) -> String {
    if !specifier.starts_with("./") && !specifier.starts_with("../") && specifier != "." && specifier != ".."
    {
        return specifier.to_owned();
    }
    let directory = modules::directory(path);
    let mut parts: Vec<&str> = directory.split('/').filter(|p| !p.is_empty()).collect();
    for part in specifier.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let module = parts.join("/");
    let ending = ENDINGS.iter().find_map(|ending| module.strip_suffix(ending));
    let module = ending.unwrap_or(&module);
    module.strip_suffix(".d").unwrap_or(module).to_owned()
}

fn source_module(l: &Lower<'_>, source: C) -> String {
    resolve(l.path, &property_name(l, source))
}

/// Writes an IMPORT of `name` from `module`, with a word for its `modifiers`.
fn write(l: &mut Lower<'_>, n: C, alias: &str, module: &str, name: &str, word: &str) {
    let at = if name == "*" && alias == "*" {
        l.import_all(n, &format!("{module}#*"))
    } else {
        l.import(n, alias, &format!("{module}#{name}"))
    };
    if !word.is_empty() {
        l.at(at).modifiers = l.names.intern(word);
    }
}

/// `import …`, in all its forms.
pub fn import(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let word = type_word(l, n);
    if let Some(clause) = l.child_of(n, IMPORT_REQUIRE) {
        // `import name = require('module')`
        let (name, source) = (cst.named(clause).next(), l.child(clause, F::Source));
        if let (Some(name), Some(source)) = (name, source) {
            let module = source_module(l, source);
            write(l, n, &l.string(name), &module, "*", word);
        }
        return;
    }
    let Some(source) = l.child(n, F::Source) else { return };
    let module = source_module(l, source);
    let Some(clause) = l.child_of(n, IMPORT_CLAUSE) else {
        // For what loading the module does.
        l.import(n, "", &module);
        return;
    };
    for part in cst.named(clause) {
        if l.is(part, NAMESPACE_IMPORT) {
            let Some(name) = cst.named(part).next() else { continue };
            write(l, part, &l.string(name), &module, "*", word);
        } else if l.is(part, NAMED_IMPORTS) {
            for specifier in cst.named(part) {
                specifier_import(l, specifier, &module, word);
            }
        } else {
            write(l, part, &l.string(part), &module, "default", word);
        }
    }
}

/// `name` or `name as alias`, of an import or of an export from another module.
fn specifier_import(l: &mut Lower<'_>, n: C, module: &str, word: &str) {
    let Some(name) = l.child(n, F::Name) else { return };
    let alias = l.child(n, F::Alias).unwrap_or(name);
    let (name, alias) = (property_name(l, name), property_name(l, alias));
    let word = if word.is_empty() { type_word(l, n) } else { word };
    write(l, n, &alias, module, &name, word);
}

/// `type` where only types are imported.
fn type_word(l: &Lower<'_>, n: C) -> &'static str {
    let cst = l.cst;
    let typed = cst.children(n).any(|c| !cst.get(c).named && matches!(l.text(c), b"type" | b"typeof"));
    if typed { "type" } else { "" }
}

/// `export …`, in all its forms.
pub fn export(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let own = l.names.get(l.tree.module).to_owned();
    if let Some(source) = l.child(n, F::Source) {
        let module = source_module(l, source);
        let word = if type_word(l, n).is_empty() { "export" } else { "export type" };
        if let Some(clause) = l.child_of(n, EXPORT_CLAUSE) {
            for specifier in cst.named(clause) {
                specifier_import(l, specifier, &module, word);
            }
        } else if let Some(namespace) = l.child_of(n, NAMESPACE_EXPORT) {
            // `* as name`; the name may be the keyword `default`.
            let name = cst.children(namespace).last().map(|name| property_name(l, name)).unwrap_or_default();
            write(l, n, &name, &module, "*", word);
        } else {
            write(l, n, "*", &module, "*", word);
        }
        return;
    }
    if let Some(clause) = l.child_of(n, EXPORT_CLAUSE) {
        for specifier in cst.named(clause) {
            let Some(name) = l.child(specifier, F::Name) else { continue };
            if l.child(specifier, F::Alias).is_some() {
                specifier_import(l, specifier, &own, "export");
            } else {
                // The name as it is: a use of it.
                l.identifier(name);
            }
        }
        return;
    }
    let default = cst.children(n).any(|c| !cst.get(c).named && l.text(c) == b"default");
    for word in cst.children(n) {
        if l.is(word, DECORATOR) || (!cst.get(word).named && matches!(l.text(word), b"export" | b"default")) {
            l.pending.push(word);
        }
    }
    if let Some(declaration) = l.child(n, F::Declaration) {
        l.lower(declaration);
        if default && let Some(name) = l.child(declaration, F::Name) {
            write(l, n, "default", &own, &l.string(name), "export");
        }
    } else if let Some(value) = l.child(n, F::Value) {
        export_default(l, n, value, &own);
    } else {
        l.pending.clear();
        export_whole(l, n);
    }
    l.pending.clear();
}

/// `export = value` assigns to `module.exports`; `export as namespace name` names the module for scripts.
fn export_whole(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let equals = cst.children(n).find(|c| !cst.get(*c).named && l.text(*c) == b"=");
    let (Some(equals), Some(value)) = (equals, cst.named(n).next()) else { return l.lower_children(n) };
    let (module, exports) = (l.intern("module"), l.intern("exports"));
    l.assign(n, |l| l.access(equals, module, &[Step::Field(exports)]), |l| l.lower(value));
}

/// `export default value`.
fn export_default(l: &mut Lower<'_>, n: C, value: C, own: &str) {
    let inner = unwrapped(l, value);
    if l.is(inner, IDENTIFIER) {
        l.pending.clear();
        return write(l, n, "default", own, &l.string(inner), "export");
    }
    let own_name = l.child(inner, F::Name);
    let named = l.is(inner, FUNCTION_VALUE) || l.is(inner, GENERATOR_VALUE) || l.is(inner, CLASS_VALUE);
    if let (true, Some(name)) = (named, own_name) {
        // The name is bound in the module too.
        if l.is(inner, CLASS_VALUE) {
            super::classes::declaration(l, inner);
        } else {
            super::functions::declaration(l, inner);
        }
        return write(l, n, "default", own, &l.string(name), "export");
    }
    let name = l.intern("default");
    l.pending.clear();
    l.member(n, name, Symbol::NONE, |l| super::functions::modifiers(l, n, &[]));
    let target = l.cst.children(n).find(|c| l.text(*c) == b"default").unwrap_or(n);
    l.assign(
        n,
        |l| {
            l.identifier_named(target, name);
        },
        |l| bindings::bound(l, value, target),
    );
}

/// TypeScript's `import A = B.C`: a name for something of this module.
pub fn alias(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let word = if l.pending.is_empty() { "" } else { "export" };
    l.pending.clear();
    let own = l.names.get(l.tree.module).to_owned();
    let mut names = cst.named(n);
    if let (Some(alias), Some(name)) = (names.next(), names.next()) {
        write(l, n, &l.string(alias), &own, &l.string(name), word);
    }
}

/// The IMPORTs of names bound to `require('module')` or to a property of it; the call is lowered as it stands.
pub fn required(l: &mut Lower<'_>, n: C, target: C, value: C) {
    let value = unwrapped(l, value);
    let mut property = None;
    let mut call = value;
    if l.is(value, MEMBER) {
        property = l.child(value, F::Property);
        call = l.child(value, F::Object).unwrap_or(value);
    }
    let Some(module) = required_module(l, call) else { return };
    if let Some(property) = property {
        if l.is(target, IDENTIFIER) {
            write(l, n, &l.string(target), &module, &l.string(property), "");
        }
    } else if l.is(target, IDENTIFIER) {
        write(l, n, &l.string(target), &module, "*", "");
    } else if l.is(target, OBJECT_PATTERN) {
        let cst = l.cst;
        for part in cst.named(target) {
            let (key, mut bound) = (l.child(part, F::Key).unwrap_or(part), part);
            if l.is(part, PAIR_PATTERN) {
                bound = l.child(part, F::Value).unwrap_or(part);
            }
            if l.is(bound, DEFAULT_PATTERN) || l.is(bound, SHORTHAND_DEFAULT) {
                bound = l.child(bound, F::Left).unwrap_or(bound);
            }
            let key = if l.is(part, SHORTHAND_DEFAULT) { bound } else { key };
            if l.is(bound, IDENTIFIER) || l.is(bound, SHORTHAND_PATTERN) {
                write(l, part, &l.string(bound), &module, &property_name(l, key), "");
            }
        }
    }
}

fn required_module(l: &Lower<'_>, call: C) -> Option<String> {
    if !l.is(call, CALL) {
        return None;
    }
    let function = l.child(call, F::Function)?;
    if !l.is(function, IDENTIFIER) || l.text(function) != b"require" {
        return None;
    }
    let source = l.cst.named(l.child(call, F::Arguments)?).next()?;
    l.is(source, STRING).then(|| source_module(l, source))
}

#[cfg(test)]
mod tests {
    #[test]
    fn specifiers() {
        assert_eq!(super::resolve("src/a/b.js", "./util"), "src/a/util");
        assert_eq!(super::resolve("src/a/b.js", "../util.js"), "src/util");
        assert_eq!(super::resolve("b.js", "../../x"), "../../x");
        assert_eq!(super::resolve("src/b.ts", "."), "src");
        assert_eq!(super::resolve("src/b.ts", "./x.service"), "src/x.service");
        assert_eq!(super::resolve("src/b.ts", "lodash/map.js"), "lodash/map.js");
    }
}
