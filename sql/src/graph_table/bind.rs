//! From names to things: which variables a pattern has, and which tables each may stand for.

use datafusion::sql::sqlparser::ast::{Expr, Ident};
use datafusion::sql::sqlparser::tokenizer::Span;
use std::collections::{BTreeMap, BTreeSet};

use super::catalog::{ElementTable, PropertyGraph, TableLabels, normal};
use super::error::{PatternError, Result};
use super::syntax::{
    Direction, Element, GraphTable, Labels, Mode, Path, PathPattern, Quantifier, Selector, Step,
};

/// Rows of one label of one table; a table whose rows have no label of their own is one class.
pub type Class = (usize, usize);

/// A pattern whose names are known.
#[derive(Debug)]
pub struct Bound<'a> {
    pub graph: &'a PropertyGraph,
    pub variables: Vec<Variable>,
    pub paths: Vec<BoundPath>,
    pub repeats: Vec<Repeat>,
    pub names: BTreeMap<String, Named>,
}

/// What a name of the pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// One node or edge of each match.
    Single(usize),
    /// The nodes or edges of every round of a repeat.
    Group {
        repeat: usize,
        variable: usize,
    },
    Path(usize),
}

/// A node or an edge pattern; of one name there is one.
#[derive(Debug)]
pub struct Variable {
    /// What SQL calls it.
    pub alias: String,
    pub is_named: bool,
    pub is_node: bool,
    pub filters: Vec<Expr>,
    /// What its own labels leave.
    pub labelled: BTreeSet<Class>,
    /// What its neighbours leave of that.
    pub classes: BTreeSet<Class>,
    pub has_labels: bool,
}

#[derive(Debug)]
pub struct BoundPath {
    pub variable: Option<String>,
    pub selector: Selector,
    pub mode: Mode,
    pub route: Route,
    pub at: Span,
}

/// Nodes and steps as places in [`Bound::variables`] and [`Bound::repeats`].
#[derive(Debug)]
pub struct Route {
    pub nodes: Vec<usize>,
    pub steps: Vec<BoundStep>,
    pub filters: Vec<Expr>,
}

#[derive(Clone, Copy, Debug)]
pub enum BoundStep {
    Edge { variable: usize, direction: Direction },
    Repeat(usize),
}

/// A part of a path that is repeated.
#[derive(Debug)]
pub struct Repeat {
    /// Edges alone are its steps.
    pub route: Route,
    pub quantifier: Quantifier,
    pub at: Span,
}

impl<'a> Bound<'a> {
    pub fn new(pattern: &GraphTable, graph: &'a PropertyGraph) -> Result<Bound<'a>> {
        let mut bound = Bound {
            graph,
            variables: Vec::new(),
            paths: Vec::new(),
            repeats: Vec::new(),
            names: BTreeMap::new(),
        };
        for path in &pattern.paths {
            bound.path(path)?;
        }
        bound.narrow();
        Ok(bound)
    }

    fn path(&mut self, path: &PathPattern) -> Result<()> {
        let route = self.route(&path.path, None)?;
        let variable = match &path.variable {
            None => None,
            Some(name) => {
                self.claim(name, Named::Path(self.paths.len()))?;
                Some(normal(name))
            }
        };
        for step in &route.steps {
            let BoundStep::Repeat(repeat) = step else { continue };
            let repeat = &self.repeats[*repeat];
            let is_endless = repeat.quantifier.max.is_none();
            if is_endless && path.selector == Selector::All && path.mode == Mode::Walk {
                let message = "a path without end could be matched for ever";
                return Err(PatternError::new(message, repeat.quantifier.at)
                    .help("give it an end: {1,5}")
                    .help("or say before the path which matches are meant: ANY SHORTEST, ALL SHORTEST, SHORTEST k, ANY")
                    .help("or what may not be repeated: TRAIL (edges), ACYCLIC (nodes), SIMPLE (nodes but the ends)"));
            }
            if path.mode != Mode::Walk && repeat.route.steps.len() > 1 {
                let message = "TRAIL, ACYCLIC and SIMPLE take repeats of one edge, not of several";
                return Err(PatternError::new(message, repeat.at));
            }
        }
        self.paths.push(BoundPath { variable, selector: path.selector, mode: path.mode, route, at: path.at });
        Ok(())
    }

    fn route(&mut self, path: &Path, repeat: Option<usize>) -> Result<Route> {
        let mut nodes = Vec::with_capacity(path.nodes.len());
        let mut steps = Vec::with_capacity(path.steps.len());
        for (place, node) in path.nodes.iter().enumerate() {
            if let Some(step) = place.checked_sub(1).and_then(|step| path.steps.get(step)) {
                steps.push(self.step(step, repeat)?);
            }
            nodes.push(self.element(node, true, repeat)?);
        }
        Ok(Route { nodes, steps, filters: path.filters.clone() })
    }

    fn step(&mut self, step: &Step, repeat: Option<usize>) -> Result<BoundStep> {
        let (path, quantifier, at) = match step {
            Step::Edge(edge) => match edge.quantifier {
                None => {
                    let variable = self.element(&edge.element, false, repeat)?;
                    return Ok(BoundStep::Edge { variable, direction: edge.direction });
                }
                Some(quantifier) => {
                    let blank =
                        || Element { variable: None, labels: None, filter: None, at: edge.element.at };
                    let mut once = edge.clone();
                    once.quantifier = None;
                    let nodes = vec![blank(), blank()];
                    let path = Path { nodes, steps: vec![Step::Edge(once)], filters: Vec::new() };
                    (path, quantifier, edge.element.at)
                }
            },
            Step::Group(group) => (group.path.clone(), group.quantifier, group.at),
        };
        if repeat.is_some() {
            return Err(PatternError::new("a repeat within a repeat is not supported", quantifier.at));
        }
        let number = self.repeats.len();
        // The place is taken before the inner pattern is read: its names refer to it.
        let nothing = Route { nodes: Vec::new(), steps: Vec::new(), filters: Vec::new() };
        self.repeats.push(Repeat { route: nothing, quantifier, at });
        let route = self.route(&path, Some(number))?;
        self.repeats[number].route = route;
        Ok(BoundStep::Repeat(number))
    }

    /// The variable of an element pattern: a new one, or the one of its name.
    fn element(&mut self, element: &Element, is_node: bool, repeat: Option<usize>) -> Result<usize> {
        let labelled = self.labelled(element, is_node)?;
        let known = element.variable.as_ref().and_then(|name| Some((name, *self.names.get(&normal(name))?)));
        if let Some((name, named)) = known {
            let variable = match (named, repeat) {
                (Named::Single(variable), None) => variable,
                (Named::Group { repeat: of, variable }, Some(repeat)) if of == repeat => variable,
                (Named::Path(_), _) => {
                    return Err(PatternError::new(format!("{name} is a path already"), name.span));
                }
                _ => {
                    let message = format!("{name} is used within a repeat and outside of it");
                    return Err(PatternError::new(message, name.span).help("give each a name of its own"));
                }
            };
            let known = &mut self.variables[variable];
            if known.is_node != is_node || !is_node {
                let what = if known.is_node { "a node" } else { "an edge" };
                return Err(PatternError::new(format!("{name} is {what} already"), name.span)
                    .help("only nodes may stand in several places"));
            }
            known.filters.extend(element.filter.clone());
            known.labelled.retain(|class| labelled.contains(class));
            known.has_labels |= element.labels.is_some();
            return Ok(variable);
        }
        let number = self.variables.len();
        let alias = match &element.variable {
            Some(name) => normal(name),
            None => format!("#{number}"),
        };
        if let Some(name) = &element.variable {
            let named = match repeat {
                None => Named::Single(number),
                Some(repeat) => Named::Group { repeat, variable: number },
            };
            self.claim(name, named)?;
        }
        self.variables.push(Variable {
            alias,
            is_named: element.variable.is_some(),
            is_node,
            filters: element.filter.iter().cloned().collect(),
            classes: BTreeSet::new(),
            labelled,
            has_labels: element.labels.is_some(),
        });
        Ok(number)
    }

    fn claim(&mut self, name: &Ident, named: Named) -> Result<()> {
        match self.names.insert(normal(name), named) {
            None => Ok(()),
            Some(_) => Err(PatternError::new(format!("{name} is there already"), name.span)),
        }
    }

    /// The tables of nodes, or of edges.
    pub fn tables(&self, is_node: bool) -> Vec<&'a ElementTable> {
        match is_node {
            true => self.graph.vertices.iter().collect(),
            false => self.graph.edges.iter().map(|edge| &edge.element).collect(),
        }
    }

    /// What the labels of an element leave.
    fn labelled(&self, element: &Element, is_node: bool) -> Result<BTreeSet<Class>> {
        let tables = self.tables(is_node);
        let names: Vec<&Ident> = element.labels.iter().flat_map(Labels::names).collect();
        let known: Vec<&str> =
            tables.iter().flat_map(|table| table.labels.names()).map(String::as_str).collect();
        for name in &names {
            if !known.iter().any(|label| is_label(name, label)) {
                let (what, list) =
                    if is_node { ("node", "labels of nodes") } else { ("edge", "labels of edges") };
                let message = format!("no {what} of {} has the label {}", self.graph.name, name.value);
                return Err(PatternError::new(message, name.span).suggest(
                    &name.value,
                    known.iter().copied(),
                    list,
                ));
            }
        }
        let mut classes = BTreeSet::new();
        for (number, table) in tables.iter().enumerate() {
            let only_named = !is_node && self.graph.edges[number].only_named;
            let is_meant = |labels: &[String]| {
                let has = |name: &Ident| labels.iter().any(|label| is_label(name, label));
                let matches = element.labels.as_ref().is_none_or(|wanted| wanted.matches(&has));
                matches && (!only_named || names.iter().any(|name| has(name)))
            };
            match &table.labels {
                TableLabels::All(labels) if is_meant(labels) => {
                    classes.insert((number, 0));
                }
                TableLabels::All(_) => {}
                TableLabels::Column { labels, .. } => {
                    let meant =
                        labels.iter().enumerate().filter(|(_, label)| is_meant(std::slice::from_ref(label)));
                    classes.extend(meant.map(|(label, _)| (number, label)));
                }
            }
        }
        Ok(classes)
    }
}

/// Whether a name in a pattern means a label: in any letter case, unless the name is quoted.
fn is_label(name: &Ident, label: &str) -> bool {
    match name.quote_style {
        Some(_) => name.value == label,
        None => name.value.eq_ignore_ascii_case(label),
    }
}
