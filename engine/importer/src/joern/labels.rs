//! Joern's labels, and what they are here.

use stoa_model::{Control, EdgeKind, NodeKind};

/// What becomes of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label {
    /// A row of `nodes`.
    Node(NodeKind),
    /// The use of a type: EVAL_TYPE and INHERITS_FROM pass through it to the declaration.
    Type,
    /// Says in which language and where the graph was made.
    MetaData,
    /// The specification has it, the tables have no room for it.
    Other,
}

/// What becomes of a node of a label.
pub fn of_node(label: &str) -> Label {
    Label::Node(match label {
        "TYPE" => return Label::Type,
        "META_DATA" => return Label::MetaData,
        "JUMP_LABEL" => NodeKind::JumpTarget,
        "ARRAY_INITIALIZER" | "TEMPLATE_DOM" => NodeKind::Unknown,
        other => match NodeKind::parse(other) {
            Some(kind) => kind,
            None => return Label::Other,
        },
    })
}

/// What becomes of an edge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// The node above and the node below.
    Ast,
    /// A node and its FILE.
    SourceFile,
    /// A row of `edges`.
    Edge(EdgeKind),
    /// Told by columns of `nodes` here.
    Told,
    /// The specification has it, the tables have no room for it.
    Other,
}

/// What becomes of an edge of a label.
pub fn of_edge(label: &str) -> Relation {
    match label {
        "AST" => Relation::Ast,
        "SOURCE_FILE" => Relation::SourceFile,
        "ARGUMENT" | "RECEIVER" | "CONTAINS" | "CONDITION" => Relation::Told,
        other => EdgeKind::parse(other).map_or(Relation::Other, Relation::Edge),
    }
}

/// CONTROL_STRUCTURE_TYPE, where the two differ in more than the name of the column.
pub fn control(kind: &str) -> Option<Control> {
    Control::parse(kind)
}
