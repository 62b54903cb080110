//! Nodes and edges as entries of a FROM clause.
//!
//! A node is known by its *identity*: the columns of its key and, in a graph with several tables of nodes, before them
//! the number of its table. Keys shorter than the longest are filled up with NULL, so that identities of one graph
//! have one length and are compared column by column.

use arrow::datatypes::DataType;

use super::bind::{Bound, Class};
use super::catalog::{ElementTable, End, PropertyGraph, TableLabels};
use super::sql::{all_of, column, literal, quoted};
use super::syntax::Direction;

/// SQL texts, one for each column of an identity.
pub type Identity = Vec<String>;

/// An entry of a FROM clause, and what its rows must fulfil.
#[derive(Clone, Debug)]
pub struct Relation {
    pub text: String,
    pub conditions: Vec<String>,
}

/// What an edge's entry says of the edge: its own identity, if its table has a key, and those of its ends, in the
/// direction of the path.
#[derive(Clone, Debug)]
pub struct EdgeEnds {
    pub identity: Option<Identity>,
    pub from: Identity,
    pub to: Identity,
}

/// A table's rows of some of its labels.
struct Part<'a> {
    number: usize,
    table: &'a ElementTable,
    condition: Option<String>,
}

impl PropertyGraph {
    fn is_tagged(&self, is_node: bool) -> bool {
        if is_node { self.vertices.len() > 1 } else { self.edges.len() > 1 }
    }

    fn key_width(&self, is_node: bool) -> usize {
        let widths = |table: &ElementTable| table.key.len();
        let widest = match is_node {
            true => self.vertices.iter().map(widths).max(),
            false => self.edges.iter().map(|edge| widths(&edge.element)).max(),
        };
        widest.unwrap_or(0)
    }

    /// Whether a node's identity is one whole number, as algorithms want it.
    pub fn is_numbered(&self) -> bool {
        // BIGINT UNSIGNED has numbers that BIGINT has not.
        let is_number = |key: &DataType| key.is_integer() && *key != DataType::UInt64;
        matches!(self.vertices.as_slice(), [table] if matches!(table.key_types.as_slice(), [key] if is_number(key)))
    }

    /// Whether keys of some tables are numbers and of others something else: then all of them are compared as texts.
    fn has_mixed_keys(&self, is_node: bool) -> bool {
        let tables: Vec<&ElementTable> = match is_node {
            true => self.vertices.iter().collect(),
            false => self.edges.iter().map(|edge| &edge.element).collect(),
        };
        let kind = |key: &DataType| match key {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => 0,
            key if key.is_numeric() => 1,
            _ => 2,
        };
        let places = tables.iter().map(|table| table.key_types.len()).max().unwrap_or(0);
        (0..places).any(|place| {
            let types: Vec<&DataType> =
                tables.iter().filter_map(|table| table.key_types.get(place)).collect();
            types
                .windows(2)
                .any(|pair| kind(pair[0]) != kind(pair[1]) || kind(pair[0]) == 2 && pair[0] != pair[1])
        })
    }

    /// The identity of a row of a table whose key is spelled so.
    fn identity(&self, is_node: bool, table: usize, key: impl IntoIterator<Item = String>) -> Identity {
        let mut identity: Identity = Vec::new();
        if self.is_tagged(is_node) {
            identity.push(table.to_string());
        }
        let width = self.key_width(is_node) + identity.len();
        match self.has_mixed_keys(is_node) {
            true => identity.extend(key.into_iter().map(|part| format!("CAST({part} AS VARCHAR)"))),
            false => identity.extend(key),
        }
        identity.resize(width, "NULL".to_string());
        identity
    }

    /// The conditions under which two identities are one.
    pub fn same(&self, left: &[String], right: &[String]) -> Vec<String> {
        let differ = |(left, right): &(&String, &String)| left != right;
        // A constant stands behind: DataFusion 55 takes `x = 0 AND 0 = x` for a contradiction.
        let is_constant = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
        let ordered = |(left, right)| if is_constant(left) { (right, left) } else { (left, right) };
        let pairs = left.iter().zip(right).filter(differ).map(ordered);
        pairs
            .map(|(left, right)| {
                match left == "NULL" || right == "NULL" || self.has_keys_of_several_widths() {
                    // The parentheses are for the SQL parser, which takes an AND behind it for a part of the right side.
                    true => format!("({left} IS NOT DISTINCT FROM {right})"),
                    false => format!("{left} = {right}"),
                }
            })
            .collect()
    }

    fn has_keys_of_several_widths(&self) -> bool {
        self.vertices.iter().any(|table| table.key.len() != self.key_width(true))
    }

    /// What `element_id` gives: the key where it is one column of one table, else the table and the key as text.
    pub fn element_id(&self, is_node: bool, identity: &[String]) -> String {
        if let [key] = identity {
            return key.clone();
        }
        let tagged = self.is_tagged(is_node);
        let names: Vec<&str> = match is_node {
            true => self.vertices.iter().map(|table| table.name.as_str()).collect(),
            false => self.edges.iter().map(|edge| edge.element.name.as_str()).collect(),
        };
        let table = match (tagged, identity.first()) {
            (true, Some(tag)) => {
                let cases: Vec<String> = names
                    .iter()
                    .enumerate()
                    .map(|(number, name)| format!("WHEN {number} THEN {}", literal(name)))
                    .collect();
                format!("CASE {tag} {} END", cases.join(" "))
            }
            _ => literal(names.first().copied().unwrap_or_default()),
        };
        // NULL is left out by concat_ws: it fills up a key, or is a value that is not there.
        let key: Vec<String> = identity
            .iter()
            .skip(usize::from(tagged))
            .map(|part| format!("CAST({part} AS VARCHAR)"))
            .collect();
        format!("concat({table}, '(', concat_ws(', ', {}), ')')", key.join(", "))
    }
}

impl Bound<'_> {
    /// The tables and labels that stay of a variable. Where none do, those that its labels name, and a condition that
    /// never holds: the pattern matches nothing, and its columns have their types.
    fn parts(&self, variable: usize) -> (Vec<Part<'_>>, bool) {
        let variable = &self.variables[variable];
        let tables = self.tables(variable.is_node);
        let is_empty = variable.classes.is_empty();
        let everything: std::collections::BTreeSet<Class> =
            (0..tables.len()).map(|table| (table, 0)).collect();
        let among = match (is_empty, variable.labelled.is_empty()) {
            (false, _) => &variable.classes,
            (true, false) => &variable.labelled,
            (true, true) => &everything,
        };
        let mut parts = Vec::new();
        for (number, table) in tables.into_iter().enumerate() {
            if !among.iter().any(|class| class.0 == number) {
                continue;
            }
            let condition = match &table.labels {
                // For nodes what their own labels say; what follows from neighbours the joins say.
                TableLabels::Column { column, labels } if variable.has_labels => {
                    let meant: Vec<String> = variable
                        .labelled
                        .iter()
                        .filter(|class| class.0 == number)
                        .filter_map(|class| Some(literal(labels.get(class.1)?)))
                        .collect();
                    (!meant.is_empty() && meant.len() < labels.len()).then(|| (column.clone(), meant))
                }
                _ => None,
            };
            let condition = condition.map(|(column, meant)| match meant.as_slice() {
                [one] => format!("{} = {one}", quoted(&column)),
                _ => format!("{} IN ({})", quoted(&column), meant.join(", ")),
            });
            parts.push(Part { number, table, condition });
        }
        (parts, is_empty)
    }

    /// The names of a variable's properties, each once.
    pub fn properties(&self, variable: usize) -> Vec<&str> {
        let (parts, _) = self.parts(variable);
        let mut names: Vec<&str> = Vec::new();
        for property in parts.iter().flat_map(|part| &part.table.properties) {
            if !names.contains(&property.name.as_str()) {
                names.push(&property.name);
            }
        }
        names
    }

    /// A node's entry, and its identity.
    pub fn node_relation(&self, variable: usize) -> (Relation, Identity) {
        let alias = &self.variables[variable].alias;
        let (parts, is_empty) = self.parts(variable);
        let mut conditions = if is_empty { vec!["FALSE".to_string()] } else { Vec::new() };
        if let [Part { number, table, condition }] = parts.as_slice()
            && table.is_plain()
        {
            conditions.extend(condition.iter().map(|condition| format!("{}.{condition}", quoted(alias))));
            let text = format!("{} AS {}", table.relation, quoted(alias));
            let identity = self.graph.identity(true, *number, table.key.iter().map(|key| column(alias, key)));
            return (Relation { text, conditions }, identity);
        }
        let names = self.properties(variable);
        let selects: Vec<String> = parts
            .iter()
            .map(|part| {
                let identity =
                    self.graph.identity(true, part.number, part.table.key.iter().map(|key| column(ROW, key)));
                let columns = named(&identity, "#key").chain(properties(part.table, &names));
                select(columns, part, &[])
            })
            .collect();
        let mut identity = names_of(self.graph.identity(true, 0, []).len(), alias, "#key");
        if let ([part], true) = (parts.as_slice(), self.graph.is_tagged(true)) {
            identity[0] = part.number.to_string();
        }
        let text = format!("({}) AS {}", selects.join(" UNION ALL "), quoted(alias));
        (Relation { text, conditions }, identity)
    }

    /// An edge's entry in a direction, its identity and those of its ends.
    pub fn edge_relation(&self, variable: usize, direction: Direction) -> (Relation, EdgeEnds) {
        let alias = &self.variables[variable].alias;
        let (parts, is_empty) = self.parts(variable);
        let mut conditions = if is_empty { vec!["FALSE".to_string()] } else { Vec::new() };
        let has_keys = parts.iter().all(|part| !part.table.key.is_empty());
        let end_of = |end: &End, row: &str| {
            self.graph.identity(true, end.vertex, end.columns.iter().map(|name| column(row, name)))
        };
        let ends_of = |part: &Part<'_>, row: &str| {
            let table = &self.graph.edges[part.number];
            (end_of(&table.source, row), end_of(&table.destination, row))
        };
        if let [part] = parts.as_slice()
            && part.table.is_plain()
            && direction != Direction::Either
        {
            conditions
                .extend(part.condition.iter().map(|condition| format!("{}.{condition}", quoted(alias))));
            let (source, destination) = ends_of(part, alias);
            let (from, to) = match direction {
                Direction::Left => (destination, source),
                _ => (source, destination),
            };
            let key = part.table.key.iter().map(|key| column(alias, key));
            let identity = has_keys.then(|| self.graph.identity(false, part.number, key));
            let text = format!("{} AS {}", part.table.relation, quoted(alias));
            return (Relation { text, conditions }, EdgeEnds { identity, from, to });
        }
        let names = self.properties(variable);
        let mut selects = Vec::new();
        for part in &parts {
            let (source, destination) = ends_of(part, ROW);
            let key = part.table.key.iter().map(|key| column(ROW, key));
            let identity = if has_keys { self.graph.identity(false, part.number, key) } else { Vec::new() };
            let mut both = |from: &Identity, to: &Identity, conditions: &[String]| {
                let columns = named(&identity, "#key")
                    .chain(named(from, "#from"))
                    .chain(named(to, "#to"))
                    .chain(properties(part.table, &names));
                selects.push(select(columns, part, conditions));
            };
            if direction != Direction::Left {
                both(&source, &destination, &[]);
            }
            match direction {
                Direction::Right => {}
                Direction::Left => both(&destination, &source, &[]),
                // A loop leads both ways at once, and is one match.
                Direction::Either => {
                    let same = self.graph.same(&source, &destination);
                    both(&destination, &source, &[format!("NOT ({})", all_of(&same))]);
                }
            }
        }
        let width = self.graph.identity(true, 0, []).len();
        let key_width = self.graph.identity(false, 0, []).len();
        let text = format!("({}) AS {}", selects.join(" UNION ALL "), quoted(alias));
        let mut ends = EdgeEnds {
            identity: has_keys.then(|| names_of(key_width, alias, "#key")),
            from: names_of(width, alias, "#from"),
            to: names_of(width, alias, "#to"),
        };
        if let ([part], true) = (parts.as_slice(), self.graph.is_tagged(true)) {
            let table = &self.graph.edges[part.number];
            let (source, destination) = (table.source.vertex, table.destination.vertex);
            if direction == Direction::Right || source == destination {
                (ends.from[0], ends.to[0]) = (source.to_string(), destination.to_string());
            } else if direction == Direction::Left {
                (ends.from[0], ends.to[0]) = (destination.to_string(), source.to_string());
            }
        }
        (Relation { text, conditions }, ends)
    }

    /// Every node of the graph and its number, for graphs whose keys are not numbers: `"#id"` and the identity.
    pub fn numbering(&self, alias: &str) -> (Relation, Identity) {
        let selects: Vec<String> = self
            .graph
            .vertices
            .iter()
            .enumerate()
            .map(|(number, table)| {
                let identity =
                    self.graph.identity(true, number, table.key.iter().map(|key| column(ROW, key)));
                select(named(&identity, "#key"), &Part { number, table, condition: None }, &[])
            })
            .collect();
        let width = self.graph.identity(true, 0, []).len();
        let order = names_of(width, "#every", "#key").join(", ");
        // The same nodes get the same numbers wherever this is written: they are those of the order of the keys.
        let text = format!(
            "(SELECT DISTINCT {order}, CAST(dense_rank() OVER (ORDER BY {order}) AS BIGINT) AS \"#id\" FROM ({}) AS \
             \"#every\") AS {}",
            selects.join(" UNION ALL "),
            quoted(alias)
        );
        (Relation { text, conditions: Vec::new() }, names_of(width, alias, "#key"))
    }
}

/// What a table is called in the SELECT that reads it.
const ROW: &str = "#row";

/// `value AS "#key0"`, …
fn named<'a>(values: &'a [String], prefix: &'a str) -> impl Iterator<Item = String> + 'a {
    values
        .iter()
        .enumerate()
        .map(move |(place, value)| format!("{value} AS {}", quoted(&format!("{prefix}{place}"))))
}

/// `alias."#key0"`, …
fn names_of(width: usize, alias: &str, prefix: &str) -> Identity {
    (0..width).map(|place| column(alias, &format!("{prefix}{place}"))).collect()
}

/// A table's properties under their names, NULL for those that it does not have.
fn properties<'a>(table: &'a ElementTable, names: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    names.iter().map(|name| {
        let value = match table.property(name).map(|property| &property.value) {
            None => "NULL".to_string(),
            Some(None) => column(ROW, name),
            Some(Some(value)) => format!("({value})"),
        };
        format!("{value} AS {}", quoted(name))
    })
}

fn select(columns: impl Iterator<Item = String>, part: &Part<'_>, conditions: &[String]) -> String {
    let columns: Vec<String> = columns.collect();
    let mut all: Vec<String> =
        part.condition.iter().map(|condition| format!("{}.{condition}", quoted(ROW))).collect();
    all.extend(conditions.iter().cloned());
    format!(
        "SELECT {} FROM {} AS {} WHERE {}",
        columns.join(", "),
        part.table.relation,
        quoted(ROW),
        all_of(&all)
    )
}
