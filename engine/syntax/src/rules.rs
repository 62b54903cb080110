//! Rules: what each syntax kind of a grammar means.
//!
//! A language writes its rules as a table of texts; [`Grammar::new`] resolves them once to arrays over
//! the grammar's numeric kind ids, so that lowering a node never compares strings.

use stoa_model::{Control, Operator};

use crate::cst::{C, Cst, ERROR_KIND};
use crate::fields::F;
use crate::languages::{Language, Prepared};
use crate::lower::Lower;

/// What a syntax kind is lowered to. Variants with parameters name the fields they read.
#[derive(Clone, Copy)]
pub enum Role {
    /// Source without meaning here: an UNKNOWN node around what its children mean.
    Unknown,
    /// No node, and nothing below is looked at.
    Skip,
    /// No node; the children take its place.
    Through,
    /// A COMMENT, a child of the FILE.
    Comment,
    /// An IDENTIFIER of the node's text.
    Identifier,
    /// A FIELD_IDENTIFIER of the node's text.
    FieldIdentifier,
    /// A LITERAL of the given type, without children.
    Literal(&'static str),
    /// A BLOCK around the children.
    Block,
    /// A TYPE_REF of the node's text.
    TypeRef,
    /// The operator in field `operator` (of the language's `binary` table) over `left` and `right`.
    Binary,
    /// The operator token before or after the operand (of the language's `unary` table).
    Unary,
    /// An assignment: `left`, `right`, and for compound ones the token in `operator`.
    Assign,
    /// An operator over all named children, as arguments in order.
    Operator(Operator),
    /// Field access: the object's field, the member's field.
    Member(F, F),
    /// `condition`, `consequence`, `alternative`.
    If,
    /// `condition` and `body`; Python's `alternative` is the else of the loop.
    While,
    /// `body` and `condition`.
    Do,
    /// RETURN over the children.
    Return,
    /// A control structure over the children: BREAK, CONTINUE, THROW, GOTO (a label child names it).
    Jump(Control),
    /// What a table cannot say.
    Custom(fn(&mut Lower<'_>, C)),
    /// The same, of a node whose tokens are source of their own: the first function parses them, for all such
    /// nodes of the file at once, before lowering begins.
    Embedding(ParseAgain, fn(&mut Lower<'_>, C)),
}

/// Parses what is embedded in a file's syntax tree and adds it to the tree.
pub type ParseAgain = fn(&mut tree_sitter::Parser, &Grammar, &[u8], &mut Cst);

/// A row of a language's table, for `lower.is(node, ROW)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule(pub u16);

/// A line of a language's table: its rule, the syntax kind and what that is lowered to.
pub struct TableRow(pub Rule, pub &'static str, pub Role);

/// A language's table, in one or several parts: grammars of one family share the parts they have in common.
pub type Table = &'static [&'static [TableRow]];

/// The lines of all parts of a table.
pub fn table_rows(table: Table) -> impl Iterator<Item = &'static TableRow> {
    table.iter().copied().flatten()
}

/// Writes a language's table: `NAME "syntax_kind" => Role,`. `NAME` becomes a [`Rule`] constant for use
/// in the language's functions. A table in parts gives each a name: `PART { NAME "kind" => Role, … }`;
/// the number of its last rule is `LAST`, and `after LAST;` continues counting in another file.
macro_rules! syntax_table {
    ($($name:ident $kind:literal => $role:expr,)*) => {
        $crate::rules::syntax_table! { after 0; ROWS { $($name $kind => $role,)* } }
        static TABLE: $crate::rules::Table = &[ROWS];
    };
    (after $base:expr; $($part:ident { $($name:ident $kind:literal => $role:expr,)* })*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
        #[repr(u16)]
        enum Row { BASE = $base, $($($name,)*)* END }
        $($(
            #[allow(dead_code)]
            pub(in $crate::languages) const $name: $crate::rules::Rule = $crate::rules::Rule(Row::$name as u16);
        )*)*
        #[allow(dead_code)]
        pub(in $crate::languages) const LAST: u16 = Row::END as u16 - 1;
        $(pub(in $crate::languages) static $part: &[$crate::rules::TableRow] =
            &[$($crate::rules::TableRow($name, $kind, $role),)*];)*
    };
}
pub(crate) use syntax_table;

/// A grammar with its rules resolved to kind ids.
pub struct Grammar {
    pub parser: tree_sitter::Language,
    roles: Vec<Role>,
    rows: Vec<u16>,
    keep: Vec<bool>,
    comment: Vec<bool>,
    /// Tokens that are expressions (C#'s `this`): they count among the named children.
    names: Vec<bool>,
    fields: Vec<F>,
    binary: Vec<Option<Operator>>,
    unary: Vec<Option<Operator>>,
    postfix: Vec<Option<Operator>>,
    assignment: Vec<Option<Operator>>,
    /// Set when the language has a [`Role::Embedding`].
    pub parse_again: Option<ParseAgain>,
    /// Set when files are not parsed as they are.
    pub prepare: Option<Prepare>,
}

/// Makes the text that is parsed in place of a file: of the same length, with every token at its place.
pub type Prepare = for<'a> fn(&'a mut Prepared, &'a [u8]) -> &'a [u8];

/// Punctuation that no rule looks at.
const PUNCTUATION: &[&str] = &["(", ")", "{", "}", "[", "]", ",", ";", "\"", "'", "`", "\n"];

impl Grammar {
    /// Resolves a language's tables.
    pub fn new(language: &Language) -> Grammar {
        let parser = (language.parser)();
        let kinds = parser.node_kind_count();
        let mut grammar = Grammar {
            roles: vec![Role::Skip; kinds],
            rows: vec![0; kinds],
            keep: vec![true; kinds],
            comment: vec![false; kinds],
            names: vec![false; kinds],
            fields: vec![F::None; parser.field_count() + 1],
            binary: vec![None; kinds],
            unary: vec![None; kinds],
            postfix: vec![None; kinds],
            assignment: vec![None; kinds],
            parse_again: table_rows(language.table).find_map(|row| match row.2 {
                Role::Embedding(parse, _) => Some(parse),
                _ => None,
            }),
            prepare: None,
            parser,
        };
        for field in 1..=grammar.parser.field_count() as u16 {
            grammar.fields[field as usize] =
                grammar.parser.field_name_for_id(field).map_or(F::None, F::parse);
        }
        for kind in 0..kinds as u16 {
            let Some(text) = grammar.parser.node_kind_for_id(kind) else { continue };
            let at = kind as usize;
            let named = grammar.parser.node_kind_is_named(kind);
            if named {
                grammar.roles[at] = Role::Unknown;
            } else {
                grammar.keep[at] = !PUNCTUATION.contains(&text);
                let find =
                    |table: &[(&str, Operator)]| table.iter().find(|(t, _)| *t == text).map(|(_, o)| *o);
                grammar.binary[at] = find(language.binary);
                grammar.unary[at] = find(language.unary);
                grammar.postfix[at] = find(language.postfix);
                grammar.assignment[at] = find(language.assignment);
            }
            if let Some(TableRow(rule, _, role)) = table_rows(language.table).find(|row| row.1 == text) {
                let role = *role;
                if named || !matches!(role, Role::Skip) {
                    // Tokens are listed only when a language gives them a meaning of their own.
                    grammar.roles[at] = role;
                    grammar.keep[at] = true;
                    grammar.names[at] = !named && matches!(role, Role::Identifier);
                }
                grammar.rows[at] = rule.0;
                grammar.comment[at] = matches!(role, Role::Comment);
            }
        }
        grammar
    }

    /// The grammar, for files that `prepare` changes before they are parsed.
    pub fn prepared(self, prepare: Prepare) -> Grammar {
        Grammar { prepare: Some(prepare), ..self }
    }

    #[inline]
    pub fn role(&self, kind: u16) -> Role {
        if kind == ERROR_KIND { Role::Unknown } else { self.roles[kind as usize] }
    }

    #[inline]
    pub fn row(&self, kind: u16) -> Rule {
        Rule(self.rows.get(kind as usize).copied().unwrap_or(0))
    }

    #[inline]
    pub fn keeps(&self, kind: u16) -> bool {
        self.keep.get(kind as usize).copied().unwrap_or(true)
    }

    #[inline]
    pub fn is_comment(&self, kind: u16) -> bool {
        self.comment.get(kind as usize).copied().unwrap_or(false)
    }

    #[inline]
    pub fn is_name(&self, kind: u16) -> bool {
        self.names.get(kind as usize).copied().unwrap_or(false)
    }

    #[inline]
    pub fn field(&self, id: Option<std::num::NonZeroU16>) -> F {
        id.map_or(F::None, |id| self.fields[id.get() as usize])
    }

    #[inline]
    pub fn binary(&self, kind: u16) -> Option<Operator> {
        self.binary.get(kind as usize).copied().flatten()
    }

    #[inline]
    pub fn unary(&self, kind: u16) -> Option<Operator> {
        self.unary.get(kind as usize).copied().flatten()
    }

    #[inline]
    pub fn postfix(&self, kind: u16) -> Option<Operator> {
        self.postfix.get(kind as usize).copied().flatten()
    }

    #[inline]
    pub fn assignment(&self, kind: u16) -> Option<Operator> {
        self.assignment.get(kind as usize).copied().flatten()
    }
}

/// The visible named kinds of a language's grammar that its table does not mention, and the rows of the
/// table that name no kind. Both must be empty; a test holds every language to it.
pub fn unmapped_kinds(language: &Language) -> (Vec<String>, Vec<String>) {
    let parser = (language.parser)();
    let mut kinds: Vec<String> = Vec::new();
    let mut all: Vec<&str> = Vec::new();
    for kind in 0..parser.node_kind_count() as u16 {
        let Some(text) = parser.node_kind_for_id(kind) else { continue };
        all.push(text);
        if parser.node_kind_is_named(kind)
            && parser.node_kind_is_visible(kind)
            && !parser.node_kind_is_supertype(kind)
            && text != "ERROR"
            && !table_rows(language.table).any(|row| row.1 == text)
        {
            kinds.push(text.to_owned());
        }
    }
    kinds.sort();
    kinds.dedup();
    let stale =
        table_rows(language.table).filter(|row| !all.contains(&row.1)).map(|row| row.1.to_owned()).collect();
    (kinds, stale)
}
