//! The languages. Adding one takes a file here, a line in [`ALL`], and its fixtures.
//!
//! A language is a table from syntax kinds to roles, tables of its operator tokens, and functions for
//! what a table cannot say. Everything else about it is in the fields of [`Language`].

mod c;
mod cpp;
mod csharp;
mod elixir;
mod go;
mod java;
mod javascript;
mod modules;
mod operators;
mod python;
mod rust;
mod typescript;

pub(crate) use c::Prepared;
pub use rust::module as rust_module;

use std::sync::LazyLock;
use stoa_model::Operator;

use crate::cst::C;
use crate::lower::Lower;
use crate::rules::{Grammar, Table};

/// A language: its grammar, its tables and its habits.
pub struct Language {
    /// The name in `files.language` and `--languages`.
    pub name: &'static str,
    /// Languages of one family see each other's declarations.
    pub family: &'static str,
    /// File name endings, without the dot.
    pub extensions: &'static [&'static str],
    /// Grammars of one language are told apart by this (`typescript`, `tsx`).
    pub dialect: &'static str,
    pub parser: fn() -> tree_sitter::Language,
    /// Syntax kinds and what they mean.
    pub table: Table,
    /// Operator tokens between two operands.
    pub binary: &'static [(&'static str, Operator)],
    /// Operator tokens before an operand.
    pub unary: &'static [(&'static str, Operator)],
    /// Operator tokens behind an operand.
    pub postfix: &'static [(&'static str, Operator)],
    /// Assignment tokens.
    pub assignment: &'static [(&'static str, Operator)],
    /// What stands between the parts of a qualified name.
    pub separator: &'static str,
    /// The qualified name of the file as a module.
    pub module: fn(&Lower<'_>) -> String,
    /// Writes what stands in the file, below its NAMESPACE_BLOCK.
    pub root: fn(&mut Lower<'_>, C),
    /// Names of the object a method runs on.
    pub self_names: &'static [&'static str],
    /// Whether a method sees its type's members by their bare names (Java).
    pub members_in_scope: bool,
    /// Whether files of one module (directory) see each other's declarations without an import (Go, Java, C).
    pub module_is_shared: bool,
    /// Whether what a variable holds is found by following values, since few types are declared.
    pub dynamic: bool,
    resolved: &'static LazyLock<Grammar>,
}

impl Language {
    /// The grammar with the tables resolved to its kind ids.
    pub fn grammar(&self) -> &'static Grammar {
        self.resolved
    }

    /// The language of a path, by its ending.
    pub fn of_path(path: &str) -> Option<&'static Language> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        let extension = extension.to_ascii_lowercase();
        ALL.iter().copied().find(|l| l.extensions.contains(&extension.as_str()))
    }

    /// The language of a file whose text is known: what its ending says, but for C's headers that are C++.
    pub fn of_text(&'static self, path: &str, source: &[u8]) -> &'static Language {
        if std::ptr::eq(self, &c::C) && path.ends_with(".h") && cpp::is_cpp_header(source) {
            return &cpp::CPP;
        }
        self
    }

    /// Whether a name is the object a method runs on, as its supertypes see it.
    pub fn is_super(&self, name: &str) -> bool {
        match name {
            "super" => self.family != "rust",
            "base" => self.self_names.contains(&"base"),
            _ => false,
        }
    }

    /// Whether a name of a module means something in the modules below it without an import (`A` in `A.B`).
    pub fn sees_enclosing_modules(&self) -> bool {
        self.family == "csharp"
    }

    /// Whether variables and methods declare their types, so that types are followed from file to file.
    pub fn declares_types(&self) -> bool {
        !self.dynamic && self.family != "elixir"
    }

    /// Whether methods of one name are told apart by the types of their parameters.
    pub fn has_overloads(&self) -> bool {
        matches!(self.name, "cpp" | "csharp" | "java")
    }

    /// The languages of a name (`typescript` has two grammars).
    pub fn named(name: &str) -> impl Iterator<Item = &'static Language> {
        ALL.iter().copied().filter(move |l| l.name == name)
    }
}

/// Every language, in alphabetical order.
pub static ALL: &[&Language] = &[
    &c::C,
    &cpp::CPP,
    &csharp::CSHARP,
    &elixir::ELIXIR,
    &go::GO,
    &java::JAVA,
    &javascript::JAVASCRIPT,
    &python::PYTHON,
    &rust::RUST,
    &typescript::TYPESCRIPT,
    &typescript::TSX,
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_kind_has_a_rule() {
        for language in super::ALL {
            let (unmapped, stale) = crate::unmapped_kinds(language);
            assert!(
                unmapped.is_empty(),
                "{} ({}): no rule for {unmapped:?}",
                language.name,
                language.dialect
            );
            assert!(stale.is_empty(), "{} ({}): no such kinds {stale:?}", language.name, language.dialect);
        }
    }
}
