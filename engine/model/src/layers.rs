//! Where a file's rows come from, and which layers of the graph they make up.
//!
//! An index of source has every layer. What was imported has what its maker knew: a list of tags has declarations and nothing
//! below them, an export of a graph whatever was exported. A query over a layer that is not there would find nothing and
//! seem to say that there is nothing; the layers of a file say which it is.

use crate::{EdgeKind, NodeKind};

/// The setting of a snapshot that says what it was made from; missing, it was source.
pub const ORIGIN_SETTING: &str = "origin";
/// The setting of a snapshot that says which layers its files have; missing, they have all.
pub const LAYERS_SETTING: &str = "layers";

/// What a file's rows were made from (`files.origin`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Origin {
    /// Universal Ctags, JSON lines.
    Ctags,
    /// Joern's export, as CSV for Neo4j or as GraphML.
    Joern,
    /// A SCIP index.
    Scip,
    /// The source itself.
    Source,
}

impl Origin {
    /// Every value, in the order of its number and of its text.
    pub const ALL: &'static [Origin] = &[Origin::Ctags, Origin::Joern, Origin::Scip, Origin::Source];

    /// The text that SQL shows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Origin::Ctags => "ctags",
            Origin::Joern => "joern",
            Origin::Scip => "scip",
            Origin::Source => "source",
        }
    }
}

/// A part of the graph that one kind of analysis makes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Layer {
    Declarations,
    Syntax,
    References,
    Imports,
    Types,
    Calls,
    ControlFlow,
    Dominance,
    ControlDependence,
    DataFlow,
    Source,
}

impl Layer {
    /// Every layer, from the ground up.
    pub const ALL: &'static [Layer] = &[
        Layer::Declarations,
        Layer::Syntax,
        Layer::References,
        Layer::Imports,
        Layer::Types,
        Layer::Calls,
        Layer::ControlFlow,
        Layer::Dominance,
        Layer::ControlDependence,
        Layer::DataFlow,
        Layer::Source,
    ];

    /// The name in `files.layers`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Layer::Declarations => "declarations",
            Layer::Syntax => "syntax",
            Layer::References => "references",
            Layer::Imports => "imports",
            Layer::Types => "types",
            Layer::Calls => "calls",
            Layer::ControlFlow => "control_flow",
            Layer::Dominance => "dominance",
            Layer::ControlDependence => "control_dependence",
            Layer::DataFlow => "data_flow",
            Layer::Source => "source",
        }
    }

    /// What the layer holds.
    pub const fn holds(self) -> &'static str {
        match self {
            Layer::Declarations => "namespaces, types, methods, parameters and members",
            Layer::Syntax => "what stands in methods: calls, names, literals, control structures",
            Layer::References => "what names mean (REF, CAPTURE)",
            Layer::Imports => "imports and what they name (IMPORTS)",
            Layer::Types => {
                "supertypes, overriding and types of values (INHERITS_FROM, OVERRIDES, EVAL_TYPE)"
            }
            Layer::Calls => "what calls may run (CALL)",
            Layer::ControlFlow => "where control goes (CFG)",
            Layer::Dominance => "what comes before and after on every way (DOMINATE, POST_DOMINATE)",
            Layer::ControlDependence => "what decides whether a node runs (CDG)",
            Layer::DataFlow => "which writes reach which reads (REACHING_DEF)",
            Layer::Source => "the text: code, byte ranges, source_text()",
        }
    }

    /// The layer of a name in `files.layers`.
    pub fn parse(text: &str) -> Option<Layer> {
        Layer::ALL.iter().copied().find(|layer| layer.as_str() == text)
    }

    /// The layer that edges of a kind belong to.
    pub const fn of_edge(kind: EdgeKind) -> Layer {
        match kind {
            EdgeKind::Ref | EdgeKind::Capture => Layer::References,
            EdgeKind::Imports => Layer::Imports,
            EdgeKind::InheritsFrom | EdgeKind::Overrides | EdgeKind::EvalType => Layer::Types,
            EdgeKind::Call | EdgeKind::ArgumentToParameter | EdgeKind::Bridge => Layer::Calls,
            EdgeKind::Cfg => Layer::ControlFlow,
            EdgeKind::Dominate | EdgeKind::PostDominate => Layer::Dominance,
            EdgeKind::Cdg => Layer::ControlDependence,
            EdgeKind::ReachingDef => Layer::DataFlow,
        }
    }

    /// The layer that nodes of a kind belong to.
    pub const fn of_node(kind: NodeKind) -> Layer {
        match kind {
            NodeKind::Import => Layer::Imports,
            kind if kind.is_declaration() => Layer::Declarations,
            _ => Layer::Syntax,
        }
    }
}

/// A set of layers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Layers(u16);

impl Layers {
    /// Of a file that is not in the graph.
    pub const NONE: Layers = Layers(0);
    /// Of a file that was indexed from its source.
    pub const ALL: Layers = Layers((1 << Layer::ALL.len()) - 1);

    pub const fn with(self, layer: Layer) -> Layers {
        Layers(self.0 | 1 << layer as u16)
    }

    pub const fn without(self, layer: Layer) -> Layers {
        Layers(self.0 & !(1 << layer as u16))
    }

    pub const fn has(self, layer: Layer) -> bool {
        self.0 & 1 << layer as u16 != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Layer> {
        Layer::ALL.iter().copied().filter(move |layer| self.has(*layer))
    }

    /// The layers of a text as [`Display`](std::fmt::Display) writes it; names of no layer are passed over.
    pub fn parse(text: &str) -> Layers {
        text.split_whitespace().filter_map(Layer::parse).fold(Layers::NONE, Layers::with)
    }
}

impl FromIterator<Layer> for Layers {
    fn from_iter<I: IntoIterator<Item = Layer>>(layers: I) -> Layers {
        layers.into_iter().fold(Layers::NONE, Layers::with)
    }
}

/// The names, separated by blanks.
impl std::fmt::Display for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, layer) in self.iter().enumerate() {
            let blank = if place > 0 { " " } else { "" };
            write!(f, "{blank}{}", layer.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_as_they_are_written() {
        let some = Layers::NONE.with(Layer::Calls).with(Layer::Declarations);
        assert_eq!(some.to_string(), "declarations calls");
        assert_eq!(Layers::parse("declarations calls unheard_of"), some);
        assert_eq!(Layers::parse(&Layers::ALL.to_string()), Layers::ALL);
        assert!(!Layers::ALL.without(Layer::Source).has(Layer::Source));
        assert!(Origin::ALL.windows(2).all(|w| w[0].as_str() < w[1].as_str()));
    }
}
