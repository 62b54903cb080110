//! The SQL that asks a graph function about a table of edges, from its description alone.

use stoa_udfs::registry::{Argument, ArgumentType, Default};
use stoa_udfs::{FunctionDoc, TableFunction};

use super::complexity::Growth;

/// The table of edges, and the name it has in every question.
pub const EDGES: &str = "measured_edges";

/// A function as it is measured: what is stated of it, and what is asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub function: &'static str,
    pub complexity: &'static str,
    pub growth: Option<Growth>,
    arguments: &'static [Argument],
}

/// Why a function cannot be asked about any graph.
#[derive(Debug, thiserror::Error)]
#[error("{function} needs {argument}, a {kind}, and nothing says which")]
pub struct NoQuestion {
    function: &'static str,
    argument: &'static str,
    kind: String,
}

/// Nodes to start from and to end at, where a function asks for some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    pub source: i64,
    pub target: i64,
}

impl Question {
    pub fn of(function: &'static TableFunction) -> Result<Question, NoQuestion> {
        let doc: &FunctionDoc = &function.doc;
        let unknown = |argument: &&Argument| {
            let known = matches!(
                argument.type_,
                ArgumentType::Edges { .. } | ArgumentType::Nodes | ArgumentType::Rows(_)
            );
            argument.default == Default::Required && !known
        };
        if let Some(argument) = doc.arguments.iter().find(unknown) {
            let kind = argument.type_.to_string();
            return Err(NoQuestion { function: doc.name, argument: argument.name, kind });
        }
        let complexity = doc.complexity.unwrap_or_default();
        let given = doc.arguments.iter().filter(|argument| argument.default != Default::Absent);
        let names: Vec<&str> = given.map(|argument| argument.name).collect();
        Ok(Question {
            function: doc.name,
            complexity,
            growth: Growth::stated(complexity, &names),
            arguments: doc.arguments,
        })
    }

    /// Whether the edges are all it needs.
    pub fn needs_edges_only(&self) -> bool {
        let required = self.arguments.iter().filter(|argument| argument.default == Default::Required);
        required.into_iter().all(|argument| matches!(argument.type_, ArgumentType::Edges { .. }))
    }

    /// The question: every default, and edges without weights. `acyclic` leaves only edges to greater ids.
    pub fn sql(&self, ends: Ends, acyclic: bool) -> String {
        let mut end = 0;
        let given = self.arguments.iter().filter(|argument| argument.default == Default::Required);
        let arguments: Vec<String> = given
            .map(|argument| {
                let value = match argument.type_ {
                    ArgumentType::Edges { .. } => {
                        let only = if acyclic { " WHERE src < dst" } else { "" };
                        format!("(SELECT src, dst FROM {EDGES}{only})")
                    }
                    ArgumentType::Rows(columns) => rows(columns),
                    // The first nodes a function asks for are where it starts, the second where it ends.
                    _ => {
                        end += 1;
                        if end == 1 { ends.source } else { ends.target }.to_string()
                    }
                };
                format!("{} => {value}", argument.name)
            })
            .collect();
        format!("SELECT * FROM {}({})", self.function, arguments.join(", "))
    }
}

/// A table of nodes with something for each (a partition: sixteen groups), or of pairs of nodes (the edges).
fn rows(columns: &[stoa_udfs::registry::Column]) -> String {
    let of_nodes = columns.first().is_some_and(|column| column.name == "id");
    let values = columns.iter().enumerate().map(|(place, column)| {
        let value = match (place, of_nodes) {
            (0, _) => "src",
            (_, true) => "src % 16",
            (_, false) => "dst",
        };
        format!("{value} AS {}", column.name)
    });
    let values: Vec<String> = values.collect();
    let group = if of_nodes { " GROUP BY src" } else { "" };
    format!("(SELECT {} FROM {EDGES}{group})", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_can_be_asked() {
        let ends = Ends { source: 1, target: 2 };
        for function in stoa_udfs::tables() {
            let question = Question::of(function).unwrap();
            let sql = question.sql(ends, false);
            assert!(sql.contains(&format!("edges => (SELECT src, dst FROM {EDGES})")), "{sql}");
            assert!(question.sql(ends, true).contains("WHERE src < dst"), "{sql}");
            // What states a bound in n and m alone is understood.
            let plain = question.complexity.chars().all(|c| "O(nm) +log·²".contains(c));
            assert!(!plain || question.growth.is_some(), "{}: {}", question.function, question.complexity);
        }
    }

    /// What the project promises of them; the limits follow from what they state.
    #[test]
    fn the_targets_are_those_of_the_registry() {
        let promised = [
            ("strongly_connected_components", 1.15),
            ("weakly_connected_components", 1.15),
            ("reachable", 1.15),
            ("label_propagation", 1.15),
            ("betweenness_centrality", 2.10),
        ];
        for (name, target) in promised {
            let function = stoa_udfs::tables().find(|function| function.doc.name == name).unwrap();
            let limit = Question::of(function).unwrap().growth.map(Growth::limit);
            assert!(limit.is_some_and(|limit| limit < target + 1e-9), "{name}: {limit:?}");
        }
    }
}
