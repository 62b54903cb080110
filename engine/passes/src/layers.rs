//! The passes, in the order they run.
//!
//! A layer can be asked for by name (`files` in a store say which layers they carry), and this list is its table of
//! contents: what runs, on what, and which edges it makes.

use stoa_model::EdgeKind;

/// What a pass looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sees {
    /// One file's tree.
    OneFile,
    /// The symbol tables and references of all files.
    SymbolTables,
}

/// A pass.
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    pub name: &'static str,
    pub sees: Sees,
    pub edges: &'static [EdgeKind],
    pub does: &'static str,
}

/// Every pass, first to last.
pub const LAYERS: &[Layer] = &[
    Layer {
        name: "nodes",
        sees: Sees::OneFile,
        edges: &[],
        does: "gives nodes their ids and turns the tree into rows",
    },
    Layer {
        name: "scopes",
        sees: Sees::OneFile,
        edges: &[EdgeKind::Ref, EdgeKind::Capture, EdgeKind::Call],
        does: "resolves names inside the file; what it cannot answer becomes a reference, what it cannot type a term",
    },
    Layer {
        name: "value facts",
        sees: Sees::OneFile,
        edges: &[],
        does: "notes where functions, types and containers go, in languages that declare few types",
    },
    Layer {
        name: "control flow",
        sees: Sees::OneFile,
        edges: &[EdgeKind::Cfg],
        does: "connects each method's nodes in the order control passes them",
    },
    Layer {
        name: "dominance",
        sees: Sees::OneFile,
        edges: &[EdgeKind::Dominate, EdgeKind::PostDominate],
        does: "finds what comes before, and what after, on every way through a method",
    },
    Layer {
        name: "control dependence",
        sees: Sees::OneFile,
        edges: &[EdgeKind::Cdg],
        does: "finds the decisions that each node owes it to that it runs",
    },
    Layer {
        name: "data flow",
        sees: Sees::OneFile,
        edges: &[EdgeKind::ReachingDef],
        does: "finds which writes reach which reads: variables, fields, elements",
    },
    Layer {
        name: "imports",
        sees: Sees::SymbolTables,
        edges: &[EdgeKind::Imports],
        does: "finds the declarations that imports name",
    },
    Layer {
        name: "types",
        sees: Sees::SymbolTables,
        edges: &[EdgeKind::Ref, EdgeKind::InheritsFrom, EdgeKind::EvalType],
        does: "finds the types that files mention, supertypes, the interfaces that Go types implement, and what terms come to",
    },
    Layer {
        name: "overriding",
        sees: Sees::SymbolTables,
        edges: &[EdgeKind::Overrides],
        does: "finds the inherited methods that a type's methods stand in for",
    },
    Layer {
        name: "values",
        sees: Sees::SymbolTables,
        edges: &[EdgeKind::Call],
        does: "solves the value facts of all files: what variables hold, and so what calls through them run",
    },
    Layer {
        name: "functions",
        sees: Sees::SymbolTables,
        edges: &[EdgeKind::Call],
        does: "where types are declared, follows functions through variables, members and arguments to the calls that run them",
    },
    Layer {
        name: "calls",
        sees: Sees::SymbolTables,
        edges: &[EdgeKind::Call],
        does: "finds the methods that calls may run, or stands a stub for them",
    },
];
