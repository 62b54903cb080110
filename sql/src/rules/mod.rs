//! Rules: what is worth finding in code, each one file of SQL.
//!
//! In: the files of `sql/rules/<area>/<language or general>/<id>.sql`, which the binary holds, and files of the user. Out:
//! [`Rule`]s, each with its documentation, its examples and a SELECT. A file is a block comment that holds TOML, then the
//! SELECT:
//!
//! ```sql
//! /*
//! id = "weak-hash"
//! title = "Weak hash function"
//! severity = "medium"
//! cwe = [328]
//! languages = ["java"]
//! what = "…"
//! why = "…"
//! fix = "…"
//! [[example]]
//! language = "java"
//! match = [3]
//! code = '''…'''
//! */
//! SELECT id AS node_id, 'MD5 is broken' AS message FROM calls WHERE …
//! ```
//!
//! The comment ends at the first line that is `*/` and nothing else, so that an example may hold comments. Every language
//! that a rule covers has an example that it finds something in and one that it finds nothing in. The guide is
//! `docs/guides/scan.md`.
//!
//! Never here: running a rule ([`crate::scan`] does), a rule that is not a file.

mod error;
mod library;
mod parse;
mod rule;
mod table;

pub use error::{Problem, RuleError, SelectError};
pub use library::{builtin, select};
pub use parse::parse;
pub use rule::{Example, Rule, Severity};
pub(crate) use table::RulesTable;
