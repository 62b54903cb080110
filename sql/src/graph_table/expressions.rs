//! Expressions of a pattern as expressions of SQL.
//!
//! `a.name` stays what it is where the entry of the FROM clause is called `a`. What SQL does not know is rewritten:
//! comparisons of nodes, functions of elements and paths, aggregates over the rounds of a repeat.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, Ident, ObjectNamePart, OrderByExpr, OrderByOptions, Query, Spanned, Visit, VisitMut,
    Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::catalog::normal;
use super::error::{PatternError, Result};
use super::relations::Identity;
use super::sql::{Held, column, is_held};

/// What the names of a pattern mean where an expression stands.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub meanings: BTreeMap<String, Meaning>,
}

#[derive(Clone, Debug)]
pub enum Meaning {
    Element(Exposed),
    /// The nodes or edges of the rounds of a repeat.
    Group {
        repeat: usize,
        exposed: Exposed,
        rounds: String,
    },
    Path(PathColumns),
    /// It is there, but cannot be used here, for a reason.
    Closed(&'static str),
}

/// A node or an edge in the FROM clause.
#[derive(Clone, Debug)]
pub struct Exposed {
    pub is_node: bool,
    /// The entry of the FROM clause.
    pub relation: String,
    /// Stands before the names of properties there.
    pub prefix: String,
    pub properties: Vec<String>,
    pub identity: Option<Identity>,
    pub element_id: Option<String>,
}

/// What is known of a path, as SQL.
#[derive(Clone, Debug, Default)]
pub struct PathColumns {
    pub length: String,
    pub nodes: Option<String>,
    pub edges: Option<String>,
}

/// An aggregate over the rounds of a repeat.
#[derive(Clone, Debug)]
pub struct Aggregate {
    pub repeat: usize,
    pub expression: Expr,
}

/// Where the result of an aggregate stands.
pub fn aggregate_column(repeat: usize, number: usize) -> String {
    column(&format!("#rounds{repeat}"), &format!("#{number}"))
}

impl Exposed {
    pub fn property(&self, name: &str) -> String {
        column(&self.relation, &format!("{}{name}", self.prefix))
    }
}

/// The names of variables that an expression mentions, in subqueries too.
pub fn mentioned(expression: &Expr, names: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    struct Mentions<'a> {
        names: &'a dyn Fn(&str) -> bool,
        found: BTreeSet<String>,
    }
    impl Visitor for Mentions<'_> {
        type Break = ();
        fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
            let first = match expression {
                Expr::Identifier(name) => Some(name),
                Expr::CompoundIdentifier(parts) => parts.first(),
                _ => None,
            };
            if let Some(name) = first.map(normal).filter(|name| (self.names)(name)) {
                self.found.insert(name);
            }
            ControlFlow::Continue(())
        }
    }
    let mut mentions = Mentions { names, found: BTreeSet::new() };
    let _ = expression.visit(&mut mentions);
    mentions.found
}

/// Whether an expression holds a query of its own.
pub fn has_query(expression: &Expr) -> bool {
    struct Queries;
    impl Visitor for Queries {
        type Break = ();
        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    expression.visit(&mut Queries).is_break()
}

/// The parts of an expression that AND joins.
pub fn conjuncts(expression: Expr) -> Vec<Expr> {
    let mut parts = Vec::new();
    let mut left = vec![expression];
    while let Some(expression) = left.pop() {
        match expression {
            Expr::BinaryOp { left: first, op: BinaryOperator::And, right: second } => {
                left.push(*second);
                left.push(*first);
            }
            Expr::Nested(inner) if matches!(*inner, Expr::BinaryOp { op: BinaryOperator::And, .. }) => {
                left.push(*inner);
            }
            other => parts.push(other),
        }
    }
    parts
}

/// Functions whose one argument is a variable; the names that they go by.
const ELEMENT_ID: &[&str] = &["element_id", "vertex_id", "node_id", "edge_id"];
const PATH_LENGTH: &[&str] = &["path_length"];
const NODES: &[&str] = &["nodes", "vertices"];
const EDGES: &[&str] = &["edges", "relationships"];
const SAME: &[&str] = &["is_same", "same"];

/// Which variables an expression needs more of than a row of theirs: the nodes or edges of paths, values along repeats.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    pub nodes: BTreeSet<String>,
    pub edges: BTreeSet<String>,
}

impl Needs {
    pub fn of<'a>(expressions: impl IntoIterator<Item = &'a Expr>) -> Needs {
        let mut needs = Needs::default();
        for expression in expressions {
            let _ = expression.visit(&mut needs);
        }
        needs
    }
}

impl Visitor for Needs {
    type Break = ();
    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Function(function) => {
                let is = |names: &[&str]| {
                    function_name(function).is_some_and(|name| names.contains(&name.as_str()))
                };
                if let Some(name) = only_variable(function) {
                    if is(NODES) {
                        self.nodes.insert(normal(name));
                    } else if is(EDGES) || is(ELEMENT_ID) {
                        self.edges.insert(normal(name));
                    }
                }
            }
            Expr::CompoundIdentifier(parts) => self.edges.extend(parts.first().map(normal)),
            Expr::CompoundFieldAccess { root, .. } => {
                if let Expr::Identifier(name) = root.as_ref() {
                    self.edges.insert(normal(name));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Rewrites an expression; aggregates over repeats are added to `aggregates`.
pub fn rewrite(
    mut expression: Expr,
    scope: &Scope,
    held: &mut Held,
    aggregates: &mut Vec<Aggregate>,
    is_aggregate: &dyn Fn(&str) -> bool,
) -> Result<Expr> {
    let mut rewriter = Rewriter { scope, held, aggregates, is_aggregate, queries: 0, inside: None };
    match VisitMut::visit(&mut expression, &mut rewriter) {
        ControlFlow::Continue(()) => Ok(expression),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Rewriter<'a> {
    scope: &'a Scope,
    held: &'a mut Held,
    aggregates: &'a mut Vec<Aggregate>,
    is_aggregate: &'a dyn Fn(&str) -> bool,
    /// How many queries of its own the expression is in: names there may be columns.
    queries: usize,
    /// Within an aggregate over the rounds of this repeat.
    inside: Option<usize>,
}

impl VisitorMut for Rewriter<'_> {
    type Break = PatternError;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<PatternError> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<PatternError> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<PatternError> {
        match self.expression(expression) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Rewriter<'_> {
    fn expression(&mut self, expression: &mut Expr) -> Result<()> {
        match expression {
            Expr::BinaryOp { left, op, right }
                if matches!(op, BinaryOperator::Eq | BinaryOperator::NotEq) =>
            {
                let (Expr::Identifier(first), Expr::Identifier(second)) = (left.as_ref(), right.as_ref())
                else {
                    return Ok(());
                };
                if self.queries > 0 || self.meaning(first).is_none() || self.meaning(second).is_none() {
                    return Ok(());
                }
                let same = self.same(first, second)?;
                let text = if *op == BinaryOperator::Eq { same } else { format!("NOT ({same})") };
                *expression = self.text(&text, first.span)?;
                Ok(())
            }
            Expr::Function(function) => match self.function(function)? {
                None => Ok(()),
                Some(replacement) => {
                    *expression = replacement;
                    Ok(())
                }
            },
            Expr::CompoundFieldAccess { root, access_chain } => {
                // `a.list[1]`: the parser keeps the name of the property behind the variable.
                if let Expr::Identifier(variable) = root.as_ref()
                    && self.meaning(variable).is_some()
                    && let Some(AccessExpr::Dot(Expr::Identifier(property))) = access_chain.first()
                {
                    **root = Expr::CompoundIdentifier(vec![variable.clone(), property.clone()]);
                    access_chain.remove(0);
                }
                Ok(())
            }
            Expr::CompoundIdentifier(parts) => self.property(parts),
            // Whoever writes such a name would get an expression for it, perhaps the one that it stands in.
            Expr::Identifier(name) if self.queries == 0 || is_held(name) => Err(self.bare(name)),
            _ => Ok(()),
        }
    }

    fn meaning(&self, name: &Ident) -> Option<&Meaning> {
        self.scope.meanings.get(&normal(name))
    }

    fn unknown(&self, name: &Ident) -> PatternError {
        let names = self.scope.meanings.keys().map(String::as_str);
        PatternError::new(format!("the pattern has no variable {name}"), name.span).suggest(
            &normal(name),
            names,
            "variables",
        )
    }

    fn bare(&self, name: &Ident) -> PatternError {
        let spelled = normal(name);
        match self.meaning(name) {
            Some(Meaning::Element(_)) => PatternError::new(format!("{spelled} is not a value"), name.span)
                .help(format!("a property is a value: {spelled}.name; so is element_id({spelled})")),
            Some(Meaning::Group { .. }) => {
                PatternError::new(format!("{spelled} stands for several"), name.span)
                    .help(format!("count({spelled}) says how many"))
            }
            Some(Meaning::Path(_)) => {
                PatternError::new(format!("{spelled} is a path, not a value"), name.span)
                    .help(format!("path_length({spelled}), nodes({spelled}) and edges({spelled}) are values"))
            }
            Some(Meaning::Closed(why)) => PatternError::new(format!("{spelled} {why}"), name.span),
            None => {
                let having: Vec<String> = self
                    .scope
                    .meanings
                    .iter()
                    .filter(|(_, meaning)| {
                        matches!(meaning, Meaning::Element(exposed) if exposed.properties.contains(&spelled))
                    })
                    .map(|(variable, _)| format!("{variable}.{spelled}"))
                    .collect();
                let error = self.unknown(name);
                match having.is_empty() {
                    true => error,
                    false => error
                        .help(format!("a property is written with its variable: {}", having.join(" or "))),
                }
            }
        }
    }

    fn property(&mut self, parts: &mut [Ident]) -> Result<()> {
        let Some((variable, property)) = parts.first().zip(parts.get(1)) else { return Ok(()) };
        let (exposed, relation) = match self.meaning(variable) {
            Some(Meaning::Element(exposed)) => (exposed, exposed.relation.clone()),
            Some(Meaning::Group { repeat, exposed, .. }) if self.inside == Some(*repeat) => {
                (exposed, exposed.relation.clone())
            }
            Some(Meaning::Group { .. }) => {
                let name = normal(variable);
                let message = format!("{name} stands for several: each has its own {property}");
                return Err(PatternError::new(message, variable.span).help(format!(
                    "aggregates take them together: count({name}), array_agg({name}.{property})"
                )));
            }
            // In a query of the expression's own the name may be a table's.
            _ if self.queries > 0 => return Ok(()),
            Some(Meaning::Path(_)) => return Err(self.bare(variable)),
            Some(Meaning::Closed(why)) => {
                return Err(PatternError::new(format!("{} {why}", normal(variable)), variable.span));
            }
            None => return Err(self.unknown(variable)),
        };
        let name = normal(property);
        if !exposed.properties.contains(&name) {
            if self.queries > 0 {
                return Ok(());
            }
            let message = format!("{} has no property {name}", normal(variable));
            return Err(PatternError::new(message, property.span).suggest(
                &name,
                exposed.properties.iter().map(String::as_str),
                "properties",
            ));
        }
        let rename = |old: &Ident, new: String| Ident { value: new, quote_style: Some('"'), span: old.span };
        let renamed = [rename(variable, relation), rename(property, format!("{}{name}", exposed.prefix))];
        parts[0] = renamed[0].clone();
        parts[1] = renamed[1].clone();
        Ok(())
    }

    fn function(&mut self, function: &mut Function) -> Result<Option<Expr>> {
        let Some(name) = function_name(function) else { return Ok(None) };
        let is = |names: &[&str]| names.contains(&name.as_str());
        if is(SAME)
            && let [first, second] = variables(function).as_slice()
            && self.meaning(first).is_some()
        {
            let same = self.same(first, second)?;
            return self.text(&same, first.span).map(Some);
        }
        if let Some(variable) = only_variable(function)
            && let Some(meaning) = self.meaning(variable)
            && let Some(text) = self.of_variable(&name, variable, meaning)?
        {
            return self.text(&text, variable.span).map(Some);
        }
        if self.inside.is_none()
            && let Some(repeat) = self.repeat_of(function)
        {
            return self.gather(function, repeat).map(Some);
        }
        Ok(None)
    }

    fn of_variable(&self, name: &str, variable: &Ident, meaning: &Meaning) -> Result<Option<String>> {
        let is = |names: &[&str]| names.contains(&name);
        let text = |text: &Option<String>, what: &str| match text {
            Some(text) => Ok(Some(text.clone())),
            None => Err(PatternError::new(what, variable.span)),
        };
        let misfit = |what: &str| Err(PatternError::new(format!("{name} takes {what}"), variable.span));
        match meaning {
            Meaning::Path(path) if is(PATH_LENGTH) => Ok(Some(path.length.clone())),
            Meaning::Path(path) if is(NODES) => {
                text(&path.nodes, "the nodes of a repeat of several edges are not kept")
            }
            Meaning::Path(path) if is(EDGES) => text(
                &path.edges,
                "the edges of this path cannot be named: their table has no KEY, or they are a \
                     repeat of several edges",
            ),
            Meaning::Element(exposed) if is(ELEMENT_ID) => {
                text(&exposed.element_id, "this edge has no identity: its table has no KEY")
            }
            Meaning::Group { rounds, .. } if name == "count" => Ok(Some(rounds.clone())),
            Meaning::Group { repeat, .. } if is(ELEMENT_ID) && self.inside != Some(*repeat) => {
                let message = format!("{} stands for several", normal(variable));
                Err(PatternError::new(message, variable.span)
                    .help(format!("array_agg({name}({})) lists them", normal(variable))))
            }
            Meaning::Group { exposed, .. } if is(ELEMENT_ID) => {
                text(&exposed.element_id, "these edges have no identity: their table has no KEY")
            }
            Meaning::Element(_) | Meaning::Group { .. } if is(PATH_LENGTH) || is(NODES) || is(EDGES) => {
                misfit("a path variable: MATCH p = (a)-[e]->(b)")
            }
            Meaning::Path(_) if is(ELEMENT_ID) => misfit("a node or an edge"),
            Meaning::Closed(why) => {
                Err(PatternError::new(format!("{} {why}", normal(variable)), variable.span))
            }
            _ => Ok(None),
        }
    }

    /// The repeat whose variables the arguments of an aggregate mention.
    fn repeat_of(&self, function: &Function) -> Option<usize> {
        let name = function_name(function)?;
        if !(self.is_aggregate)(&name) {
            return None;
        }
        let is_group = |name: &str| matches!(self.scope.meanings.get(name), Some(Meaning::Group { .. }));
        let mentions = mentioned(&Expr::Function(function.clone()), &is_group);
        match self.scope.meanings.get(mentions.first()?) {
            Some(Meaning::Group { repeat, .. }) => Some(*repeat),
            _ => None,
        }
    }

    /// Sets an aggregate over the rounds of a repeat aside; gives the column where its result will stand.
    fn gather(&mut self, function: &mut Function, repeat: usize) -> Result<Expr> {
        let at = function.name.span();
        if self.queries > 0 {
            return Err(PatternError::new("variables of a repeat cannot be used in a query of its own", at));
        }
        self.inside = Some(repeat);
        let visited = VisitMut::visit(&mut function.args, self);
        let filtered = VisitMut::visit(&mut function.filter, self);
        self.inside = None;
        for outcome in [visited, filtered] {
            if let ControlFlow::Break(error) = outcome {
                return Err(error);
            }
        }
        let name = function_name(function).unwrap_or_default();
        if let FunctionArguments::List(list) = &mut function.args
            && IN_ORDER.contains(&name.as_str())
            && !list.clauses.iter().any(|clause| matches!(clause, FunctionArgumentClause::OrderBy(_)))
        {
            let expr =
                Expr::CompoundIdentifier(vec![Ident::with_quote('"', ROUNDS), Ident::with_quote('"', ROUND)]);
            let options = OrderByOptions { asc: None, nulls_first: None };
            list.clauses.push(FunctionArgumentClause::OrderBy(vec![OrderByExpr {
                expr,
                options,
                with_fill: None,
            }]));
        }
        let number = self.aggregates.iter().filter(|aggregate| aggregate.repeat == repeat).count();
        self.aggregates.push(Aggregate { repeat, expression: Expr::Function(function.clone()) });
        let result = aggregate_column(repeat, number);
        // No round at all: nothing is counted.
        self.text(&if name == "count" { format!("coalesce({result}, 0)") } else { result }, at)
    }

    /// The condition under which two variables are one element.
    fn same(&self, first: &Ident, second: &Ident) -> Result<String> {
        let identity = |name: &Ident| match self.meaning(name) {
            Some(Meaning::Element(exposed)) => match &exposed.identity {
                Some(identity) => Ok((exposed.is_node, identity.clone())),
                None => Err(PatternError::new("this edge has no identity: its table has no KEY", name.span)),
            },
            _ => Err(self.bare(name)),
        };
        let ((first_is_node, left), (second_is_node, right)) = (identity(first)?, identity(second)?);
        if first_is_node != second_is_node {
            return Err(PatternError::new("a node is never an edge", first.span.union(&second.span)));
        }
        // Edges may have parts of their identity without a value.
        let pairs: Vec<String> = left
            .iter()
            .zip(&right)
            .map(|(left, right)| format!("({left} IS NOT DISTINCT FROM {right})"))
            .collect();
        Ok(super::sql::all_of(&pairs))
    }

    fn text(&mut self, text: &str, at: Span) -> Result<Expr> {
        self.held.placeholder(text).map_err(|error| super::cursor::syntax_error(error, at))
    }
}

/// Aggregates whose result depends on the order of their rows.
const IN_ORDER: &[&str] = &["array_agg", "first_value", "last_value", "list_agg", "nth_value", "string_agg"];

/// The rows of a path's rounds, and the place of a round in its path.
pub const ROUNDS: &str = "#rounds";
pub const ROUND: &str = "#round";

/// The name of a function without a schema, as it is looked up.
fn function_name(function: &Function) -> Option<String> {
    match function.name.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => Some(normal(name)),
        _ => None,
    }
}

/// The arguments of a function, if all of them are names.
fn variables(function: &Function) -> Vec<&Ident> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    let name = |argument: &'_ FunctionArg| {
        matches!(argument, FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(_))))
    };
    if !list.args.iter().all(name) || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return Vec::new();
    }
    let names = list.args.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(name))) => Some(name),
        _ => None,
    });
    names.collect()
}

fn only_variable(function: &Function) -> Option<&Ident> {
    match variables(function).as_slice() {
        [name] => Some(name),
        _ => None,
    }
}
