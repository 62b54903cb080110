//! Common table expressions that are computed once: `WITH x AS MATERIALIZED (…)`, as PostgreSQL has it.
//!
//! Where its name stands, DataFusion puts the whole query again, which filters and choices of columns then reach. A query that says
//! MATERIALIZED is computed once instead, and so is a recursive one that is mentioned several times, since nothing reaches into a
//! recursion; unless it says NOT MATERIALIZED. The parser knows these words in PostgreSQL's dialect only: they are taken out of the tokens.

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Cte, CteAsMaterialized, Expr, FunctionArg, FunctionArgExpr, ObjectName, ObjectNamePart, Query, SetExpr,
    SetOperator, TableFactor, Visit, VisitorMut, visit_relations,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};
use std::collections::HashMap;
use std::ops::ControlFlow;
use stoa_session::MATERIALIZED;

use crate::dialect::{closing, next_solid, visit};

/// What a statement says of its common table expressions: where each ends, and whether it is to be computed once.
#[derive(Debug, Default)]
pub(crate) struct Hints(Vec<(Location, bool)>);

impl Hints {
    /// Takes the words out of the tokens of a statement.
    pub fn take(tokens: &mut Vec<TokenWithSpan>) -> Hints {
        let mut hints = Hints::default();
        for at in (0..tokens.len()).rev() {
            let is = |at: Option<usize>, wanted: Keyword| {
                at.filter(|at| matches!(&tokens[*at].token, Token::Word(word) if word.keyword == wanted))
            };
            let Some(first) = is(Some(at), Keyword::AS).and_then(|at| next_solid(tokens, at + 1)) else {
                continue;
            };
            let not = is(Some(first), Keyword::NOT);
            let second = if not.is_some() { next_solid(tokens, first + 1) } else { Some(first) };
            let Some(word) = is(second, Keyword::MATERIALIZED) else { continue };
            let opens = next_solid(tokens, word + 1).filter(|at| tokens[*at].token == Token::LParen);
            if let Some(end) = opens.and_then(|open| closing(tokens, open)) {
                hints.0.push((tokens[end].span.start, not.is_none()));
                tokens.drain(first..=word);
            }
        }
        hints
    }

    /// Tells the expressions of the parsed statement what is said of them.
    pub fn give(self, statement: &mut Statement) {
        if !self.0.is_empty() {
            let _ = visit(statement, &mut Given(self));
        }
    }
}

struct Given(Hints);

impl VisitorMut for Given {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            let end = cte.closing_paren_token.0.span.start;
            let said = (self.0.0.iter()).find(|(at, _)| *at == end);
            cte.materialized = said.map(|(_, once)| match once {
                true => CteAsMaterialized::Materialized,
                false => CteAsMaterialized::NotMaterialized,
            });
        }
        ControlFlow::Continue(())
    }
}

/// Has those common table expressions of a statement computed once that say so, or that are recursive and mentioned several times.
pub(crate) fn materialize(statement: &mut Statement) {
    let _ = visit(statement, &mut Materializer);
}

struct Materializer;

impl VisitorMut for Materializer {
    type Break = ();

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let Some(recursive) = query.with.as_ref().map(|with| with.recursive) else {
            return ControlFlow::Continue(());
        };
        let all = if recursive { mentions(query) } else { HashMap::new() };
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            let name = cte.alias.name.value.to_lowercase();
            let count = |mentions: &HashMap<String, usize>| mentions.get(&name).copied().unwrap_or(0);
            let own = if recursive { count(&mentions(&*cte.query)) } else { 0 };
            let recurs =
                own > 0 && matches!(&*cte.query.body, SetExpr::SetOperation { op: SetOperator::Union, .. });
            let once = match cte.materialized.take() {
                Some(said) => said == CteAsMaterialized::Materialized,
                None => recurs && count(&all) > own + 1,
            };
            if once && let Some(whole) = computed_once(cte, recurs) {
                cte.query = whole;
                if recurs {
                    cte.alias.columns.clear();
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// How often each name of one part is mentioned as a relation.
fn mentions(within: &impl Visit) -> HashMap<String, usize> {
    let mut mentions = HashMap::new();
    let _ = visit_relations(within, |relation: &ObjectName| {
        if let [ObjectNamePart::Identifier(name)] = &relation.0[..] {
            *mentions.entry(name.value.to_lowercase()).or_default() += 1;
        }
        ControlFlow::<()>::Continue(())
    });
    mentions
}

/// The query of a common table expression in a call. One that mentions itself is in it under its own name, with its columns.
fn computed_once(cte: &Cte, recurs: bool) -> Option<Box<Query>> {
    let name = &cte.alias.name;
    let inner = if recurs {
        let mut inner = parsed(&format!("WITH RECURSIVE {name} AS (SELECT 1) SELECT * FROM {name}"))?;
        *inner.with.as_mut()?.cte_tables.first_mut()? = cte.clone();
        inner
    } else {
        cte.query.clone()
    };
    let mut whole = parsed(&format!(
        "SELECT * FROM \"{MATERIALIZED}\"('{}', (SELECT 1))",
        name.value.replace('\'', "''")
    ))?;
    let SetExpr::Select(select) = &mut *whole.body else { return None };
    let TableFactor::Table { args: Some(call), .. } = &mut select.from.first_mut()?.relation else {
        return None;
    };
    *call.args.last_mut()? = FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(inner)));
    Some(whole)
}

fn parsed(text: &str) -> Option<Box<Query>> {
    Parser::new(&GenericDialect {}).try_with_sql(text).ok()?.parse_query().ok()
}
