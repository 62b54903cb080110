//! Control flow: for each METHOD, CFG edges from it through everything it evaluates to its METHOD_RETURN.
//!
//! A node of the graph is an expression when it is evaluated (arguments before their call), a RETURN, a jump, or a
//! JUMP_TARGET. Conditions carry `true` and `false` on their way out, the value of a switch `case` and
//! `default`, whatever may throw inside of a TRY `exception`. Code that no edge enters is dead.
//!
//! The builder walks the tree once. A [`Fringe`] is the set of edges that still look for their end: visiting a node
//! takes the fringe that leads to it and gives the fringe that leads on (Joern's formulation of the textbook's
//! syntax-directed construction, Aho et al., *Compilers*, 2nd ed., §6.6 and §8.4).

mod fringe;
mod graph;
mod jumps;
mod structures;

pub use graph::FlowGraph;

use fringe::Fringe;
use jumps::{Frame, Jump};
use rustc_hash::FxHashMap;
use std::ops::Range;
use stoa_model::{EdgeLabel, Interner, NodeKind, Operator, Symbol};
use stoa_syntax::{Language, Position, Slot, Tree};

/// An edge between two nodes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CfgEdge {
    pub src: Position,
    pub dst: Position,
    pub label: Option<EdgeLabel>,
}

/// Where one METHOD's edges stand among those of its file.
#[derive(Clone, Debug)]
pub struct MethodFlow {
    /// The METHOD: where its control flow begins.
    pub method: Position,
    /// Its METHOD_RETURN: where it ends.
    pub exit: Position,
    pub edges: Range<usize>,
}

const RED_ZONE: usize = 96 * 1024;
const MORE_STACK: usize = 4 * 1024 * 1024;

/// The control flow of every METHOD of a file: the edges, method after method, and where each method's are. A METHOD
/// without a body has none.
pub fn control_flow(
    tree: &Tree,
    language: &Language,
    names: &Interner,
    edges: &mut Vec<CfgEdge>,
    methods: &mut Vec<MethodFlow>,
) {
    edges.clear();
    methods.clear();
    let word = |text| names.find(text).unwrap_or(Symbol(u32::MAX));
    let (case_symbol, default_symbol) = (word("case"), word("default"));
    let match_takes_break = matches!(language.family, "csharp" | "go" | "java");
    let value_first = match language.name {
        "cpp" => ValueFirst::Always,
        "python" | "rust" => ValueFirst::WhenPlain,
        _ => ValueFirst::Never,
    };
    for (position, node) in tree.nodes.iter().enumerate() {
        if node.kind == NodeKind::Method {
            let first = edges.len();
            let mut builder = Builder {
                tree,
                edges: &mut *edges,
                match_takes_break,
                value_first,
                case_symbol,
                default_symbol,
                method: position as Position,
                exit: None,
                entry: None,
                frames: Vec::new(),
                returns: Fringe::default(),
                labels: FxHashMap::default(),
                gotos: Vec::new(),
                deferred: Vec::new(),
                pending_label: Symbol::NONE,
            };
            builder.run();
            if let Some(exit) = builder.exit
                && edges.len() > first
            {
                let method = position as Position;
                methods.push(MethodFlow { method, exit, edges: first..edges.len() });
            }
        }
    }
}

/// Whether the value of an assignment is evaluated before what it is assigned to: `a.b = a = c`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ValueFirst {
    Never,
    /// Of `=`, not of `+=` and its like (Python's reference, 7.2; Rust's, on assignment expressions).
    WhenPlain,
    /// C++17, [expr.ass].
    Always,
}

struct Builder<'a> {
    tree: &'a Tree,
    edges: &'a mut Vec<CfgEdge>,
    match_takes_break: bool,
    value_first: ValueFirst,
    case_symbol: Symbol,
    default_symbol: Symbol,
    method: Position,
    exit: Option<Position>,
    /// The first node the walk reached since [`Builder::entry_of`] asked.
    entry: Option<Position>,
    frames: Vec<Frame>,
    /// What leaves the method.
    returns: Fringe,
    labels: FxHashMap<Symbol, Position>,
    gotos: Vec<(Position, Symbol)>,
    /// Calls put off to the end, and whether control may end without having met them.
    deferred: Vec<(Position, bool)>,
    /// The label right before the statement to come.
    pending_label: Symbol,
}

impl Builder<'_> {
    fn run(&mut self) {
        let tree = self.tree;
        let mut body = None;
        for child in tree.children(self.method) {
            let node = tree.get(child);
            if node.slot == Slot::Body {
                body = Some(child);
            } else if node.kind == NodeKind::MethodReturn {
                self.exit = Some(child);
            }
        }
        let (Some(body), Some(exit)) = (body, self.exit) else { return };
        let end = self.visit(body, Fringe::of(self.method));
        for (from, label) in std::mem::take(&mut self.gotos) {
            // A label that is nowhere (a computed goto) may lead anywhere: to the end is what can be said.
            let target = self.labels.get(&label).copied().unwrap_or(exit);
            self.edges.push(CfgEdge { src: from, dst: target, label: None });
        }
        let mut leaving = std::mem::take(&mut self.returns);
        leaving.join(end);
        for (call, conditional) in std::mem::take(&mut self.deferred).into_iter().rev() {
            let bypass = if conditional { leaving.clone() } else { Fringe::default() };
            leaving = self.emit(call, leaving);
            leaving.join(bypass);
        }
        self.connect(&leaving, exit);
    }

    /// Ends all edges of a fringe at a node.
    fn connect(&mut self, fringe: &Fringe, dst: Position) {
        for &(src, label) in fringe.edges().iter() {
            self.edges.push(CfgEdge { src, dst, label });
        }
    }

    /// Passes control through a node.
    fn emit(&mut self, at: Position, fringe: Fringe) -> Fringe {
        self.connect(&fringe, at);
        self.entry.get_or_insert(at);
        Fringe::of(at)
    }

    /// Runs `visit` and tells which node it reached first, for edges that lead back to it.
    fn entry_of(&mut self, visit: impl FnOnce(&mut Self) -> Fringe) -> (Option<Position>, Fringe) {
        let outer = self.entry.take();
        let fringe = visit(self);
        let entry = self.entry;
        self.entry = outer.or(entry);
        (entry, fringe)
    }

    fn visit(&mut self, at: Position, fringe: Fringe) -> Fringe {
        stacker::maybe_grow(RED_ZONE, MORE_STACK, || self.visit_kind(at, fringe))
    }

    fn visit_kind(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let node = self.tree.get(at);
        match node.kind {
            NodeKind::Call => self.visit_call(at, fringe),
            NodeKind::Identifier | NodeKind::Literal | NodeKind::MethodRef => self.emit(at, fringe),
            NodeKind::Unknown => {
                let fringe = self.visit_children(at, fringe);
                self.emit(at, fringe)
            }
            NodeKind::Block => self.visit_labelled(fringe, |b, fringe| b.visit_children(at, fringe)),
            // A class body runs where it stands; declarations below it are skipped as everywhere.
            NodeKind::TypeDecl | NodeKind::NamespaceBlock => self.visit_children(at, fringe),
            NodeKind::Return => {
                let fringe = self.visit_children(at, fringe);
                let fringe = self.emit(at, fringe);
                self.jump(Jump::Return, fringe);
                Fringe::default()
            }
            NodeKind::JumpTarget => self.visit_jump_target(at, fringe),
            NodeKind::ControlStructure => self.visit_structure(at, fringe),
            // Declarations and what belongs to them are not evaluated.
            NodeKind::Annotation
            | NodeKind::Comment
            | NodeKind::FieldIdentifier
            | NodeKind::File
            | NodeKind::Import
            | NodeKind::Local
            | NodeKind::Member
            | NodeKind::Method
            | NodeKind::MethodParameterIn
            | NodeKind::MethodReturn
            | NodeKind::Modifier
            | NodeKind::TypeParameter
            | NodeKind::TypeRef => fringe,
        }
    }

    fn visit_children(&mut self, at: Position, mut fringe: Fringe) -> Fringe {
        for child in self.tree.children(at) {
            fringe = self.visit(child, fringe);
        }
        fringe
    }

    /// Visits a labelled statement that is neither loop nor switch: `break label` leaves it.
    fn visit_labelled(&mut self, fringe: Fringe, visit: impl FnOnce(&mut Self, Fringe) -> Fringe) -> Fringe {
        let label = std::mem::take(&mut self.pending_label);
        if !label.is_some() {
            return visit(self, fringe);
        }
        self.frames.push(Frame::labelled(label));
        let mut end = visit(self, fringe);
        if let Some(frame) = self.frames.pop() {
            end.join(frame.breaks);
        }
        end
    }

    fn visit_call(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let operator = Operator::of(self.tree.get(at).name);
        match operator {
            Some(
                Operator::LogicalAnd
                | Operator::LogicalOr
                | Operator::NullCoalesce
                | Operator::Elvis
                | Operator::AssignmentLogicalAnd
                | Operator::AssignmentLogicalOr
                | Operator::AssignmentNullCoalesce,
            ) => {
                let goes_on = match operator {
                    Some(Operator::LogicalAnd | Operator::AssignmentLogicalAnd) => EdgeLabel::True,
                    _ => EdgeLabel::False,
                };
                let decided = self.visit_operand(at, 1, fringe);
                let mut short = decided.labelled(goes_on.negated());
                short.join(self.visit_operand(at, 2, decided.labelled(goes_on)));
                self.emit(at, short)
            }
            Some(Operator::Conditional) => {
                let decided = self.visit_operand(at, 1, fringe);
                let mut end = self.visit_operand(at, 2, decided.labelled(EdgeLabel::True));
                end.join(self.visit_operand(at, 3, decided.labelled(EdgeLabel::False)));
                self.emit(at, end)
            }
            Some(operator) => {
                let fringe = if self.value_comes_first(at, operator) {
                    self.visit_value_first(at, fringe)
                } else {
                    self.visit_children(at, fringe)
                };
                let fringe = self.emit(at, fringe);
                if operator.as_str() == "<operator>.try" {
                    self.jump(Jump::Return, Fringe::edge(at, Some(EdgeLabel::Exception)));
                } else if matches!(operator, Operator::Await) {
                    self.may_throw(at);
                }
                fringe
            }
            None => {
                let fringe = self.visit_children(at, fringe);
                let fringe = self.emit(at, fringe);
                self.may_throw(at);
                fringe
            }
        }
    }

    fn value_comes_first(&self, at: Position, operator: Operator) -> bool {
        let first = match self.value_first {
            ValueFirst::Never => false,
            ValueFirst::WhenPlain => operator == Operator::Assignment,
            ValueFirst::Always => operator.assigns(),
        };
        // What stands for an entry of a dictionary has a key, evaluated before its value.
        first && self.tree.get(self.tree.get(at).parent).name != Operator::DictLiteral.symbol()
    }

    /// Visits the target of an assignment after everything else in it.
    fn visit_value_first(&mut self, at: Position, mut fringe: Fringe) -> Fringe {
        let target = self.tree.children(at).find(|c| self.tree.get(*c).is_argument());
        for child in self.tree.children(at) {
            if Some(child) != target {
                fringe = self.visit(child, fringe);
            }
        }
        match target {
            Some(target) => self.visit(target, fringe),
            None => fringe,
        }
    }

    /// Visits one operand of an operator that does not evaluate all of them, with what stands right before it (a
    /// binding of a pattern, say).
    fn visit_operand(&mut self, call: Position, number: i32, mut fringe: Fringe) -> Fringe {
        let mut passed = 0;
        for child in self.tree.children(call) {
            let node = self.tree.get(child);
            if passed == number - 1 {
                fringe = self.visit(child, fringe);
            }
            if node.is_argument() {
                passed += 1;
            }
        }
        fringe
    }

    /// A call inside of a TRY may leave it by an exception, and so may one in a handler before a `finally`.
    fn may_throw(&mut self, at: Position) {
        if self.frames.iter().any(|f| f.catches || f.holds_all) {
            self.jump(Jump::Exception { explicit: false }, Fringe::edge(at, Some(EdgeLabel::Exception)));
        }
    }
}
