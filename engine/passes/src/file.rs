//! All passes over one file, in the order of [`crate::layers`], and their results as rows.

use rustc_hash::FxHashSet;
use stoa_model::rows::{EdgeRow, NodeRow, ReferenceRow};
use stoa_model::{EdgeKind, EdgeLabel, FileId, Interner, NodeId, Symbol, ids::node_id};
use stoa_syntax::{Language, Position, Tree};

use crate::cfg::{CfgEdge, control_flow};
use crate::nodes::{Locals, row};
use crate::scopes::Scopes;
use crate::values::{ValueOp, Values};

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
}

impl FilePasses {
    /// Runs every per-file pass over a tree. Gives the number of declarations that found no slot (0 but for
    /// generated monsters), which the caller reports.
    pub fn run(&mut self, tree: &Tree, language: &Language, names: &mut Interner) -> u32 {
        self.locals.assign(tree);
        self.scopes.run(tree, language, names, &self.locals);
        self.values.run(tree, language, names, &self.locals, &self.scopes);
        self.control_flow.clear();
        control_flow(tree, language, names, &mut self.control_flow);
        self.locals.overflow
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
        let id = |position: Position| -> NodeId { node_id(file, self.locals.get(position)) };
        let mut labels = LabelSymbols::default();
        let mut types = self.scopes.types.iter().peekable();
        for position in 0..tree.len() {
            while types.peek().is_some_and(|t| t.0 < position) {
                types.next();
            }
            let type_decl = types.peek().filter(|t| t.0 == position).map(|t| t.1);
            out.node(row(tree, &self.locals, source, position, type_decl));
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
        for reference in &self.scopes.references {
            out.reference(*reference);
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
