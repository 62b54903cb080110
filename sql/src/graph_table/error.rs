//! What is wrong with a pattern, at which of its words.

use datafusion::common::diagnostic::Diagnostic;
use datafusion::common::{DataFusionError, Span as ErrorSpan};
use datafusion::sql::sqlparser::tokenizer::Span;

/// A mistake, the words it is about, and what may help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    pub message: String,
    pub at: Span,
    pub help: Vec<String>,
}

impl PatternError {
    pub fn new(message: impl Into<String>, at: Span) -> PatternError {
        PatternError { message: message.into(), at, help: Vec::new() }
    }

    pub fn help(mut self, help: impl Into<String>) -> PatternError {
        self.help.push(help.into());
        self
    }

    /// Names the nearest of the names that exist, or all of them where they are few.
    pub fn suggest<'a>(
        self,
        wrong: &str,
        names: impl IntoIterator<Item = &'a str>,
        what: &str,
    ) -> PatternError {
        const FEW: usize = 30;
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        match crate::suggest::nearest(wrong, names.iter().copied()) {
            Some(name) => self.help(format!("did you mean {name}?")),
            None if !names.is_empty() && names.len() <= FEW => {
                self.help(format!("the {what} are {}", names.join(", ")))
            }
            None => self,
        }
    }
}

impl From<PatternError> for DataFusionError {
    fn from(error: PatternError) -> DataFusionError {
        let span = ErrorSpan::try_from_sqlparser_span(error.at);
        let mut diagnostic = Diagnostic::new_error(error.message.clone(), span);
        for help in error.help {
            diagnostic.add_help(help, None);
        }
        DataFusionError::Plan(error.message).with_diagnostic(diagnostic)
    }
}

pub type Result<T> = std::result::Result<T, PatternError>;
