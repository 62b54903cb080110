//! The functions of data flow, as people read of them.

use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

const fn endpoints(name: &'static str, default: Default, description: &'static str) -> Argument {
    Argument { name, type_: ArgumentType::Endpoints, default, description }
}

const MAX_DEPTH: Argument = Argument {
    name: "max_depth",
    type_: ArgumentType::Count,
    default: Default::Count(5),
    description: "How many fields below a variable are kept apart: 2 tells a.b.c from a.b.d, and a.b.c.d from neither.",
};

const PATH: Column = Column::new("path", ColumnType::Integers, "The nodes from the source to the sink.");
const ROLES: Column = Column::new(
    "roles",
    ColumnType::Texts,
    "What each of them does: source, propagation, call, parameter, return, sink.",
);
const CONFIDENCE: Column =
    Column::new("confidence", ColumnType::Number, "How sure the calls on the path are, from 0 to 1.");

const SOURCE: &str = "Sharir and Pnueli, Two approaches to interprocedural data flow analysis, 1981; Wegman and Zadeck, \
                      Constant propagation with conditional branches, 1991";
const COMPLEXITY: &str = "O(n) interpretations of methods, each bounded by a budget;";

pub(super) static TAINT: FunctionDoc = FunctionDoc {
    name: "taint",
    kind: Kind::Table,
    arguments: &[
        endpoints(
            "sources",
            Default::Absent,
            "Where values come from: calls, parameters, any expressions; kind is 'given' unless a column says it. Left \
             out, what the models say.",
        ),
        endpoints(
            "sinks",
            Default::Absent,
            "Where values must not go: an argument, or a call, of which every argument counts; kind as for sources. Left \
             out, what the models say.",
        ),
        endpoints(
            "sanitizers",
            Default::Absent,
            "Expressions whose value is clean, beside those of the models; kind lists the weaknesses that they remove, \
             blanks between them, and is '*' for all unless a column says it.",
        ),
        MAX_DEPTH,
    ],
    returns: Returns::Rows(&[
        Column::new("flow_id", ColumnType::Integer, "The number of the flow in this answer, from 1."),
        Column::new("kind", ColumnType::Text, "The weakness: sql, command, path, xss …"),
        Column::new("source_id", ColumnType::Integer, "The node that gives the value."),
        Column::new("source_kind", ColumnType::Text, "Where it comes from: remote, file, environment …"),
        Column::new("sink_id", ColumnType::Integer, "The call that gets it."),
        Column::new(
            "sink_argument",
            ColumnType::Integer,
            "Which argument: 0 is the receiver, 1 the first; -1 where the sink is no argument.",
        ),
        PATH,
        ROLES,
        CONFIDENCE,
    ]),
    description: "The ways on which values from outside reach calls that they must not reach, through the whole program: \
                  fields, collections, closures and calls. What cannot happen because of constants is left out. One row \
                  for each source, sink, argument and kind. Rows of taint_cuts() say where a budget ended the search.",
    complexity: Some(COMPLEXITY),
    source: Some(SOURCE),
    example: "SELECT kind, source_id, sink_id, path FROM taint()",
};

pub(super) static TRACE: FunctionDoc = FunctionDoc {
    name: "trace_data_flow",
    kind: Kind::Table,
    arguments: &[
        endpoints("from", Default::Required, "Where values come from."),
        endpoints(
            "to",
            Default::Required,
            "Where they go: an argument, or a call, of which every argument counts.",
        ),
        MAX_DEPTH,
    ],
    returns: Returns::Rows(&[
        Column::new("source", ColumnType::Integer, "The node the way begins at."),
        Column::new("target", ColumnType::Integer, "The call the way ends at."),
        Column::new("argument", ColumnType::Integer, "Which argument of it: 0 is the receiver, 1 the first."),
        Column::new("length", ColumnType::Integer, "How many steps the way has."),
        PATH,
        ROLES,
        CONFIDENCE,
    ]),
    description: "Whether and how values get from some nodes to others, through the whole program. Models say what library \
                  calls do to a value; their sources and sinks do not count.",
    complexity: Some(COMPLEXITY),
    source: Some(SOURCE),
    example: "SELECT source, target, path FROM trace_data_flow(\"from\" => (SELECT id FROM parameters), \
              \"to\" => (SELECT id FROM calls WHERE NOT is_operator))",
};

pub(super) static EXPLAIN: FunctionDoc = FunctionDoc {
    name: "explain_flow",
    kind: Kind::Table,
    arguments: &[Argument {
        name: "id",
        type_: ArgumentType::Count,
        default: Default::Required,
        description: "The flow_id of a row of taint() without arguments, or of the view flows.",
    }],
    returns: Returns::Rows(&[
        Column::new("step", ColumnType::Integer, "The number of the step, from 1."),
        Column::new(
            "role",
            ColumnType::Text,
            "What the node does: source, propagation, call, parameter, return, sink.",
        ),
        Column::new("node_id", ColumnType::Integer, "The node."),
        Column::new("path", ColumnType::Text, "Its file."),
        Column::new("line", ColumnType::Integer, "Its line."),
        Column::new("code", ColumnType::Text, "The line's text."),
    ]),
    description: "A flow, step by step, each with its line of source.",
    complexity: Some("O(steps)"),
    source: Some("a lookup of the answer that taint() keeps"),
    example: "SELECT step, role, path, line, code FROM explain_flow(1) ORDER BY step",
};

pub(super) static CUTS: FunctionDoc = FunctionDoc {
    name: "taint_cuts",
    kind: Kind::Table,
    arguments: &[],
    returns: Returns::Rows(&[
        Column::new("method_id", ColumnType::Integer, "The method that was not analysed to the end."),
        Column::new(
            "reason",
            ColumnType::Text,
            "The budget: steps, rounds, specialisations, labels, depth, targets, objects, sinks.",
        ),
    ]),
    description: "The budgets that taint() without arguments has hit: what it says of these methods may lack flows, or \
                  have some that cannot happen.",
    complexity: Some(COMPLEXITY),
    source: Some("a lookup of the answer that taint() keeps"),
    example: "SELECT reason, count(*) FROM taint_cuts() GROUP BY reason",
};

pub(super) static CONSTANTS: FunctionDoc = FunctionDoc {
    name: "argument_constants",
    kind: Kind::Table,
    arguments: &[],
    returns: Returns::Rows(&[
        Column::new("call_id", ColumnType::Integer, "The call."),
        Column::new("argument_index", ColumnType::Integer, "Which argument: 0 is the receiver, 1 the first."),
        Column::new("argument_id", ColumnType::Integer, "The node of the argument."),
        Column::new("value", ColumnType::Text, "A text that it may be."),
    ]),
    description: "The texts that arguments may be, found by following constants through the whole program: variables, parameters, \
                  fields, choices, and values read from property files of the tree. Of calls that a row of the models with \
                  the role constant names: ciphers, hashes, protocols. A row for each value.",
    complexity: Some(COMPLEXITY),
    source: Some("a lookup of the answer that taint() keeps"),
    example: "SELECT value, count(*) FROM argument_constants() GROUP BY value",
};

/// The functions over data flow.
pub(crate) fn functions() -> impl Iterator<Item = &'static FunctionDoc> {
    [&TAINT, &TRACE, &EXPLAIN, &CUTS, &CONSTANTS].into_iter()
}
