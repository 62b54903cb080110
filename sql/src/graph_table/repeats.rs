//! Repeats: what is matched once for each round becomes the edges of a graph, and `path_pattern` finds the paths in it.
//!
//! ```text
//! (a)-[e:CALL WHERE …]->{1,3}(b)
//! path_pattern(edges   => (SELECT from AS src, to AS dst … FROM edges AS e WHERE …),   -- one round
//!              sources => (SELECT … what is known of a and of the steps before it),
//!              targets => (SELECT … what is known of b and of the steps behind it), min => 1, max => 3, …)
//! ```
//!
//! Where the nodes of a property graph are not known by one whole number they are numbered for it. Where values of the
//! rounds are asked for (`sum(e.weight)`, `edges(p)`) the rounds are numbered, their numbers travel through the
//! algorithm as the weights of the edges, and lead back to the rows.

use datafusion::sql::sqlparser::ast::Expr;
use std::collections::BTreeMap;

use super::assembly::{Assembly, Shared, repeat_alias};
use super::bind::{BoundPath, BoundStep, Named, Route};
use super::error::Result;
use super::expressions::{Exposed, Meaning, PathColumns, ROUND, ROUNDS, has_query, mentioned};
use super::relations::Identity;
use super::sql::{all_of, column, quoted};
use super::syntax::{Direction, Mode, Selector};

impl Assembly {
    /// Adds a repeat between two nodes of a route.
    pub(super) fn repeat(
        &mut self,
        shared: &mut Shared<'_>,
        route: &Route,
        step: usize,
        repeat: usize,
        path: Option<&BoundPath>,
    ) -> Result<PathColumns> {
        let bound = shared.bound;
        let of = &bound.repeats[repeat];
        let (before, behind) = (route.nodes[step], route.nodes[step + 1]);
        let (selector, mode) = path.map_or((Selector::All, Mode::Walk), |path| (path.selector, path.mode));
        let asked = |names: &std::collections::BTreeSet<String>| {
            path.and_then(|path| path.variable.as_ref()).is_some_and(|name| names.contains(name))
        };
        let is_single = of.route.steps.len() == 1;
        let is_whole = route.steps.len() == 1;
        // Along a longer path the mode is judged by all of its nodes, or edges.
        let judged = !is_whole && mode != Mode::Walk;
        let wants_edges = is_single && (asked(&shared.needs.edges) || judged && mode == Mode::Trail);
        let wants_nodes = is_single && (asked(&shared.needs.nodes) || judged && mode != Mode::Trail);
        let both_ways =
            matches!(of.route.steps.as_slice(), [BoundStep::Edge { direction: Direction::Either, .. }]);
        let by_edge = both_ways && mode == Mode::Trail;
        let grouped = bound.names.iter().any(|(name, named)| {
            matches!(named, Named::Group { repeat: number, .. } if *number == repeat)
                && shared.needs.edges.contains(name)
        });
        let is_numbered = wants_edges || by_edge || grouped;

        let once = self.once(shared, repeat, is_numbered, by_edge)?;
        let mut arguments = vec![format!("edges => (SELECT {})", once.select)];
        let sources = self.end(shared, route, step, path, true)?;
        let targets = self.end(shared, route, step, path, false)?;
        arguments.extend(sources.map(|query| format!("sources => ({query})")));
        arguments.extend(targets.map(|query| format!("targets => ({query})")));
        arguments.push(format!("min => {}", of.quantifier.min));
        arguments.extend(of.quantifier.max.map(|max| format!("max => {max}")));
        let mode_word = match mode {
            Mode::Walk => "walk",
            Mode::Trail => "trail",
            Mode::Acyclic => "acyclic",
            Mode::Simple => "simple",
        };
        arguments.push(format!("mode => '{mode_word}'"));
        // The shortest of a path of several steps are made of shortest ones between the ends of each.
        let selector = if is_whole || mode == Mode::Walk { selector } else { Selector::All };
        match selector {
            Selector::All => {}
            Selector::AllShortest => arguments.push("keep => 'all_shortest'".to_string()),
            Selector::AnyShortest => arguments.push("keep => 'shortest', count => 1".to_string()),
            Selector::Any(count) | Selector::Shortest(count) => {
                arguments.push(format!("keep => 'shortest', count => {count}"));
            }
        }
        if is_numbered {
            arguments.push("numbered => TRUE".to_string());
        }
        if !is_numbered && !wants_nodes {
            arguments.push("lists => FALSE".to_string());
        }
        let call = format!("path_pattern({})", arguments.join(", "));

        let alias = repeat_alias(repeat);
        let (entries, on) = self.ends_of(shared, &alias, before, behind);
        self.join(format!("{call} AS {}", quoted(&alias)), on);
        for (entry, on) in entries {
            self.join(entry, on);
        }
        self.reach(shared, before, behind, &alias);

        let rounds = format!("CAST({} AS BIGINT)", column(&alias, "length"));
        let per_round = of.route.steps.len();
        let length = if per_round == 1 { rounds.clone() } else { format!("({per_round} * {rounds})") };
        let mut columns = PathColumns { length, nodes: None, edges: None };
        shared.calls.insert(repeat, call);
        if wants_nodes {
            columns.nodes = Some(self.nodes_of(shared, repeat));
        }
        if wants_edges && once.edge_id.is_some() {
            let name = format!("#edges{repeat}");
            let columns_text = format!(
                "array_agg({} ORDER BY {}) AS \"edges\"",
                column(ROUNDS, "#edge id"),
                column(ROUNDS, ROUND)
            );
            let text = self.rounds(shared, repeat, &columns_text, &name)?;
            self.left_join(text, vec![format!("{} = {}", column(&name, "#path"), column(&alias, "number"))]);
            columns.edges = Some(format!("coalesce({}, make_array())", column(&name, "edges")));
        }
        for (name, named) in &bound.names {
            let Named::Group { repeat: number, variable } = named else { continue };
            if *number != repeat {
                continue;
            }
            let known = &bound.variables[*variable];
            let prefix = format!("{}: ", known.alias);
            let identity: Option<Identity> = once.identities.get(variable).cloned().flatten();
            let exposed = Exposed {
                is_node: known.is_node,
                relation: ROUNDS.to_string(),
                properties: bound.properties(*variable).into_iter().map(str::to_string).collect(),
                element_id: identity.as_ref().map(|identity| bound.graph.element_id(known.is_node, identity)),
                identity,
                prefix,
            };
            let meaning = Meaning::Group { repeat, exposed, rounds: rounds.clone() };
            self.scope.meanings.insert(name.clone(), meaning);
        }
        Ok(columns)
    }

    /// How a repeat is joined to its ends: conditions, and entries behind it with theirs.
    #[allow(clippy::type_complexity)] // Pairs of an entry and its conditions, as everywhere here.
    fn ends_of(
        &self,
        shared: &Shared<'_>,
        alias: &str,
        before: usize,
        behind: usize,
    ) -> (Vec<(String, Vec<String>)>, Vec<String>) {
        let bound = shared.bound;
        let there = |node: usize| self.placed.get(&node).cloned().flatten();
        if bound.graph.is_numbered() {
            let mut on = Vec::new();
            for (node, end) in [(before, "source"), (behind, "target")] {
                if let Some(identity) = there(node) {
                    on.extend(bound.graph.same(&identity, &[column(alias, end)]));
                }
            }
            return (Vec::new(), on);
        }
        let mut entries = Vec::new();
        for (node, end) in [(before, "source"), (behind, "target")] {
            let name = format!("{alias} {end}");
            let (relation, identity) = bound.numbering(&name);
            let mut on = vec![format!("{} = {}", column(&name, "#id"), column(alias, end))];
            if let Some(there) = there(node) {
                on.extend(bound.graph.same(&there, &identity));
            }
            entries.push((relation.text, on));
        }
        (entries, Vec::new())
    }

    /// The nodes at the ends of a repeat are there now.
    fn reach(&mut self, shared: &Shared<'_>, before: usize, behind: usize, alias: &str) {
        let bound = shared.bound;
        let identity = |end: &str| match bound.graph.is_numbered() {
            true => vec![column(alias, end)],
            false => bound.numbering(&format!("{alias} {end}")).1,
        };
        self.placed.entry(before).or_insert_with(|| Some(identity("source")));
        if !self.placed.contains_key(&behind) {
            self.node(shared, behind, Some(&identity("target")));
        }
    }

    /// What is known of the node at one end of a repeat, as a query for its numbers: what the node's own pattern says,
    /// the edges on that side of it, and the conditions after the patterns that are about those alone.
    fn end(
        &self,
        shared: &mut Shared<'_>,
        route: &Route,
        step: usize,
        path: Option<&BoundPath>,
        is_source: bool,
    ) -> Result<Option<String>> {
        let bound = shared.bound;
        // A path of no rounds begins at any node, be it in the graph of the rounds or not.
        let may_be_none = match route.steps[step] {
            BoundStep::Repeat(repeat) => bound.repeats[repeat].quantifier.min == 0,
            BoundStep::Edge { .. } => false,
        };
        let always = is_source && may_be_none;
        let is_edge = |step: &BoundStep| matches!(step, BoundStep::Edge { .. });
        let (first, last) = match is_source {
            true => {
                let edges = route.steps[..step].iter().rev().take_while(|step| is_edge(step)).count();
                (step - edges, step)
            }
            false => {
                let edges = route.steps[step + 1..].iter().take_while(|step| is_edge(step)).count();
                (step + 1, step + 1 + edges)
            }
        };
        let side = Route {
            nodes: route.nodes[first..=last].to_vec(),
            steps: route.steps[first..last].to_vec(),
            filters: Vec::new(),
        };
        let node = if is_source { route.nodes[step] } else { route.nodes[step + 1] };
        let mut query = Assembly::default();
        query.route(shared, &side, None)?;
        for condition in shared.conditions.clone() {
            let names = mentioned(&condition, &|name| bound.names.contains_key(name));
            // What a selector chooses among is not narrowed by conditions on it, but for those on the two ends.
            let is_free = |variable: &usize| match path {
                Some(path) if path.selector != Selector::All => {
                    path.route.nodes.first() == Some(variable) || path.route.nodes.last() == Some(variable)
                }
                _ => true,
            };
            let is_here = |name: &String| {
                let is_element = matches!(query.scope.meanings.get(name), Some(Meaning::Element(_)));
                is_element
                    && matches!(bound.names.get(name), Some(Named::Single(variable)) if is_free(variable))
            };
            if !names.is_empty() && names.iter().all(is_here) && !has_query(&condition) {
                let text = query.condition(shared, condition)?;
                query.filters.push(text);
            }
        }
        if query.filters.is_empty() && side.steps.is_empty() && !always {
            return Ok(None);
        }
        let Some(identity) = query.placed.get(&node).cloned().flatten() else { return Ok(None) };
        let id = match bound.graph.is_numbered() {
            true => identity[0].clone(),
            false => {
                let (relation, numbered) = bound.numbering("#number");
                let on = bound.graph.same(&identity, &numbered);
                query.join(relation.text, on);
                column("#number", "#id")
            }
        };
        let distinct = if side.steps.is_empty() { "" } else { "DISTINCT " };
        Ok(Some(format!("SELECT {distinct}{id} AS id{}", query.clauses())))
    }

    /// One round: what stands between SELECT and the end of the query for the edges.
    fn once(&self, shared: &mut Shared<'_>, repeat: usize, is_numbered: bool, by_edge: bool) -> Result<Once> {
        let bound = shared.bound;
        let route = &bound.repeats[repeat].route;
        let mut query = Assembly::default();
        for (name, named) in &bound.names {
            if !matches!(named, Named::Group { repeat: number, .. } if *number == repeat) {
                let why = "is matched outside of the repeat: a condition on it belongs after the patterns";
                query.scope.meanings.insert(name.clone(), Meaning::Closed(why));
            }
        }
        query.route(shared, route, None)?;
        query.settle(shared, true)?;
        let identity = |node: Option<&usize>| node.and_then(|node| query.placed.get(node)).cloned().flatten();
        let ends = [identity(route.nodes.first()), identity(route.nodes.last())];
        let mut ids = Vec::new();
        for (end, name) in ends.into_iter().zip(["#from", "#to"]) {
            let Some(end) = end else { continue };
            ids.push(match bound.graph.is_numbered() {
                true => end[0].clone(),
                false => {
                    let (relation, numbered) = bound.numbering(name);
                    let on = bound.graph.same(&end, &numbered);
                    query.join(relation.text, on);
                    column(name, "#id")
                }
            });
        }
        let (src, dst) = (ids.first().cloned().unwrap_or_default(), ids.get(1).cloned().unwrap_or_default());
        let mut outputs = vec![format!("{src} AS src"), format!("{dst} AS dst")];
        let mut identities = BTreeMap::new();
        let mut order = vec![src, dst];
        let mut edge_id = None;
        let mut edge_order = Vec::new();
        let mut wide = Vec::new();
        for (variable, identity) in &query.placed {
            let known = &bound.variables[*variable];
            let prefix = format!("{}: ", known.alias);
            match identity {
                Some(identity) => order.extend(identity.iter().cloned()),
                None => {
                    let properties = bound.properties(*variable);
                    order.extend(properties.iter().map(|property| column(&known.alias, property)));
                }
            }
            if let (false, Some(identity)) = (known.is_node, identity) {
                edge_order.clone_from(identity);
                edge_id = Some(bound.graph.element_id(false, identity));
            }
            let mut outside = Vec::new();
            for (place, part) in identity.iter().flatten().enumerate() {
                let name = format!("{prefix}#key{place}");
                wide.push(format!("{part} AS {}", quoted(&name)));
                outside.push(column(ROUNDS, &name));
            }
            identities.insert(*variable, identity.as_ref().map(|_| outside));
            if known.is_named
                && let Some(Meaning::Element(exposed)) = query.scope.meanings.get(&known.alias)
            {
                wide.extend(exposed.properties.iter().map(|property| {
                    format!("{} AS {}", exposed.property(property), quoted(&format!("{prefix}{property}")))
                }));
            }
        }
        if let Some(edge_id) = &edge_id {
            wide.push(format!("{edge_id} AS {}", quoted("#edge id")));
        }
        if is_numbered {
            let number = match (by_edge, edge_order.is_empty()) {
                (true, false) => format!("dense_rank() OVER (ORDER BY {})", edge_order.join(", ")),
                (true, true) => {
                    return Err(super::error::PatternError::new(
                        "TRAIL along edges in either direction must tell the edges apart, and their table has no KEY",
                        bound.repeats[repeat].at,
                    ));
                }
                (false, _) => format!("row_number() OVER (ORDER BY {})", order.join(", ")),
            };
            outputs.push(format!("CAST({number} AS DOUBLE) AS weight"));
        }
        let clauses = query.clauses();
        let select = format!("{}{clauses}", outputs.join(", "));
        outputs.extend(wide);
        let wide = format!("{}{clauses}", outputs.join(", "));
        shared.rounds.insert(repeat, wide);
        Ok(Once { select, identities, edge_id })
    }

    /// A query that takes paths of a repeat apart into rounds and puts `columns` of these together again, one row a path.
    pub(super) fn rounds(
        &self,
        shared: &Shared<'_>,
        repeat: usize,
        columns: &str,
        alias: &str,
    ) -> Result<String> {
        let nothing = String::new();
        let call = shared.calls.get(&repeat).unwrap_or(&nothing);
        let rounds = shared.rounds.get(&repeat).unwrap_or(&nothing);
        // Between the two ends of a round in either direction its number is the same: the ends tell which it was.
        let on = all_of(&[
            "\"#round of\".weight = \"#place\".\"#number\"".to_string(),
            "\"#round of\".src = \"#place\".\"#from\"".to_string(),
            "\"#round of\".dst = \"#place\".\"#to\"".to_string(),
        ]);
        Ok(format!(
            "(SELECT {path} AS \"#path\", {columns} FROM (SELECT \"#place\".\"#path\", \"#place\".{round}, \"#round \
             of\".* FROM (SELECT number AS \"#path\", unnest(edges) AS \"#number\", unnest(range(1, length + 1)) AS \
             {round}, unnest(array_slice(nodes, 1, length)) AS \"#from\", unnest(array_slice(nodes, 2, length + 1)) AS \
             \"#to\" FROM {call}) AS \"#place\" JOIN (SELECT {rounds}) AS \"#round of\" ON {on}) AS {all} GROUP BY \
             {path}) AS {}",
            quoted(alias),
            path = column(ROUNDS, "#path"),
            round = quoted(ROUND),
            all = quoted(ROUNDS),
        ))
    }

    /// The nodes along a repeat, as what `element_id` gives.
    fn nodes_of(&mut self, shared: &Shared<'_>, repeat: usize) -> String {
        let bound = shared.bound;
        let alias = repeat_alias(repeat);
        if bound.graph.is_numbered() {
            return column(&alias, "nodes");
        }
        let call = shared.calls.get(&repeat).cloned().unwrap_or_default();
        let name = format!("#nodes{repeat}");
        let (numbers, identity) = bound.numbering("#number");
        let id = bound.graph.element_id(true, &identity);
        let text = format!(
            "(SELECT \"#place\".\"#path\", array_agg({id} ORDER BY \"#place\".\"#at\") AS nodes FROM (SELECT number AS \
             \"#path\", unnest(nodes) AS \"#node\", unnest(range(1, length + 2)) AS \"#at\" FROM {call}) AS \"#place\" \
             JOIN {} ON {} = \"#place\".\"#node\" GROUP BY \"#place\".\"#path\") AS {}",
            numbers.text,
            column("#number", "#id"),
            quoted(&name)
        );
        self.left_join(text, vec![format!("{} = {}", column(&name, "#path"), column(&alias, "number"))]);
        column(&name, "nodes")
    }
}

/// One round of a repeat.
struct Once {
    select: String,
    /// Of each of its variables, the identity where rounds are taken together.
    identities: BTreeMap<usize, Option<Identity>>,
    /// The identity of its one edge.
    edge_id: Option<String>,
}

/// The conditions after the patterns, one by one.
pub(super) fn conditions_of(filter: Option<&Expr>) -> Vec<Expr> {
    filter.cloned().map(super::expressions::conjuncts).unwrap_or_default()
}
