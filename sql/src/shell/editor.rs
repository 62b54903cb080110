//! The line editor's view of SQL: when a statement is complete, and what Tab offers.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use std::borrow::Cow;
use std::cell::RefCell;
use tokio::runtime::Runtime;

use super::complete::Names;
use super::meta::{self, Request};
use crate::Engine;
use crate::dialect::is_complete;

/// Helps while a line is typed.
pub struct Assistant<'a> {
    engine: &'a Engine,
    runtime: &'a Runtime,
    /// Gathered when Tab is first pressed after a statement: listing columns plans every view.
    names: RefCell<Option<Names>>,
}

impl<'a> Assistant<'a> {
    pub fn new(engine: &'a Engine, runtime: &'a Runtime) -> Assistant<'a> {
        Assistant { engine, runtime, names: RefCell::new(None) }
    }

    /// A statement may have made or dropped names.
    pub fn forget(&mut self) {
        self.names.take();
    }
}

impl Helper for Assistant<'_> {}

impl Completer for Assistant<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let mut names = self.names.borrow_mut();
        let names = names.get_or_insert_with(|| self.runtime.block_on(Names::of(self.engine)));
        Ok(names.complete(line, cursor))
    }
}

impl Validator for Assistant<'_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let done = meta::parse(text) != Request::Sql || is_complete(text, &GenericDialect {});
        Ok(if done { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for Assistant<'_> {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Owned(format!("\x1b[1m{prompt}\x1b[0m"))
    }
}

impl Hinter for Assistant<'_> {
    type Hint = String;
}
