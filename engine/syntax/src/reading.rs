//! What language files read of the syntax tree and the file's text while they write.

use stoa_model::Symbol;

use crate::cst::{C, ERROR_KIND};
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::Rule;

impl<'a> Lower<'a> {
    /// The first child in a field.
    #[inline]
    pub fn child(&self, n: C, field: F) -> Option<C> {
        self.cst.child(n, field)
    }

    /// Whether a node's kind is this row of the language's table.
    #[inline]
    pub fn is(&self, n: C, rule: Rule) -> bool {
        self.grammar.row(self.cst.get(n).kind) == rule
    }

    /// The first child of this row of the language's table.
    pub fn child_of(&self, n: C, rule: Rule) -> Option<C> {
        self.cst.children(n).find(|c| self.is(*c, rule))
    }

    /// Whether a node is a syntax error.
    pub fn is_error(&self, n: C) -> bool {
        self.cst.get(n).kind == ERROR_KIND
    }

    /// The bytes of a node.
    #[inline]
    pub fn text(&self, n: C) -> &'a [u8] {
        let node = self.cst.get(n);
        self.source.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// The text of a node as a string; what is not UTF-8 is replaced.
    pub fn string(&self, n: C) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.text(n))
    }

    /// The text of a node as a symbol.
    #[inline]
    pub fn symbol(&mut self, n: C) -> Symbol {
        let text = self.text(n);
        self.names.intern_bytes(text)
    }

    /// A string as a symbol.
    pub fn intern(&mut self, text: &str) -> Symbol {
        self.names.intern(text)
    }
}
