//! Bytes of one file → one lowered tree.
//!
//! In: a path (for the language and the module's name) and bytes, any bytes. Out: a [`Tree`] of code
//! property graph nodes in pre-order, their strings in an [`Interner`], and an [`Outcome`] that says how
//! much of the file was understood. Never here: IO, control flow, names resolved, anything about a
//! second file. Lowering does not fail: what cannot be understood becomes UNKNOWN, and says so.
//!
//! ```text
//! bytes ── tree-sitter ──► cst::Cst ── rules::Role per syntax kind ──► lower::Lower ──► tree::Tree
//!                          (flat, all  (languages/<one>.rs: a table,   (open/close,
//!                           languages)  functions for the rest)         sugar.rs)
//! ```
//!
//! Everything a language needs is in its file under [`languages`]; [`languages::ALL`] is the registry.

mod cst;
mod fields;
mod generic;
pub mod languages;
mod lower;
mod objects;
mod outcome;
mod reading;
mod rules;
mod sugar;
#[cfg(test)]
mod testing;
mod tree;

pub use languages::Language;
pub use outcome::{Outcome, parse_budget};
pub use rules::unmapped_kinds;
pub use tree::{Children, NOWHERE, Node, Position, Slot, Tree, flags};

use stoa_model::Interner;

/// The parser and the buffers of one worker, used for file after file.
#[derive(Default)]
pub struct Workspace {
    parser: Option<tree_sitter::Parser>,
    cst: cst::Cst,
    prepared: languages::Prepared,
}

impl Workspace {
    pub fn new() -> Self {
        Self::default()
    }

    /// Lowers one file into `tree`, which is cleared first. `path` is relative to the root of the source
    /// tree, with `/` between its parts.
    pub fn lower(
        &mut self,
        language: &'static Language,
        path: &str,
        source: &[u8],
        tree: &mut Tree,
        names: &mut Interner,
    ) -> Outcome {
        let mut outcome = Outcome::of_text(source);
        tree.clear();
        let grammar = language.grammar();
        let parser = self.parser.get_or_insert_with(tree_sitter::Parser::new);
        let text = match grammar.prepare {
            Some(prepare) => prepare(&mut self.prepared, source),
            None => source,
        };
        let parsed = outcome::parse(parser, &grammar.parser, text);
        match &parsed {
            Ok(parsed) => self.cst.fill(grammar, parsed),
            Err(problem) => {
                // Nothing to lower but the file itself.
                outcome.failed(problem);
                self.cst.fill_empty();
            }
        }
        drop(parsed);
        if let Some(parse_again) = grammar.parse_again {
            parse_again(parser, grammar, source, &mut self.cst);
        }
        let mut lower = lower::Lower::new(language, grammar, path, source, &self.cst, tree, names, parser);
        lower.file();
        let (truncated, shortened) = (lower.truncated_line, lower.shortened);
        outcome.finish(&self.cst, truncated, source);
        if shortened {
            let longest = lower::MAX_QUALIFIED;
            outcome.partial(format!(
                "names nested so deep that they are longer than {longest} bytes are shortened"
            ));
        }
        outcome
    }
}
