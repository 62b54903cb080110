//! A walk over the tokens of a pattern.
//!
//! SQL's tokens are not a pattern's: `]->(` ends with one token in one dialect and with three in another. So every
//! token of punctuation is taken apart into characters, and the pattern's parser reads those. Expressions go back
//! whole to the SQL parser, with the tokens and the places that they came with.

use datafusion::sql::sqlparser::ast::{Expr, Ident};
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Word};

use super::error::{PatternError, Result};

/// A word, a number, a string, or one character of punctuation.
#[derive(Clone, Debug)]
struct Piece {
    /// The character, if it is one of punctuation.
    symbol: Option<char>,
    /// Which token it is of.
    token: usize,
    at: Span,
}

/// Reads the pieces of some tokens from left to right.
pub struct Cursor<'a> {
    tokens: Vec<TokenWithSpan>,
    pieces: Vec<Piece>,
    /// For an opening parenthesis, bracket or brace the place of the closing one.
    closing: Vec<usize>,
    next: usize,
    dialect: &'a dyn Dialect,
    depth: usize,
    /// Just after the last token.
    end: Span,
}

impl<'a> Cursor<'a> {
    /// `end` is where what follows the tokens stands; `depth` is how deep expressions may nest.
    pub fn new(
        tokens: &[TokenWithSpan],
        end: Span,
        dialect: &'a dyn Dialect,
        depth: usize,
    ) -> Result<Cursor<'a>> {
        let tokens: Vec<TokenWithSpan> = tokens
            .iter()
            .filter(|t| !matches!(t.token, Token::Whitespace(_) | Token::EOF))
            .cloned()
            .collect();
        let mut pieces = Vec::with_capacity(tokens.len());
        for (token, TokenWithSpan { token: kind, span }) in tokens.iter().enumerate() {
            match punctuation(kind) {
                None => pieces.push(Piece { symbol: None, token, at: *span }),
                Some(text) => {
                    for (offset, symbol) in text.chars().enumerate() {
                        let start = Location::new(span.start.line, span.start.column + offset as u64);
                        let after = Location::new(start.line, start.column + 1);
                        pieces.push(Piece { symbol: Some(symbol), token, at: Span::new(start, after) });
                    }
                }
            }
        }
        let closing = pairs(&pieces)?;
        Ok(Cursor { tokens, pieces, closing, next: 0, dialect, depth, end })
    }

    /// Where the next piece stands.
    pub fn at(&self) -> Span {
        self.pieces.get(self.next).map_or(self.end, |piece| piece.at)
    }

    /// From a place to the piece before the next one.
    pub fn since(&self, start: Span) -> Span {
        let last =
            self.next.checked_sub(1).and_then(|last| self.pieces.get(last)).map_or(start, |piece| piece.at);
        Span::new(start.start, last.end)
    }

    pub fn is_done(&self) -> bool {
        self.next >= self.pieces.len()
    }

    /// The character `ahead` pieces from here.
    pub fn symbol_at(&self, ahead: usize) -> Option<char> {
        self.pieces.get(self.next + ahead)?.symbol
    }

    pub fn symbol(&self) -> Option<char> {
        self.symbol_at(0)
    }

    /// The word `ahead` pieces from here.
    pub fn word_at(&self, ahead: usize) -> Option<&Word> {
        let piece = self.pieces.get(self.next + ahead).filter(|piece| piece.symbol.is_none())?;
        match &self.tokens[piece.token].token {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether the word `ahead` pieces from here is a keyword, unquoted and in any letter case.
    pub fn is_keyword_at(&self, ahead: usize, keyword: &str) -> bool {
        self.word_at(ahead).is_some_and(|word| is_keyword(word, keyword))
    }

    pub fn is_keyword(&self, keyword: &str) -> bool {
        self.is_keyword_at(0, keyword)
    }

    /// Takes a character if it comes next.
    pub fn take(&mut self, symbol: char) -> bool {
        let found = self.symbol() == Some(symbol);
        self.next += usize::from(found);
        found
    }

    /// Takes keywords if all of them come next.
    pub fn take_keywords(&mut self, keywords: &[&str]) -> bool {
        let found = keywords.iter().enumerate().all(|(ahead, keyword)| self.is_keyword_at(ahead, keyword));
        if found {
            self.next += keywords.len();
        }
        found
    }

    pub fn expect(&mut self, symbol: char, expected: &str) -> Result<()> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub fn expect_keyword(&mut self, keyword: &str) -> Result<()> {
        if self.take_keywords(&[keyword]) { Ok(()) } else { Err(self.unexpected(keyword)) }
    }

    /// Takes a name.
    pub fn name(&mut self, expected: &str) -> Result<Ident> {
        let at = self.at();
        let Some(word) = self.word_at(0) else { return Err(self.unexpected(expected)) };
        let ident = Ident { value: word.value.clone(), quote_style: word.quote_style, span: at };
        self.next += 1;
        Ok(ident)
    }

    /// Takes a whole number.
    pub fn number(&mut self) -> Result<Option<u32>> {
        let Some(piece) = self.pieces.get(self.next).filter(|piece| piece.symbol.is_none()) else {
            return Ok(None);
        };
        let Token::Number(digits, _) = &self.tokens[piece.token].token else { return Ok(None) };
        match digits.parse() {
            Ok(number) => {
                self.next += 1;
                Ok(Some(number))
            }
            Err(_) => Err(PatternError::new(format!("{digits} is not a count"), piece.at)),
        }
    }

    /// The cursor's place, to come back to.
    pub fn place(&self) -> usize {
        self.next
    }

    pub fn go_to(&mut self, place: usize) {
        self.next = place;
    }

    /// Where the bracket that comes next is closed.
    pub fn closing(&self) -> usize {
        self.closing.get(self.next).copied().unwrap_or(self.pieces.len())
    }

    /// The end of the pieces.
    pub fn last(&self) -> usize {
        self.pieces.len()
    }

    /// The first place from here on, outside of brackets, for which `is` holds; `end` if there is none.
    pub fn find(&mut self, end: usize, is: impl Fn(&Cursor<'_>) -> bool) -> usize {
        let start = self.next;
        while self.next < end && !is(self) {
            self.next = match self.symbol() {
                Some('(' | '[' | '{') => self.closing() + 1,
                _ => self.next + 1,
            };
        }
        std::mem::replace(&mut self.next, start).min(end)
    }

    /// Gives all that comes before `end` to the SQL parser, which must take all of it.
    pub fn sql<T>(
        &mut self,
        end: usize,
        what: &str,
        parse: impl FnOnce(&mut Parser<'_>) -> std::result::Result<T, ParserError>,
    ) -> Result<T> {
        let token_of = |piece: usize| self.pieces.get(piece).map_or(self.tokens.len(), |piece| piece.token);
        let (first, after) = (token_of(self.next), token_of(end));
        let end_at = self.pieces.get(end).map_or(self.end, |piece| piece.at);
        if first >= after {
            return Err(self.unexpected(what));
        }
        let mut parser = Parser::new(self.dialect)
            .with_recursion_limit(self.depth)
            .with_tokens_with_locations(self.tokens[first..after].to_vec());
        let parsed = parse(&mut parser).map_err(|error| syntax_error(error, end_at))?;
        let left = parser.peek_token();
        if left.token != Token::EOF {
            return Err(PatternError::new(format!("{what} ends before {}", left.token), left.span));
        }
        self.next = end;
        Ok(parsed)
    }

    /// An expression that reaches to `end`.
    pub fn expression(&mut self, end: usize) -> Result<Expr> {
        self.sql(end, "an expression", |parser| parser.parse_expr())
    }

    /// Complains about the next piece.
    pub fn unexpected(&self, expected: &str) -> PatternError {
        let found = match self.pieces.get(self.next) {
            None => "the end".to_string(),
            Some(Piece { symbol: Some(symbol), .. }) => symbol.to_string(),
            Some(piece) => self.tokens[piece.token].token.to_string(),
        };
        PatternError::new(format!("expected {expected}, found {found}"), self.at())
    }
}

pub fn is_keyword(word: &Word, keyword: &str) -> bool {
    word.quote_style.is_none() && word.value.eq_ignore_ascii_case(keyword)
}

/// The text of a token of punctuation.
fn punctuation(token: &Token) -> Option<String> {
    match token {
        Token::Word(_) | Token::Number(..) => None,
        other => {
            let text = other.to_string();
            text.chars()
                .all(|c| c.is_ascii_punctuation() && !matches!(c, '\'' | '"' | '`' | '$'))
                .then_some(text)
        }
    }
}

/// For each opening bracket the closing one.
fn pairs(pieces: &[Piece]) -> Result<Vec<usize>> {
    let mut closing = vec![pieces.len(); pieces.len()];
    let mut open: Vec<(usize, char)> = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        match piece.symbol {
            Some('(') => open.push((place, ')')),
            Some('[') => open.push((place, ']')),
            Some('{') => open.push((place, '}')),
            Some(symbol @ (')' | ']' | '}')) => match open.pop() {
                Some((opened, expected)) if expected == symbol => closing[opened] = place,
                Some((_, expected)) => {
                    return Err(PatternError::new(format!("expected {expected}, found {symbol}"), piece.at));
                }
                None => return Err(PatternError::new(format!("{symbol} closes nothing"), piece.at)),
            },
            _ => {}
        }
    }
    match open.first() {
        None => Ok(closing),
        Some((opened, _)) => {
            let Piece { symbol, at, .. } = &pieces[*opened];
            Err(PatternError::new(format!("{} is never closed", symbol.unwrap_or('(')), *at))
        }
    }
}

/// An error of the SQL parser; one at the end of what it was given stands at `end`.
pub fn syntax_error(error: ParserError, end: Span) -> PatternError {
    let message = match error {
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
        ParserError::RecursionLimitExceeded => {
            let message = "the expression is nested too deeply (SET datafusion.sql_parser.recursion_limit)";
            return PatternError::new(message, end);
        }
    };
    let (message, place) = crate::error::split_location(&message);
    let at = place.map_or(end, |(line, column)| {
        let start = Location::new(line, column);
        Span::new(start, start)
    });
    PatternError::new(message.replace("found: EOF", "found: nothing"), at)
}
