//! A FROM clause that grows along the paths of a pattern.
//!
//! Nodes and edges are entries joined by the identities of nodes, in the order of the path. A repeat is an entry too: a
//! call of `path_pattern`, whose rows are paths ([`super::repeats`]). A path whose selector chooses among matches of
//! several steps is matched in a query of its own, so that the choice is made before other paths are joined.

use datafusion::sql::sqlparser::ast::{Expr, Spanned};
use datafusion::sql::sqlparser::tokenizer::Span;
use std::collections::{BTreeMap, BTreeSet};

use super::bind::{Bound, BoundPath, BoundStep, Named, Route};
use super::error::{PatternError, Result};
use super::expressions::{
    self, Aggregate, Exposed, Meaning, Needs, PathColumns, Scope, aggregate_column, mentioned,
};
use super::relations::{Identity, Relation};
use super::sql::{Held, all_of, column, quoted};
use super::syntax::{Mode, Selector};

/// What all parts of one desugaring share.
pub(super) struct Shared<'a> {
    pub bound: &'a Bound<'a>,
    pub held: Held,
    pub needs: Needs,
    /// The conditions after the patterns, for what of them can be told to repeats.
    pub conditions: Vec<Expr>,
    pub is_aggregate: &'a dyn Fn(&str) -> bool,
    /// Of each repeat the call of `path_pattern`, and the query for one round with all that is known of it.
    pub calls: BTreeMap<usize, String>,
    pub rounds: BTreeMap<usize, String>,
}

/// A query that is being written.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    entries: Vec<(String, Join)>,
    pub filters: Vec<String>,
    /// The variables that are there, and their identities.
    pub placed: BTreeMap<usize, Option<Identity>>,
    pub scope: Scope,
    /// In-pattern conditions that wait for variables of other paths.
    waiting: Vec<Expr>,
    /// The variables whose own conditions are there.
    filtered: BTreeSet<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum Join {
    /// With these conditions.
    Inner(Vec<String>),
    Left(Vec<String>),
}

impl Assembly {
    /// The FROM and WHERE clauses.
    pub fn clauses(&self) -> String {
        let mut text = String::new();
        for (place, (entry, join)) in self.entries.iter().enumerate() {
            let joined = match (place, join) {
                (0, _) => format!(" FROM {entry}"),
                (_, Join::Inner(on)) if on.is_empty() => format!(" CROSS JOIN {entry}"),
                (_, Join::Inner(on)) => format!(" JOIN {entry} ON {}", all_of(on)),
                (_, Join::Left(on)) => format!(" LEFT JOIN {entry} ON {}", all_of(on)),
            };
            text.push_str(&joined);
        }
        let mut filters = self.filters.clone();
        if let Some((_, Join::Inner(on))) = self.entries.first() {
            filters.extend(on.iter().cloned());
        }
        if !filters.is_empty() {
            text.push_str(&format!(" WHERE {}", all_of(&filters)));
        }
        text
    }

    pub fn join(&mut self, entry: String, on: Vec<String>) {
        self.entries.push((entry, Join::Inner(on)));
    }

    pub fn left_join(&mut self, entry: String, on: Vec<String>) {
        self.entries.push((entry, Join::Left(on)));
    }

    fn add(&mut self, relation: Relation, on: Vec<String>) {
        self.join(relation.text, on);
        self.filters.extend(relation.conditions);
    }

    /// What a variable means where it is placed itself.
    fn expose(&mut self, shared: &Shared<'_>, variable: usize, identity: Option<Identity>) {
        let bound = shared.bound;
        let known = &bound.variables[variable];
        let exposed = Exposed {
            is_node: known.is_node,
            relation: known.alias.clone(),
            prefix: String::new(),
            properties: bound.properties(variable).into_iter().map(str::to_string).collect(),
            element_id: identity.as_ref().map(|identity| bound.graph.element_id(known.is_node, identity)),
            identity: identity.clone(),
        };
        if known.is_named {
            self.scope.meanings.insert(known.alias.clone(), Meaning::Element(exposed));
        }
        self.placed.insert(variable, identity);
    }

    /// Adds a node that is known to equal `identity`, if that is known.
    pub fn node(&mut self, shared: &Shared<'_>, variable: usize, equals: Option<&Identity>) {
        let bound = shared.bound;
        let known = &bound.variables[variable];
        if let (Some(Some(there)), Some(equals)) = (self.placed.get(&variable), equals) {
            let same = bound.graph.same(there, equals);
            match self.entries.last_mut() {
                Some((_, Join::Inner(on))) => on.extend(same),
                _ => self.filters.extend(same),
            }
            return;
        }
        if self.placed.contains_key(&variable) {
            return;
        }
        let is_blank = !known.is_named && !known.has_labels && known.filters.is_empty();
        if let (true, true, Some(equals)) = (is_blank, bound.graph.complete, equals) {
            self.placed.insert(variable, Some(equals.clone()));
            return;
        }
        let (relation, identity) = bound.node_relation(variable);
        let on = equals.map(|equals| bound.graph.same(equals, &identity)).unwrap_or_default();
        self.add(relation, on);
        self.expose(shared, variable, Some(identity));
    }

    /// Adds nodes and edges of a route from left to right.
    pub fn route(
        &mut self,
        shared: &mut Shared<'_>,
        route: &Route,
        path: Option<&BoundPath>,
    ) -> Result<PathColumns> {
        let bound = shared.bound;
        let mut trace = Trace::default();
        let begins_blank = |node: usize| {
            let known = &bound.variables[node];
            bound.graph.complete && !known.is_named && !known.has_labels && known.filters.is_empty()
        };
        for (place, node) in route.nodes.iter().copied().enumerate() {
            let Some(step) = place.checked_sub(1).map(|step| route.steps[step]) else {
                // A node of which nothing is asked is what the first edge says.
                if route.steps.is_empty() || !begins_blank(node) {
                    self.node(shared, node, None);
                }
                continue;
            };
            let before = route.nodes[place - 1];
            match step {
                BoundStep::Edge { variable, direction } => {
                    let (relation, ends) = bound.edge_relation(variable, direction);
                    let on = match self.placed.get(&before) {
                        Some(Some(there)) => bound.graph.same(there, &ends.from),
                        _ => Vec::new(),
                    };
                    self.add(relation, on);
                    self.placed.entry(before).or_insert_with(|| Some(ends.from.clone()));
                    self.expose(shared, variable, ends.identity.clone());
                    if place == 1 {
                        trace.start(bound, &self.placed, before);
                    }
                    self.node(shared, node, Some(&ends.to));
                    trace.edge(bound, &self.placed, node, ends.identity.as_ref());
                }
                BoundStep::Repeat(repeat) => {
                    let columns = self.repeat(shared, route, place - 1, repeat, path)?;
                    if place == 1 {
                        trace.start(bound, &self.placed, before);
                    }
                    trace.repeat(&columns);
                }
            }
        }
        if let ([node], true) = (route.nodes.as_slice(), route.steps.is_empty()) {
            trace.start(bound, &self.placed, *node);
        }
        let mut filters: Vec<Expr> = route.filters.clone();
        for variable in self.placed.keys() {
            if self.filtered.insert(*variable) {
                filters.extend(shared.bound.variables[*variable].filters.iter().cloned());
            }
        }
        self.waiting.extend(filters);
        self.settle(shared, false)?;
        Ok(trace.columns())
    }

    /// Adds the conditions of patterns whose variables are all there; all of them at the `end`.
    pub fn settle(&mut self, shared: &mut Shared<'_>, end: bool) -> Result<()> {
        let names = shared.bound.names.clone();
        for filter in std::mem::take(&mut self.waiting) {
            let mentions = mentioned(&filter, &|name| matches!(names.get(name), Some(Named::Single(_))));
            if !end && mentions.iter().any(|name| !self.scope.meanings.contains_key(name)) {
                self.waiting.push(filter);
                continue;
            }
            let is_group = |name: &str| matches!(self.scope.meanings.get(name), Some(Meaning::Group { .. }));
            if let Some(name) = mentioned(&filter, &is_group).first() {
                // Before a selector has chosen, there is no one repeat to speak of.
                let message =
                    format!("a condition within a path cannot be about {name}, which a repeat matches");
                return Err(PatternError::new(message, Spanned::span(&filter))
                    .help("the WHERE after the patterns can"));
            }
            let text = self.condition(shared, filter)?;
            self.filters.push(text);
        }
        Ok(())
    }

    /// A condition that is about no repeat, as SQL.
    pub fn condition(&self, shared: &mut Shared<'_>, condition: Expr) -> Result<String> {
        let mut aggregates = Vec::new();
        let rewritten = expressions::rewrite(
            condition,
            &self.scope,
            &mut shared.held,
            &mut aggregates,
            shared.is_aggregate,
        )?;
        Ok(shared.held.hold(rewritten))
    }

    /// Adds a path pattern.
    pub fn path(&mut self, shared: &mut Shared<'_>, number: usize) -> Result<()> {
        let bound = shared.bound;
        let path = &bound.paths[number];
        let is_one_repeat = matches!(path.route.steps.as_slice(), [BoundStep::Repeat(_)]);
        let chooses = path.selector != Selector::All && !path.route.steps.is_empty();
        let columns = match chooses && (!is_one_repeat || !path.route.filters.is_empty()) {
            false => {
                let columns = self.route(shared, &path.route, Some(path))?;
                if !is_one_repeat {
                    self.filters.extend(unrepeated(path, &columns)?);
                }
                columns
            }
            true => self.chosen(shared, number)?,
        };
        if let Some(name) = &path.variable {
            self.scope.meanings.insert(name.clone(), Meaning::Path(columns));
        }
        Ok(())
    }

    /// A path whose matches are chosen from, in a query of its own.
    fn chosen(&mut self, shared: &mut Shared<'_>, number: usize) -> Result<PathColumns> {
        let bound = shared.bound;
        let path = &bound.paths[number];
        let alias = format!("#path{number}");
        let mut inner = Assembly::default();
        let columns = inner.route(shared, &path.route, Some(path))?;
        inner.settle(shared, true)?;
        inner.filters.extend(unrepeated(path, &columns)?);
        let identity_of = |node: Option<&usize>| {
            node.and_then(|node| inner.placed.get(node)).cloned().flatten().unwrap_or_default()
        };
        let mut ends = identity_of(path.route.nodes.first());
        ends.extend(identity_of(path.route.nodes.last()));
        let within = format!("PARTITION BY {}", ends.join(", "));
        let length = &columns.length;
        let (rank, kept) = match path.selector {
            Selector::All => ("1".to_string(), 1),
            Selector::AnyShortest => (format!("row_number() OVER ({within} ORDER BY {length})"), 1),
            Selector::Any(count) | Selector::Shortest(count) => {
                (format!("row_number() OVER ({within} ORDER BY {length})"), count)
            }
            Selector::AllShortest => (format!("rank() OVER ({within} ORDER BY {length})"), 1),
        };
        let mut outputs = vec![format!("{rank} AS \"#rank\""), format!("{length} AS \"#length\"")];
        let mut outer = PathColumns { length: column(&alias, "#length"), nodes: None, edges: None };
        for (list, name, there) in
            [(&columns.nodes, "#nodes", &mut outer.nodes), (&columns.edges, "#edges", &mut outer.edges)]
        {
            if let Some(list) = list.as_ref().filter(|_| self.wants_lists(shared, path)) {
                outputs.push(format!("{list} AS {}", quoted(name)));
                *there = Some(column(&alias, name));
            }
        }
        let mut joined: Vec<String> = Vec::new();
        for (variable, identity) in &inner.placed {
            let known = &bound.variables[*variable];
            let prefix = format!("{}: ", known.alias);
            let mut outside: Identity = Vec::new();
            for (place, part) in identity.iter().flatten().enumerate() {
                let name = format!("{prefix}#key{place}");
                outputs.push(format!("{part} AS {}", quoted(&name)));
                outside.push(column(&alias, &name));
            }
            let outside = identity.as_ref().map(|_| outside);
            self.filtered.insert(*variable);
            if !known.is_named {
                continue;
            }
            let Some(Meaning::Element(exposed)) = inner.scope.meanings.get(&known.alias) else { continue };
            if let (Some(Some(there)), Some(outside)) = (self.placed.get(variable), &outside) {
                joined.extend(bound.graph.same(there, outside));
                continue;
            }
            for property in &exposed.properties {
                let name = quoted(&format!("{prefix}{property}"));
                outputs.push(format!("{} AS {name}", exposed.property(property)));
            }
            let moved = Exposed {
                relation: alias.clone(),
                prefix: prefix.clone(),
                element_id: outside.as_ref().map(|outside| bound.graph.element_id(known.is_node, outside)),
                identity: outside.clone(),
                ..exposed.clone()
            };
            self.scope.meanings.insert(known.alias.clone(), Meaning::Element(moved));
            self.placed.insert(*variable, outside);
        }
        for (name, meaning) in &inner.scope.meanings {
            let Meaning::Group { repeat, exposed, rounds } = meaning else { continue };
            let rounds_name = format!("#rounds {name}");
            outputs.push(format!("{rounds} AS {}", quoted(&rounds_name)));
            let rounds = column(&alias, &rounds_name);
            let moved = Meaning::Group { repeat: *repeat, exposed: exposed.clone(), rounds };
            self.scope.meanings.insert(name.clone(), moved);
        }
        for step in &path.route.steps {
            if let BoundStep::Repeat(repeat) = step {
                let name = format!("#path of {repeat}");
                outputs.push(format!("{} AS {}", column(&repeat_alias(*repeat), "number"), quoted(&name)));
            }
        }
        let text = format!(
            "(SELECT * FROM (SELECT {}{}) AS \"#matches\" WHERE \"#rank\" <= {kept}) AS {}",
            outputs.join(", "),
            inner.clauses(),
            quoted(&alias)
        );
        self.join(text, joined);
        Ok(outer)
    }

    fn wants_lists(&self, shared: &Shared<'_>, path: &BoundPath) -> bool {
        let asked =
            |names: &BTreeSet<String>| path.variable.as_ref().is_some_and(|name| names.contains(name));
        asked(&shared.needs.nodes) || asked(&shared.needs.edges)
    }

    /// Where the number of a repeat's path stands.
    pub fn path_number(&self, bound: &Bound<'_>, repeat: usize) -> String {
        let inner = bound.paths.iter().enumerate().find(|(_, path)| {
            let is_here = |step: &BoundStep| matches!(step, BoundStep::Repeat(number) if *number == repeat);
            path.selector != Selector::All
                && path.route.steps.iter().any(is_here)
                && (path.route.steps.len() > 1 || !path.route.filters.is_empty())
        });
        match inner {
            Some((number, _)) => column(&format!("#path{number}"), &format!("#path of {repeat}")),
            None => column(&repeat_alias(repeat), "number"),
        }
    }

    /// Adds the aggregates over the rounds of repeats.
    pub fn aggregates(&mut self, shared: &mut Shared<'_>, aggregates: Vec<Aggregate>) -> Result<()> {
        let repeats: BTreeSet<usize> = aggregates.iter().map(|aggregate| aggregate.repeat).collect();
        for repeat in repeats {
            let of_repeat = aggregates.iter().filter(|aggregate| aggregate.repeat == repeat);
            let expressions: Vec<String> =
                of_repeat.map(|aggregate| shared.held.hold(aggregate.expression.clone())).collect();
            let columns: Vec<String> = expressions
                .iter()
                .enumerate()
                .map(|(number, text)| format!("{text} AS {}", quoted(&format!("#{number}"))))
                .collect();
            let alias = format!("#rounds{repeat}");
            debug_assert!(aggregate_column(repeat, 0).starts_with(&quoted(&alias)));
            let text = self.rounds(shared, repeat, &columns.join(", "), &alias)?;
            let on = format!("{} = {}", column(&alias, "#path"), self.path_number(shared.bound, repeat));
            self.left_join(text, vec![on]);
        }
        Ok(())
    }
}

/// The call of `path_pattern` for a repeat.
pub(super) fn repeat_alias(repeat: usize) -> String {
    format!("#repeat{repeat}")
}

/// The conditions under which a path of several steps repeats nothing that its mode forbids to be repeated.
fn unrepeated(path: &BoundPath, columns: &PathColumns) -> Result<Vec<String>> {
    let needed = |list: &Option<String>, at: Span| {
        list.clone().ok_or_else(|| {
            let message =
                "what is repeated along this path cannot be told: its edges have no KEY, or it has a repeat";
            PatternError::new(message, at).help("a mode is fine on a path of one repeat: TRAIL (a)-[e]->+(b)")
        })
    };
    if path.route.steps.len() < 2 && path.mode != Mode::Acyclic {
        return Ok(Vec::new());
    }
    Ok(match path.mode {
        Mode::Walk => Vec::new(),
        Mode::Trail => {
            let edges = needed(&columns.edges, path.at)?;
            vec![format!("array_length(array_distinct({edges})) = array_length({edges})")]
        }
        Mode::Acyclic => {
            let nodes = needed(&columns.nodes, path.at)?;
            vec![format!("array_length(array_distinct({nodes})) = array_length({nodes})")]
        }
        Mode::Simple => {
            let nodes = needed(&columns.nodes, path.at)?;
            let count = length_of(&nodes);
            // All but the last are different, and the last is none of them but perhaps the first.
            vec![
                format!("array_length(array_distinct(array_slice({nodes}, 1, {count} - 1))) = {count} - 1"),
                format!(
                    "NOT coalesce(array_has(array_slice({nodes}, 2, {count} - 1), array_element({nodes}, {count})), \
                     FALSE)"
                ),
            ]
        }
    })
}

/// How long a list is, as a number that functions of lists take.
fn length_of(list: &str) -> String {
    format!("CAST(array_length({list}) AS BIGINT)")
}

/// What a path's length, nodes and edges are, as it is walked.
#[derive(Default)]
struct Trace {
    fixed: usize,
    lengths: Vec<String>,
    /// Lists to be put together; nothing once one part is not known.
    nodes: Option<Vec<String>>,
    edges: Option<Vec<String>>,
}

impl Trace {
    fn start(&mut self, bound: &Bound<'_>, placed: &BTreeMap<usize, Option<Identity>>, node: usize) {
        let identity = placed.get(&node).and_then(Option::as_ref);
        self.nodes =
            identity.map(|identity| vec![format!("make_array({})", bound.graph.element_id(true, identity))]);
        self.edges = Some(Vec::new());
    }

    fn edge(
        &mut self,
        bound: &Bound<'_>,
        placed: &BTreeMap<usize, Option<Identity>>,
        node: usize,
        edge: Option<&Identity>,
    ) {
        self.fixed += 1;
        let identity = placed.get(&node).and_then(Option::as_ref);
        match (&mut self.nodes, identity) {
            (Some(nodes), Some(identity)) => {
                nodes.push(format!("make_array({})", bound.graph.element_id(true, identity)));
            }
            (nodes, _) => *nodes = None,
        }
        match (&mut self.edges, edge) {
            (Some(edges), Some(identity)) => {
                edges.push(format!("make_array({})", bound.graph.element_id(false, identity)));
            }
            (edges, _) => *edges = None,
        }
    }

    fn repeat(&mut self, columns: &PathColumns) {
        self.lengths.push(columns.length.clone());
        match (&mut self.nodes, &columns.nodes) {
            // The first of them is there already.
            (Some(nodes), Some(more)) => nodes.push(format!("array_slice({more}, 2, {})", length_of(more))),
            (nodes, _) => *nodes = None,
        }
        match (&mut self.edges, &columns.edges) {
            (Some(edges), Some(more)) => edges.push(more.clone()),
            (edges, _) => *edges = None,
        }
    }

    fn columns(self) -> PathColumns {
        let mut lengths = self.lengths;
        if self.fixed > 0 || lengths.is_empty() {
            lengths.push(format!("CAST({} AS BIGINT)", self.fixed));
        }
        let joined = |lists: Vec<String>| match lists.len() {
            0 => None,
            1 => lists.into_iter().next(),
            _ => Some(format!("array_concat({})", lists.join(", "))),
        };
        let length =
            if lengths.len() == 1 { lengths.remove(0) } else { format!("({})", lengths.join(" + ")) };
        PathColumns { length, nodes: self.nodes.and_then(joined), edges: self.edges.and_then(joined) }
    }
}
