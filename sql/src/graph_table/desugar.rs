//! Putting subqueries where the patterns of a statement stand.

use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectNamePart, Query, SelectItem,
    SelectItemQualifiedWildcardKind, Spanned, TableAlias, TableFactor, Value, VisitorMut,
    WildcardAdditionalOptions,
};
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Span, TokenWithSpan, Tokenizer};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::assembly::{Assembly, Shared};
use super::bind::Bound;
use super::catalog::{PropertyGraphs, normal};
use super::cursor::{Cursor, syntax_error};
use super::error::{PatternError, Result};
use super::expressions::{Meaning, Needs, rewrite};
use super::extract::{GRAPH_TABLE, Patterns, extract};
use super::parser;
use super::repeats::conditions_of;
use super::sql::{Held, column, quoted};
use super::syntax::GraphTable;
use crate::dialect::visit;

/// Replaces every pattern of a statement, those in texts (`graph_table('…')`) too, by the query that it means.
pub fn desugar(
    statement: &mut Statement,
    patterns: &Patterns,
    graphs: &PropertyGraphs,
    state: &SessionState,
    dialect: &dyn Dialect,
) -> std::result::Result<(), DataFusionError> {
    let depth = state.config_options().sql_parser.recursion_limit.get();
    let mut replacer = Replacer { patterns, graphs, state, dialect, depth, count: 0 };
    match visit(statement, &mut replacer) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error.into()),
    }
}

struct Replacer<'a> {
    patterns: &'a Patterns,
    graphs: &'a PropertyGraphs,
    state: &'a SessionState,
    dialect: &'a dyn Dialect,
    depth: usize,
    /// Patterns replaced so far: each without an alias gets one of its own.
    count: usize,
}

impl Replacer<'_> {
    fn query(&self, args: &[FunctionArg], at: Span) -> Result<Query> {
        let usage = || PatternError::new("graph_table takes one text: 'graph MATCH … COLUMNS (…)'", at);
        let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = args else { return Err(usage()) };
        match argument {
            Expr::Identifier(Ident { value, quote_style: Some(_), .. }) => {
                let pattern = self.patterns.get(value).ok_or_else(usage)?;
                query_of(pattern, self.graphs, self.state)
            }
            Expr::Value(value) => {
                let text = match &value.value {
                    Value::SingleQuotedString(text) => text,
                    Value::DollarQuotedString(text) => &text.value,
                    _ => return Err(usage()),
                };
                query_of(&self.text(text, value.span)?, self.graphs, self.state)
            }
            _ => Err(usage()),
        }
    }

    /// The pattern that a literal holds; its words stand where the literal does.
    fn text(&self, text: &str, literal: Span) -> Result<GraphTable> {
        let start = Location::new(literal.start.line, literal.start.column + 1);
        let moved = |place: Location| match place.line {
            0 => place,
            1 => Location::new(start.line, start.column + place.column - 1),
            line => Location::new(start.line + line - 1, place.column),
        };
        let mut tokens: Vec<TokenWithSpan> = Tokenizer::new(self.dialect, text)
            .tokenize_with_location()
            .map_err(|error| syntax_error(error.into(), literal))?;
        for token in &mut tokens {
            token.span = Span::new(moved(token.span.start), moved(token.span.end));
        }
        let end = Span::new(literal.end, literal.end);
        let (tokens, inner) = extract(&tokens, self.dialect, self.depth)?;
        if !inner.is_empty() {
            return Err(PatternError::new("a pattern in a text holds no other pattern", literal));
        }
        let mut cursor = Cursor::new(&tokens, end, self.dialect, self.depth)?;
        parser::graph_table(&mut cursor)
    }
}

impl VisitorMut for Replacer<'_> {
    type Break = PatternError;

    // Before its parts are visited: what takes its place may hold patterns in turn, in a subquery of a WHERE.
    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<PatternError> {
        let TableFactor::Table { name, alias, args: Some(args), .. } = factor else {
            return ControlFlow::Continue(());
        };
        let is_pattern = matches!(
            name.0.as_slice(),
            [ObjectNamePart::Identifier(name)] if name.quote_style.is_none() && name.value.eq_ignore_ascii_case(GRAPH_TABLE)
        );
        if !is_pattern {
            return ControlFlow::Continue(());
        }
        let query = match self.query(&args.args, name.span()) {
            Ok(query) => query,
            Err(error) => return ControlFlow::Break(error),
        };
        self.count += 1;
        let unnamed = || TableAlias {
            explicit: true,
            name: Ident::with_quote('"', format!("#{GRAPH_TABLE}{}", self.count)),
            columns: Vec::new(),
            at: None,
        };
        let alias = alias.take().unwrap_or_else(unnamed);
        *factor = TableFactor::Derived {
            lateral: false,
            subquery: Box::new(query),
            alias: Some(alias),
            sample: None,
        };
        ControlFlow::Continue(())
    }
}

/// The query that a pattern means.
fn query_of(pattern: &GraphTable, graphs: &PropertyGraphs, state: &SessionState) -> Result<Query> {
    let name = match pattern.graph.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => name,
        _ => {
            return Err(PatternError::new(
                "a property graph belongs to the session, not to a schema",
                pattern.graph_at,
            ));
        }
    };
    let graph = graphs.get(name)?;
    let bound = Bound::new(pattern, &graph)?;
    let expressions = pattern.columns.iter().filter_map(|column| expression_of(&column.item));
    let is_aggregate = |name: &str| state.aggregate_functions().contains_key(name);
    let mut shared = Shared {
        bound: &bound,
        held: Held::default(),
        needs: Needs::of(expressions.chain(&pattern.filter)),
        conditions: conditions_of(pattern.filter.as_ref()),
        is_aggregate: &is_aggregate,
        calls: BTreeMap::new(),
        rounds: BTreeMap::new(),
    };
    let mut assembly = Assembly::default();
    for number in 0..bound.paths.len() {
        assembly.path(&mut shared, number)?;
    }
    assembly.settle(&mut shared, true)?;
    let mut aggregates = Vec::new();
    for filter in shared.conditions.clone() {
        let scope = &assembly.scope;
        let filter = rewrite(filter, scope, &mut shared.held, &mut aggregates, &is_aggregate)?;
        let text = shared.held.hold(filter);
        assembly.filters.push(text);
    }
    let mut outputs: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for entry in &pattern.columns {
        let mut add = |text: String, name: String| match names.contains(&name) {
            true => Err(PatternError::new(format!("two columns are called {name}"), entry.at)
                .help("AS gives one of them another name")),
            false => {
                outputs.push(format!("{text} AS {}", quoted(&name)));
                names.push(name);
                Ok(())
            }
        };
        if let SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), options) =
            &entry.item
        {
            if *options != WildcardAdditionalOptions::default() {
                return Err(PatternError::new(
                    "a.* takes nothing behind it: name the columns instead",
                    entry.at,
                ));
            }
            for (text, name) in all_properties(of.0.as_slice(), &assembly, entry.at)? {
                add(text, name)?;
            }
            continue;
        }
        let Some(expression) = expression_of(&entry.item) else {
            return Err(PatternError::new(
                "COLUMNS takes expressions and the columns of a variable: a.*",
                entry.at,
            ));
        };
        let name = match &entry.item {
            SelectItem::ExprWithAlias { alias, .. } => normal(alias),
            _ => match expression {
                Expr::CompoundIdentifier(parts) => parts.last().map(normal).unwrap_or_default(),
                other => other.to_string(),
            },
        };
        let scope = &assembly.scope;
        let rewritten = rewrite(expression.clone(), scope, &mut shared.held, &mut aggregates, &is_aggregate)?;
        add(shared.held.hold(rewritten), name)?;
    }
    assembly.aggregates(&mut shared, aggregates)?;
    let text = format!("SELECT {}{}", outputs.join(", "), assembly.clauses());
    shared.held.query(&text).map_err(|error| {
        let error = syntax_error(error, Span::empty());
        PatternError::new(
            format!("the pattern became SQL that cannot be parsed: {}", error.message),
            pattern.graph_at,
        )
    })
}

fn expression_of(item: &SelectItem) -> Option<&Expr> {
    match item {
        SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => {
            Some(expression)
        }
        _ => None,
    }
}

/// The properties of a variable with their names.
fn all_properties(of: &[ObjectNamePart], assembly: &Assembly, at: Span) -> Result<Vec<(String, String)>> {
    let [ObjectNamePart::Identifier(variable)] = of else {
        return Err(PatternError::new("COLUMNS takes the columns of a variable: a.*", at));
    };
    let name = normal(variable);
    match assembly.scope.meanings.get(&name) {
        Some(Meaning::Element(exposed)) => {
            let properties = exposed.properties.iter();
            Ok(properties
                .map(|property| {
                    (column(&exposed.relation, &format!("{}{property}", exposed.prefix)), property.clone())
                })
                .collect())
        }
        Some(_) => Err(PatternError::new(format!("{name} is neither a node nor an edge of each match"), at)),
        None => Err(PatternError::new(format!("the pattern has no variable {name}"), at).suggest(
            &name,
            assembly.scope.meanings.keys().map(String::as_str),
            "variables",
        )),
    }
}
