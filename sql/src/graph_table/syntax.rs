//! The syntax tree of a graph pattern, as it is written.
//!
//! Names follow SQL:2023 Part 16, clause 10: a *graph pattern* is a list of *path patterns*, a path pattern alternates
//! nodes and steps, and a step is an edge or a group of nodes and edges that is repeated.

use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, SelectItem};
use datafusion::sql::sqlparser::tokenizer::Span;

/// What stands between the parentheses of `GRAPH_TABLE ( … )`.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphTable {
    pub graph: ObjectName,
    pub graph_at: Span,
    pub paths: Vec<PathPattern>,
    /// The WHERE after the patterns.
    pub filter: Option<Expr>,
    pub columns: Vec<Column>,
}

/// An entry of COLUMNS and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub item: SelectItem,
    pub at: Span,
}

/// `p = ANY SHORTEST (a)-[e]->+(b)`.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    pub variable: Option<Ident>,
    pub selector: Selector,
    pub mode: Mode,
    pub path: Path,
    pub at: Span,
}

/// Which of the matches between two ends are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    All,
    /// `ANY`, `ANY k`.
    Any(u32),
    AnyShortest,
    AllShortest,
    /// `SHORTEST k`.
    Shortest(u32),
}

/// What may not be repeated along a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Walk,
    Trail,
    Acyclic,
    Simple,
}

/// Nodes and the steps between them: one node more than steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub nodes: Vec<Element>,
    pub steps: Vec<Step>,
    /// Conditions of parentheses that stand around parts of the path and are not repeated.
    pub filters: Vec<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Edge(Box<Edge>),
    Group(Group),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub element: Element,
    pub direction: Direction,
    pub quantifier: Option<Quantifier>,
}

/// `((a)-[e]->(b) WHERE …){1,3}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub path: Path,
    pub quantifier: Quantifier,
    pub at: Span,
}

/// Which way an edge leads along the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Right,
    Left,
    Either,
}

/// How often a step is repeated; no `max` is without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantifier {
    pub min: u32,
    pub max: Option<u32>,
    pub at: Span,
}

/// What stands between `( )` of a node or `[ ]` of an edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    pub variable: Option<Ident>,
    pub labels: Option<Labels>,
    pub filter: Option<Expr>,
    pub at: Span,
}

/// A label expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    /// `%`: any label.
    Any,
    Named(Ident),
    Not(Box<Labels>),
    And(Vec<Labels>),
    Or(Vec<Labels>),
}

impl Labels {
    /// The labels that are named, from left to right.
    pub fn names(&self) -> Vec<&Ident> {
        match self {
            Labels::Any => Vec::new(),
            Labels::Named(name) => vec![name],
            Labels::Not(inner) => inner.names(),
            Labels::And(parts) | Labels::Or(parts) => parts.iter().flat_map(Labels::names).collect(),
        }
    }

    /// Whether something with the labels for which `has` holds is meant.
    pub fn matches(&self, has: &dyn Fn(&Ident) -> bool) -> bool {
        match self {
            Labels::Any => true,
            Labels::Named(name) => has(name),
            Labels::Not(inner) => !inner.matches(has),
            Labels::And(parts) => parts.iter().all(|part| part.matches(has)),
            Labels::Or(parts) => parts.iter().any(|part| part.matches(has)),
        }
    }
}
