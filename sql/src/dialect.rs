//! SQL text to statements: where one ends and the next begins, and what each is.
//!
//! The text is cut into tokens once and split at the semicolons between them, so a semicolon in a
//! string or a comment is text like any other. Every token keeps its place in the whole text: errors
//! point into what the person typed, however many statements came before. Graph patterns are not known
//! to the SQL parser: they are taken out of the tokens and parsed on their own ([`crate::graph_table`]).

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToSource, DFParserBuilder, ParserInput, Statement};
use datafusion::sql::sqlparser::ast::{VisitMut, VisitorMut};
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace};
use std::ops::ControlFlow;

use crate::common_tables::Hints;
use crate::graph_table::{self, Definition, Patterns};
use crate::materialize::{self, Materialize};

/// One statement and where its words are.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub statement: Command,
    pub words: Words,
    /// The statement as it was written.
    pub text: String,
}

/// What a statement is.
#[derive(Clone, Debug)]
pub enum Command {
    /// SQL, and the graph patterns that were taken out of it.
    Sql(Statement, Patterns),
    /// CREATE PROPERTY GRAPH or DROP PROPERTY GRAPH.
    Graph(Definition),
    /// MATERIALIZE, REFRESH or DROP MATERIALIZED.
    Materialized(Materialize),
}

/// The words of a statement with their places: lines and columns from 1, counted in characters.
#[derive(Clone, Debug, Default)]
pub struct Words {
    words: Vec<(String, Location)>,
    /// Just after the last token.
    end: Option<Location>,
}

impl Words {
    fn of(tokens: &[TokenWithSpan]) -> Words {
        let words = tokens
            .iter()
            .filter_map(|t| match &t.token {
                Token::Word(word) => Some((word.value.clone(), t.span.start)),
                _ => None,
            })
            .collect();
        let solid = tokens.iter().rev().find(|t| !matches!(t.token, Token::Whitespace(_)));
        Words { words, end: solid.map(|t| t.span.end) }
    }

    /// Where a name is first written, in any letter case.
    pub fn find(&self, name: &str) -> Option<Location> {
        self.words.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, at)| *at)
    }

    /// Where the statement ends.
    pub fn end(&self) -> Option<Location> {
        self.end
    }
}

/// Text that is not SQL, and where the statement that failed has its words.
#[derive(Debug)]
pub struct Unparsed {
    pub error: DataFusionError,
    pub words: Words,
}

/// The statements of a text; empty ones are left out.
pub fn parse(text: &str, dialect: &dyn Dialect, depth: usize) -> Result<Vec<Parsed>, Box<Unparsed>> {
    let tokens = tokens(text, dialect)
        .map_err(|error| Box::new(Unparsed { error: error.into(), words: Words::default() }))?;
    let mut statements = Vec::new();
    for tokens in tokens.split(|t| t.token == Token::SemiColon) {
        if tokens.iter().all(|t| matches!(t.token, Token::Whitespace(_))) {
            continue;
        }
        let words = Words::of(tokens);
        match parse_one(tokens, dialect, depth) {
            Ok(Some(statement)) => statements.push(Parsed { statement, words, text: text_of(tokens) }),
            Ok(None) => {}
            Err(error) => return Err(Box::new(Unparsed { error, words })),
        }
    }
    Ok(statements)
}

/// What tokens were written as.
pub(crate) fn text_of(tokens: &[TokenWithSpan]) -> String {
    tokens.iter().map(|token| token.token.to_string()).collect::<String>().trim().to_owned()
}

fn tokens(text: &str, dialect: &dyn Dialect) -> Result<Vec<TokenWithSpan>, ParserError> {
    Ok(Tokenizer::new(dialect, text).tokenize_with_location()?)
}

pub(crate) fn parse_one(
    tokens: &[TokenWithSpan],
    dialect: &dyn Dialect,
    depth: usize,
) -> Result<Option<Command>, DataFusionError> {
    if let Some(definition) = graph_table::definition_of(tokens, dialect, depth) {
        return Ok(Some(Command::Graph(definition?)));
    }
    if let Some(statement) = materialize::statement_of(tokens, dialect, depth) {
        return Ok(Some(Command::Materialized(statement?)));
    }
    let (mut tokens, patterns) = graph_table::extract(tokens, dialect, depth)?;
    let hints = Hints::take(&mut tokens);
    let input = ParserInput::Tokens(tokens);
    let mut parser = DFParserBuilder::new(input).with_dialect(dialect).with_recursion_limit(depth).build()?;
    let Some(mut statement) = parser.parse_statements()?.pop_front() else { return Ok(None) };
    hints.give(&mut statement);
    Ok(Some(Command::Sql(statement, patterns)))
}

/// The first token from a place on that is no blank.
pub(crate) fn next_solid(tokens: &[TokenWithSpan], from: usize) -> Option<usize> {
    (from..tokens.len()).find(|at| !matches!(tokens[*at].token, Token::Whitespace(_)))
}

/// Where the bracket closes that some token opens.
pub(crate) fn closing(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The stack on which statements are taken apart, in bytes; untouched pages of it cost nothing.
const STACK: usize = 64 << 20;

/// Shows a visitor all that is SQL of a statement.
pub(crate) fn visit<V: VisitorMut>(statement: &mut Statement, visitor: &mut V) -> ControlFlow<V::Break> {
    // A long chain of ANDs is a deep tree, and is copied as one.
    stacker::grow(STACK, || match statement {
        Statement::Statement(statement) => statement.visit(visitor),
        Statement::Explain(explain) => visit(&mut explain.statement, visitor),
        Statement::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(visitor),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Statement::CreateExternalTable(_) | Statement::Reset(_) => ControlFlow::Continue(()),
    })
}

/// Whether a text that a person is typing can be run: it holds nothing, or its last statement is
/// closed by a semicolon. An open string or comment is not yet complete.
pub fn is_complete(text: &str, dialect: &dyn Dialect) -> bool {
    match Tokenizer::new(dialect, text).tokenize() {
        Ok(tokens) => {
            let mut solid = tokens.iter().filter(|t| !is_blank(t));
            match solid.next_back() {
                None => !text.contains("--") && !text.contains("/*"),
                Some(last) => *last == Token::SemiColon,
            }
        }
        // The tokenizer only fails on what is left open; anything else is for the parser to refuse.
        Err(_) => false,
    }
}

fn is_blank(token: &Token) -> bool {
    matches!(
        token,
        Token::Whitespace(
            Whitespace::Space
                | Whitespace::Newline
                | Whitespace::Tab
                | Whitespace::SingleLineComment { .. }
                | Whitespace::MultiLineComment(_)
        ) | Token::EOF
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::sql::sqlparser::dialect::GenericDialect;

    fn count(text: &str) -> usize {
        parse(text, &GenericDialect {}, 50).unwrap().len()
    }

    #[test]
    fn statements_end_at_semicolons_and_nowhere_else() {
        assert_eq!(count(""), 0);
        assert_eq!(count(" ; ;\n-- nothing\n;"), 0);
        assert_eq!(count("SELECT 1"), 1);
        assert_eq!(count("SELECT ';' AS a; -- one; two\nSELECT \"a;b\" FROM t /* ; */;"), 2);
        assert_eq!(count("EXPLAIN ANALYZE SELECT 1; COPY (SELECT 1) TO 'x.csv'; SET a.b = 'c;d'"), 3);
    }

    #[test]
    fn words_keep_their_place_in_the_whole_text() {
        let parsed = parse("SELECT 1;\n\n  SELECT name\n FROM methods", &GenericDialect {}, 50).unwrap();
        let at = parsed[1].words.find("METHODS").unwrap();
        assert_eq!((at.line, at.column), (4, 7));
        let end = parsed[1].words.end().unwrap();
        assert_eq!((end.line, end.column), (4, 14));
    }

    #[test]
    fn typing_is_complete_at_the_semicolon() {
        let complete = |text| is_complete(text, &GenericDialect {});
        assert!(complete("SELECT 1;"));
        assert!(complete("SELECT 1; -- done"));
        assert!(complete(""));
        assert!(!complete("SELECT 1"));
        assert!(!complete("SELECT 'a;"));
        assert!(!complete("SELECT 1 /* ;"));
    }
}
