//! TypeScript and TSX: JavaScript's table and functions, and what types add to them.
//!
//! Types stand below what they describe as TYPE_REFs, the outermost nominal name in `type_full_name`. What has
//! no code of its own (signatures, overloads, abstract methods) is a METHOD without a body.

pub(super) mod declarations;
pub(super) mod table;
pub(super) mod types;

use std::sync::LazyLock;

use super::Language;
use super::javascript::{self, table as shared};
use crate::rules::{Grammar, Table};

pub static TYPESCRIPT: Language = language(
    "typescript",
    &["ts", "mts", "cts"],
    parser,
    &[shared::COMMON, table::TYPES, table::PLAIN],
    &RESOLVED,
);

pub static TSX: Language =
    language("tsx", &["tsx"], parser_tsx, &[shared::COMMON, shared::MARKUP, table::TYPES], &RESOLVED_TSX);

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&TYPESCRIPT));
static RESOLVED_TSX: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&TSX));

fn parser() -> tree_sitter::Language {
    tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()
}

fn parser_tsx() -> tree_sitter::Language {
    tree_sitter_typescript::LANGUAGE_TSX.into()
}

const fn language(
    dialect: &'static str,
    extensions: &'static [&'static str],
    parser: fn() -> tree_sitter::Language,
    table: Table,
    resolved: &'static LazyLock<Grammar>,
) -> Language {
    Language {
        name: "typescript",
        family: "javascript",
        extensions,
        dialect,
        parser,
        table,
        binary: javascript::BINARY,
        unary: javascript::UNARY,
        postfix: javascript::POSTFIX,
        assignment: javascript::ASSIGNMENT,
        separator: ".",
        module: javascript::module,
        root: javascript::root,
        self_names: &["this"],
        members_in_scope: false,
        module_is_shared: false,
        dynamic: true,
        resolved,
    }
}
