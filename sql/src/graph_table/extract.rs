//! Taking patterns out of a statement's tokens before the SQL parser sees them.
//!
//! `GRAPH_TABLE ( … )` becomes `GRAPH_TABLE ( "#pattern n" )`, a call that the SQL parser takes, wherever in a statement
//! a table may stand. Strings, comments and quoted names are single tokens, so nothing in them is taken for a pattern.

use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

use super::cursor::{Cursor, is_keyword};
use super::definition::{self, Definition};
use super::error::{PatternError, Result};
use super::parser;
use super::syntax::GraphTable;
use crate::dialect::{closing, next_solid};

/// The name of the table function and of the syntax.
pub const GRAPH_TABLE: &str = "graph_table";

/// Stands before the number of a pattern.
const PATTERN: &str = "#pattern ";

/// The patterns of a statement, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patterns {
    patterns: Vec<GraphTable>,
}

impl Patterns {
    /// The pattern for which a name stands.
    pub(super) fn get(&self, name: &str) -> Option<&GraphTable> {
        self.patterns.get(name.strip_prefix(PATTERN)?.parse::<usize>().ok()?)
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// Takes the patterns out. Patterns within patterns, in a subquery of a WHERE, are taken first.
pub fn extract(
    tokens: &[TokenWithSpan],
    dialect: &dyn Dialect,
    depth: usize,
) -> Result<(Vec<TokenWithSpan>, Patterns)> {
    let mut tokens = tokens.to_vec();
    let mut patterns = Patterns::default();
    for at in (0..tokens.len()).rev() {
        let is_word = matches!(&tokens[at].token, Token::Word(word) if is_keyword(word, GRAPH_TABLE));
        let Some(open) = next_solid(&tokens, at + 1).filter(|_| is_word) else { continue };
        if tokens[open].token != Token::LParen {
            continue;
        }
        let Some(close) = closing(&tokens, open) else {
            return Err(PatternError::new(
                "the parenthesis of GRAPH_TABLE is never closed",
                tokens[open].span,
            ));
        };
        // A call with the pattern as text; it is parsed where it is planned.
        let first = next_solid(&tokens, open + 1);
        let is_name = |token: &Token| matches!(token, Token::Word(_) | Token::RParen);
        if first.is_some_and(|first| !is_name(&tokens[first].token)) {
            continue;
        }
        let mut cursor = Cursor::new(&tokens[open + 1..close], tokens[close].span, dialect, depth)?;
        patterns.patterns.push(parser::graph_table(&mut cursor)?);
        let name = Word {
            value: format!("{PATTERN}{}", patterns.patterns.len() - 1),
            quote_style: Some('"'),
            keyword: Keyword::NoKeyword,
        };
        let span = Span::new(tokens[open].span.end, tokens[close].span.start);
        tokens.splice(open + 1..close, [TokenWithSpan { token: Token::Word(name), span }]);
    }
    Ok((tokens, patterns))
}

/// The statement about property graphs that the tokens are, if they are one.
pub fn definition_of(
    tokens: &[TokenWithSpan],
    dialect: &dyn Dialect,
    depth: usize,
) -> Option<Result<Definition>> {
    let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    let words: Vec<&Token> = words.take(5).map(|token| &token.token).collect();
    let begins = |keywords: &[&str]| {
        let is = |(token, keyword): (&&Token, &&str)| matches!(token, Token::Word(word) if is_keyword(word, keyword));
        words.len() >= keywords.len() && words.iter().zip(keywords).all(is)
    };
    const BEGINNINGS: &[&[&str]] = &[
        &["CREATE", "PROPERTY", "GRAPH"],
        &["CREATE", "OR", "REPLACE", "PROPERTY", "GRAPH"],
        &["DROP", "PROPERTY", "GRAPH"],
    ];
    if !BEGINNINGS.iter().any(|keywords| begins(keywords)) {
        return None;
    }
    let end = tokens.last().map_or(Span::empty(), |token| Span::new(token.span.end, token.span.end));
    Some(Cursor::new(tokens, end, dialect, depth).and_then(|mut cursor| definition::parse(&mut cursor)))
}
