//! All passes over one file, in the order of [`crate::layers`], and their results as rows.

use rustc_hash::FxHashSet;
use stoa_model::rows::{EdgeRow, NodeRow, ReferenceRow};
use stoa_model::{EdgeKind, EdgeLabel, FileId, Interner, NodeId, NodeKind, Symbol, ids::node_id};
use stoa_syntax::{Language, Position, Tree, flags};

use crate::cfg::{CfgEdge, FlowGraph, MethodFlow, control_flow};
use crate::dataflow::DataFlow;
use crate::dependence::{ControlDependence, Dependence};
use crate::dominance::Dominance;
use crate::nodes::{Locals, row};
use crate::scopes::Scopes;
use crate::slots::Slots;
use crate::values::{ValueOp, Values};

/// The word in `modifiers` of a parameter that takes what is left of the arguments.
const VARIADIC: &str = "variadic";

/// Where the rows of a file go.
pub trait FileRows {
    fn node(&mut self, row: NodeRow);
    fn edge(&mut self, row: EdgeRow);
    fn reference(&mut self, row: ReferenceRow);
}

/// The per-file passes and their buffers, used for file after file.
#[derive(Default)]
pub struct FilePasses {
    pub locals: Locals,
    pub scopes: Scopes,
    pub control_flow: Vec<CfgEdge>,
    pub values: Values,
    /// The methods that have control flow, and where their edges are in `control_flow`.
    pub methods: Vec<MethodFlow>,
    /// (DOMINATE or POST_DOMINATE, the node that dominates, the node that is dominated)
    pub dominance: Vec<(EdgeKind, Position, Position)>,
    pub control_dependence: Vec<ControlDependence>,
    pub data_flow: DataFlow,
    /// Where the declarations are in the ids that rows get; their numbers until [`FilePasses::place`] is called.
    pub slots: Slots,
    graph: FlowGraph,
    trees: Dominance,
    dependence: Dependence,
}

/// What a file's passes had to leave out.
#[derive(Clone, Default, Debug)]
pub struct Shortfall {
    /// Declarations that found no slot, so that their ids do not survive edits.
    pub declarations: u32,
    /// The first method whose control dependences met their budget, and how many there are.
    pub control_dependence: Option<(Symbol, u32)>,
    /// The same of the definitions that reach uses.
    pub data_flow: Option<(Symbol, u32)>,
}

impl Shortfall {
    fn add(place: &mut Option<(Symbol, u32)>, method: Symbol) {
        place.get_or_insert((method, 0)).1 += 1;
    }

    /// A sentence for each thing left out.
    pub fn reasons(&self, names: &Interner) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.declarations > 0 {
            let (count, slots) = (self.declarations, stoa_model::FIRST_BODY);
            reasons.push(format!(
                "{count} declarations beyond the first {slots} have ids that do not survive edits"
            ));
        }
        for (what, cut) in [("CDG", self.control_dependence), ("REACHING_DEF", self.data_flow)] {
            if let Some((method, count)) = cut {
                let name = names.get(method);
                let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
                reasons.push(format!("{what} edges of {name}{more} are incomplete: they meet their budget"));
            }
        }
        reasons
    }
}

impl FilePasses {
    /// Runs every per-file pass over a tree. What had to be left out is for the caller to report.
    pub fn run(&mut self, tree: &Tree, language: &Language, names: &mut Interner) -> Shortfall {
        self.locals.assign(tree);
        self.slots = Slots::default();
        self.scopes.run(tree, language, names, &self.locals);
        self.values.run(tree, language, names, &self.locals, &self.scopes);
        control_flow(tree, language, names, &mut self.control_flow, &mut self.methods);
        let mut shortfall = Shortfall { declarations: self.locals.overflow, ..Shortfall::default() };
        self.dominance.clear();
        self.control_dependence.clear();
        self.data_flow.begin(tree, language, names, &self.scopes);
        for flow in &self.methods {
            self.graph.build(tree.len(), flow, &self.control_flow);
            self.trees.run(&self.graph);
            let dominance = &mut self.dominance;
            self.trees.edges(&self.graph, |kind, src, dst| dominance.push((kind, src, dst)));
            let method = tree.get(flow.method).full_name;
            if !self.dependence.run(&self.graph, &self.trees, &mut self.control_dependence) {
                Shortfall::add(&mut shortfall.control_dependence, method);
            }
            if !self.data_flow.method(tree, flow, &self.graph, &self.trees) {
                Shortfall::add(&mut shortfall.data_flow, method);
            }
        }
        if let Some(method) = self.data_flow.finish(tree, names) {
            Shortfall::add(&mut shortfall.data_flow, method);
        }
        shortfall
    }

    /// Gives the declarations of the tree the passes ran over last the slots they had before, if the file is known, and new ones
    /// to the others.
    pub fn place(&mut self, tree: &Tree, names: &Interner, before: Option<&Slots>) {
        self.slots = Slots::of(tree, &self.locals, names, before);
    }

    /// Hands out the rows of the tree the passes ran over last.
    pub fn rows(
        &self,
        file: FileId,
        tree: &Tree,
        source: &[u8],
        names: &mut Interner,
        out: &mut impl FileRows,
    ) {
        let slots = &self.slots;
        let id = |position: Position| -> NodeId { node_id(file, slots.stored(self.locals.get(position))) };
        let mut labels = LabelSymbols::default();
        let mut types = self.scopes.types.iter().peekable();
        for position in 0..tree.len() {
            while types.peek().is_some_and(|t| t.0 < position) {
                types.next();
            }
            let type_decl = types.peek().filter(|t| t.0 == position).map(|t| t.1);
            let mut row = row(tree, &self.locals, source, position, type_decl);
            // What calls need to know of a parameter: that it takes what is left of the arguments.
            let node = tree.get(position);
            if node.kind == NodeKind::MethodParameterIn && node.flags & flags::VARIADIC != 0 {
                let words = match names.get(node.modifiers) {
                    "" => VARIADIC.to_owned(),
                    words => format!("{words} {VARIADIC}"),
                };
                row.modifiers = names.intern(&words);
            }
            row.local = slots.stored(row.local);
            row.parent = slots.stored(row.parent);
            row.method = slots.stored(row.method);
            row.type_decl = slots.stored(row.type_decl);
            out.node(row);
        }
        let fact = |kind, src, dst, label| EdgeRow { kind, src, dst, label, confidence: f64::NAN };
        for &(src, dst) in &self.scopes.refs {
            out.edge(fact(EdgeKind::Ref, id(src), id(dst), Symbol::NONE));
        }
        for &(src, dst) in &self.scopes.captures {
            out.edge(fact(EdgeKind::Capture, id(src), id(dst), Symbol::NONE));
        }
        // What a decorated method's name holds is for the link pass to find.
        let decorated: FxHashSet<u32> =
            self.values.rows.iter().filter(|r| r.op == ValueOp::Decorated).map(|r| r.dst).collect();
        for &(src, dst, candidates) in &self.scopes.calls {
            if decorated.contains(&self.locals.get(dst)) {
                continue;
            }
            let label = labels.of(EdgeLabel::Static, names);
            let confidence = 1.0 / candidates as f64;
            out.edge(EdgeRow { kind: EdgeKind::Call, src: id(src), dst: id(dst), label, confidence });
        }
        for edge in &self.control_flow {
            let label = edge.label.map_or(Symbol::NONE, |l| labels.of(l, names));
            out.edge(fact(EdgeKind::Cfg, id(edge.src), id(edge.dst), label));
        }
        for &(kind, src, dst) in &self.dominance {
            out.edge(fact(kind, id(src), id(dst), Symbol::NONE));
        }
        for edge in &self.control_dependence {
            let label = edge.label.map_or(Symbol::NONE, |l| labels.of(l, names));
            out.edge(fact(EdgeKind::Cdg, id(edge.src), id(edge.dst), label));
        }
        for edge in &self.data_flow.edges {
            out.edge(fact(EdgeKind::ReachingDef, id(edge.src), id(edge.dst), edge.label));
        }
        for reference in &self.scopes.references {
            out.reference(ReferenceRow { src: slots.stored(reference.src), ..*reference });
        }
    }
}

/// The symbols of edge labels, interned on first use.
#[derive(Default)]
pub struct LabelSymbols([Symbol; EdgeLabel::ALL.len()]);

impl LabelSymbols {
    pub fn of(&mut self, label: EdgeLabel, names: &mut Interner) -> Symbol {
        let symbol = &mut self.0[label as usize];
        if !symbol.is_some() {
            *symbol = names.intern(label.as_str());
        }
        *symbol
    }

    /// The symbol of a label that was interned before.
    pub fn known(&self, label: EdgeLabel) -> Symbol {
        self.0[label as usize]
    }
}
