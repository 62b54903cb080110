//! Writing SQL as text, with the expressions of a pattern held out of it.
//!
//! What a pattern becomes is written as text and parsed: text is short and can be read. The expressions that a person
//! wrote stay trees, because their words know their places and errors point at them; in the text a name stands for each.

use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, VisitMut, VisitorMut};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Tokenizer;
use std::ops::ControlFlow;

/// Stands before the number of an expression that is held.
const HELD: &str = "#expression ";

/// How deep what is written here may nest.
const DEPTH: usize = 100;

/// A name that means itself, whatever letters are in it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a literal.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `qualifier.name`.
pub fn column(qualifier: &str, name: &str) -> String {
    format!("{}.{}", quoted(qualifier), quoted(name))
}

/// `a AND b`, or nothing in particular of no conditions.
pub fn all_of(conditions: &[String]) -> String {
    if conditions.is_empty() { "TRUE".to_string() } else { conditions.join(" AND ") }
}

/// Whether a name is one of those that stand for expressions.
pub fn is_held(name: &Ident) -> bool {
    name.value.starts_with(HELD)
}

/// Expressions for which names stand in a text.
#[derive(Debug, Default)]
pub struct Held {
    expressions: Vec<Expr>,
}

impl Held {
    /// Holds an expression; gives the name that stands for it.
    pub fn hold(&mut self, expression: Expr) -> String {
        self.expressions.push(expression);
        quoted(&format!("{HELD}{}", self.expressions.len() - 1))
    }

    /// The name that stands for an expression which is written as text.
    pub fn placeholder(&mut self, text: &str) -> Result<Expr, ParserError> {
        let expression = parser(text)?.parse_expr()?;
        self.expressions.push(expression);
        let name = format!("{HELD}{}", self.expressions.len() - 1);
        Ok(Expr::Identifier(Ident::with_quote('"', name)))
    }

    /// Parses a query and puts the expressions where their names stand.
    pub fn query(&self, text: &str) -> Result<Query, ParserError> {
        let mut query = *parser(text)?.parse_query()?;
        let _ = query.visit(&mut Filler { held: self });
        Ok(query)
    }
}

/// A parser whose words have no places: they are nowhere in what was typed.
fn parser(text: &str) -> Result<Parser<'static>, ParserError> {
    let tokens = Tokenizer::new(&GenericDialect {}, text).tokenize()?;
    Ok(Parser::new(&GenericDialect {}).with_recursion_limit(DEPTH).with_tokens(tokens))
}

struct Filler<'a> {
    held: &'a Held,
}

impl VisitorMut for Filler<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(Ident { value, quote_style: Some(_), .. }) = expression
            && let Some(number) = value.strip_prefix(HELD)
            && let Ok(number) = number.parse::<usize>()
            && let Some(held) = self.held.expressions.get(number)
        {
            // In parentheses, unless nothing around it can bind tighter.
            *expression = match held {
                Expr::CompoundIdentifier(_) | Expr::Function(_) | Expr::Value(_) | Expr::Nested(_) => {
                    held.clone()
                }
                _ => Expr::Nested(Box::new(held.clone())),
            };
        }
        ControlFlow::Continue(())
    }
}
